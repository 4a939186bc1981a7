"""A lake's marker and lock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from saleslake.errors import LakeKindError, LakeVersionError
from saleslake.lake import FORMAT_VERSION, Lake, write_atomically


def test_a_lake_is_marked_once_and_for_all(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert lake.kind() is None
    lake.mark("sample")
    lake.mark("sample")
    assert json.loads(lake.marker.read_text()) == {
        "kind": "sample",
        "format_version": FORMAT_VERSION,
    }
    with pytest.raises(LakeKindError, match="holds sample data"):
        lake.mark("real")
    assert lake.kind() == "sample"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "real", "format_version": 2}'])
def test_a_damaged_or_newer_marker_is_refused(text: str, tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.marker.write_text(text)
    with pytest.raises(LakeVersionError, match=r"lake\.json"):
        lake.kind()


def test_the_lock_is_reentrant_and_released(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.lock(), Lake(tmp_path).lock():
        pass
    with lake.lock():
        pass


def test_a_log_without_a_commit_is_no_table_yet(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    log = lake.warehouse / "gold" / "dim_date" / "_delta_log"
    (log / "_staged_commits").mkdir(parents=True)
    (log / ".00000000000000000000.json.tmp").touch()
    assert lake.tables() == []
    (log / "00000000000000000000.json").touch()
    assert [table.name for table in lake.tables()] == ["dim_date"]


def test_an_atomic_write_leaves_no_part_behind(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    write_atomically(file, "one")
    write_atomically(file, "two")
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
    assert file.read_text() == "two"


def test_who_holds_the_lock_is_said_without_touching_it(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert lake.lock_holder() is None
    with lake.lock():
        holder = lake.lock_holder()
        assert holder is not None
        assert holder.process_id == os.getpid()
        assert abs(datetime.now(UTC) - holder.since) < timedelta(minutes=1)
    assert lake.lock_holder() is None


def test_a_lock_of_a_killed_process_is_nobody_s(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.prepare()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    # The second is alive, but it is a later process with the same number.
    for process_id in (ended.pid, os.getpid()):
        (lake.state / "lock").write_text(f"process {process_id}", encoding="utf-8")
        assert lake.lock_holder() is None
