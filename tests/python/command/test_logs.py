"""Logs hold events, and neither cell values nor credentials."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from command.logs import RunLog, redact


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Cannot cast 'Eugene Huang' to int", "Cannot cast '…' to int"),
        ('column "x" of "y"', "column '…'"),
        ("Cannot cast 'Sean O'Brien' to int", "Cannot cast '…' to int"),
        ("token=dapi123 and Password: abc", "token=… and Password: …"),
        ("Got 3 results, configured to fail if != 0", "Got 3 results, configured to fail if != 0"),
    ],
)
def test_redact(text: str, safe: str) -> None:
    assert redact(text) == safe


def test_one_json_object_per_line(tmp_path: Path) -> None:
    log = RunLog(tmp_path, "run-1", lambda: datetime(2026, 1, 1, tzinfo=UTC))
    log.write("run started", engine="embedded")
    log.write("node built", message="cannot read 'Huang'", seconds=0.5)
    lines = (tmp_path / "run-1.jsonl").read_text(encoding="utf-8").splitlines()
    first, second = map(json.loads, lines)
    assert first == {
        "at": "2026-01-01T00:00:00.000+00:00",
        "run_id": "run-1",
        "event": "run started",
        "engine": "embedded",
    }
    assert second["message"] == "cannot read '…'"
