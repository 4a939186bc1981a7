"""What of a log can be read, and what has to be moved aside so that the rest can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from delta_tables import commit_file, cut, make_table, values
from deltalake import DeltaTable

from maintenance.delta_log import read_log

Damage = Callable[[Path], object]


def empty_newest(table: Path) -> None:
    commit_file(table, 5).write_bytes(b"")


def zero_newest(table: Path) -> None:
    commit_file(table, 5).write_bytes(b"\0" * 300)


def lose_middle(table: Path) -> None:
    commit_file(table, 3).unlink()


def lose_first(table: Path) -> None:
    commit_file(table, 0).unlink()


def checkpoint(table: Path) -> Path:
    DeltaTable(table).create_checkpoint()
    return table / "_delta_log" / f"{5:020}.checkpoint.parquet"


def lose_checkpoint(table: Path) -> None:
    """The pointer to it stays, and keeps the table from being opened."""
    checkpoint(table).unlink()


def scribble(table: Path) -> None:
    commit_file(table, 2).write_text('"no commit"')


CASES: list[tuple[str, Damage, range, set[str]]] = [
    ("whole", lambda _: None, range(6), set()),
    ("newest cut", lambda t: cut(commit_file(t, 5)), range(5), {"00000000000000000005.json"}),
    ("newest empty", empty_newest, range(5), {"00000000000000000005.json"}),
    ("newest zeros", zero_newest, range(5), {"00000000000000000005.json"}),
    ("middle missing", lose_middle, range(3), {"00000000000000000003.json"}),
    ("middle no commit", scribble, range(2), {"00000000000000000002.json"}),
    ("first missing", lose_first, range(0), {"00000000000000000000.json"}),
    (
        "checkpoint cut",
        lambda t: cut(checkpoint(t)),
        range(6),
        {"00000000000000000005.checkpoint.parquet", "_last_checkpoint"},
    ),
    ("checkpoint missing", lose_checkpoint, range(6), {"_last_checkpoint"}),
]


@pytest.mark.parametrize(
    ("damage", "readable", "files"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_is_damaged_and_what_can_be_read(
    damage: Damage, readable: range, files: set[str], tmp_path: Path
) -> None:
    table = make_table(tmp_path / "t", 6)
    damage(table)
    log = read_log(table)
    assert (log.newest, log.readable) == (5, readable)
    assert {problem.file for problem in log.damage} == files
    assert log.lost == ()


@pytest.mark.parametrize("name", [name for name, _, readable, _ in CASES if readable])
def test_without_the_misplaced_files_the_library_opens_what_can_be_read(
    name: str, tmp_path: Path
) -> None:
    table = make_table(tmp_path / "t", 6)
    _, damage, readable, _ = next(case for case in CASES if case[0] == name)
    damage(table)
    for file in read_log(table).misplaced():
        (table / "_delta_log" / file).unlink()
    assert DeltaTable(table).version() == readable[-1]
    assert values(table) == list(range(len(readable)))
    assert read_log(table).damage == ()


def test_wherever_moving_stops_no_gap_is_left(tmp_path: Path) -> None:
    table = make_table(tmp_path / "t", 6)
    DeltaTable(table).create_checkpoint()
    (table / "_delta_log" / f"{5:020}.crc").write_text("{}")
    cut(table / "_delta_log" / f"{5:020}.checkpoint.parquet")
    cut(commit_file(table, 4))
    names = read_log(table).misplaced()
    assert names[0] == "_last_checkpoint"
    commits = [int(name[:20]) for name in names if name.endswith(".json")]
    assert commits == [5, 4]
    assert len(names) == 5  # with the checkpoint and the checksum


def test_damage_below_a_good_checkpoint_is_lost_history_only(tmp_path: Path) -> None:
    table = make_table(tmp_path / "t", 6)
    DeltaTable(table).create_checkpoint()
    make_more = make_table(table, 1)
    cut(commit_file(make_more, 2))
    log = read_log(table)
    assert (log.damage, log.readable) == ((), range(5, 7))
    assert [problem.version for problem in log.lost] == [2]
    assert log.misplaced() == []
    assert DeltaTable(table).version() == 6


def test_a_log_that_was_cleaned_up_is_whole(tmp_path: Path) -> None:
    table = make_table(tmp_path / "t", 4)
    DeltaTable(table).create_checkpoint()
    for version in range(3):
        commit_file(table, version).unlink()
    log = read_log(table)
    assert (log.damage, log.lost, log.readable) == ((), (), range(3, 4))


def test_a_folder_without_a_log(tmp_path: Path) -> None:
    log = read_log(tmp_path)
    assert (log.newest, log.readable, log.damage, log.misplaced()) == (-1, range(0), (), [])
