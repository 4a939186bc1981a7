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
from saleslake.lake import (
    FORMAT_VERSION,
    Lake,
    delta_version,
    is_delta_table,
    write_atomically,
)


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
    assert not is_delta_table(log.parent)
    (log / "00000000000000000000.json").touch()
    assert [table.name for table in lake.tables()] == ["dim_date"]


@pytest.mark.parametrize(
    ("names", "version"),
    [
        (["00000000000000000009.json", "00000000000000000010.json"], 10),
        (["00000000000000000010.checkpoint.parquet", "_last_checkpoint"], 10),
        (["00000000000000000010.checkpoint.0000000001.0000000002.parquet"], 10),
        (["00000000000000000002.json", "00000000000000000003.crc"], 2),
        (
            [
                "00000000000000000002.json",
                "00000000000000000000.00000000000000000009.compacted.json",
            ],
            2,
        ),
        (["_commit_1f3a.json.tmp", ".00000000000000000000.json.tmp"], None),
        ([], None),
    ],
)
def test_the_delta_version_is_read_from_the_log_s_names(
    names: list[str], version: int | None, tmp_path: Path
) -> None:
    (tmp_path / "_delta_log").mkdir()
    for name in names:
        (tmp_path / "_delta_log" / name).touch()
    assert delta_version(tmp_path) == version


def test_a_folder_without_a_log_and_a_file_are_no_tables(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert delta_version(tmp_path) is None
    assert delta_version(tmp_path / "file") is None
    assert delta_version(tmp_path / "nowhere") is None


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
