"""What the logs say of runs that left no report: under way, stopped, failed or killed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from saleslake.lake import Lake, LockHolder

_LOOKED_AT = 5
"""Newest logs that are looked at: commands other than a run write theirs in between."""


@dataclass(frozen=True)
class UnreportedRun:
    """A run that is newer than the newest report.

    Attributes:
        run_id: its id.
        started_at: UTC.
        outcome: ``stopped`` by a signal, ``failed`` with an error, or ``killed``: its log ends.
        message: the error's, for a failed one.
    """

    run_id: str
    started_at: datetime
    outcome: str
    message: str


def last_unreported(
    lake: Lake, last_run_id: str, holder: LockHolder | None
) -> UnreportedRun | None:
    """Return the newest run that ended without a report after the last one that left one."""
    logs = sorted(lake.logs.glob("*.jsonl"), reverse=True)[:_LOOKED_AT]
    for log in logs:
        if log.stem <= last_run_id:
            return None
        if holder is not None and log.stem.endswith(f"-{holder.process_id}"):
            continue  # it is under way
        run = _read(log)
        if run is not None:
            return run
    return None


def _read(log: Path) -> UnreportedRun | None:
    try:
        lines = log.read_text(encoding="utf-8").splitlines()
        first, last = json.loads(lines[0]), json.loads(lines[-1])
        if first["event"] != "run started" or last["event"] == "run ended":
            return None
        outcome = {"run stopped": "stopped", "run failed": "failed"}.get(last["event"], "killed")
        return UnreportedRun(
            run_id=log.stem,
            started_at=datetime.fromisoformat(first["at"]),
            outcome=outcome,
            message=str(last.get("message", last.get("error", ""))) if outcome == "failed" else "",
        )
    except (OSError, ValueError, KeyError, IndexError):  # being written, or damaged
        return None
