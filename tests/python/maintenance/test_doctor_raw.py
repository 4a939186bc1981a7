"""Damage of raw tables and of the ledger: found, and repaired without a record lost or doubled."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest
from delta_tables import commit_file, cut
from deltalake import DeltaTable
from doctor_bench import checkpoint, damage, data_file, diagnose, follow
from ingest_bench import PLACES
from restore_bench import FILES, RAW_PLACES, RestoreBench, assert_consistent

from maintenance.ledger_check import first_difference
from saleslake.errors import RestoreRefusedError

LEDGER = "ops.ingested_files"


def lose_table(bench: RestoreBench) -> None:
    shutil.rmtree(bench.folder_of(PLACES))


def lose_log(bench: RestoreBench) -> None:
    for entry in (bench.folder_of(PLACES) / "_delta_log").iterdir():
        entry.write_bytes(b"")


def copied_back(bench: RestoreBench) -> None:
    """An older copy of the table's folder, put over it."""
    folder = bench.folder_of(PLACES)
    shutil.copytree(folder, bench.lake.root.parent / "copy")
    bench.write("erp/LOC_A101/4.csv", "CID,CNTRY\n5,ES\n")
    bench.ingest()
    shutil.rmtree(folder)
    (bench.lake.root.parent / "copy").rename(folder)


def taken_back_by_hand(bench: RestoreBench) -> None:
    """Delta's own restore: the transaction stays, so only the rows tell."""
    DeltaTable(bench.folder_of(PLACES)).restore(1)


RAW = [
    ("newest commit cut", lambda b: cut(commit_file(b.folder_of(PLACES), 3)), "--version 2"),
    ("data file missing", lambda b: data_file(b.folder_of(PLACES)).unlink(), "--version 2"),
    ("checkpoint cut", lambda b: cut(checkpoint(b.folder_of(PLACES), 3)), "--version 3"),
    ("checkpoint missing", lambda b: checkpoint(b.folder_of(PLACES), 3).unlink(), "--version 3"),
    ("taken back by hand", taken_back_by_hand, "--version 4"),
    ("older copy put over it", copied_back, "--version 3"),
    ("table missing", lose_table, "--from-landing"),
    ("no version readable", lose_log, "--from-landing"),
]


@pytest.mark.fault(13)
@pytest.mark.parametrize(
    ("do", "repair"), [case[1:] for case in RAW], ids=[case[0] for case in RAW]
)
def test_damage_of_a_raw_table_is_repaired_without_loss(
    do: Callable[[RestoreBench], object], repair: str, bench: RestoreBench
) -> None:
    do(bench)
    found = damage(bench.lake)
    assert {one.table for one in found} == {RAW_PLACES}
    assert {one.repair for one in found} == {f"saleslake restore {RAW_PLACES} {repair}"}
    follow(found[0].repair, bench)
    last = max(int(str(row["batch_id"] or 0)) for row in bench.ledger())
    assert (bench.ingest().batch_id or last + 1) == last + 1
    assert_consistent(bench)


@pytest.mark.parametrize("how", ["newest commit cut", "data file missing"])
def test_a_damaged_ledger_is_repaired_and_the_raw_table_follows(
    how: str, bench: RestoreBench
) -> None:
    """Its last event says that a batch is committed; without it the batch is finished again."""
    ledger = bench.lake.ops_table("ingested_files")
    cut(commit_file(ledger, 6)) if how == "newest commit cut" else data_file(ledger).unlink()
    found = damage(bench.lake)
    assert {(one.table, one.repair) for one in found} == {
        (LEDGER, f"saleslake restore {LEDGER} --version 5")
    }
    follow(found[0].repair, bench)
    bench.ingest()
    assert_consistent(bench)


def test_a_ledger_that_went_back_too_far(bench: RestoreBench) -> None:
    """The raw table holds a batch of which the ledger knows nothing."""
    rows = bench.loaded()
    for version in (5, 6):  # planned and committed of batch 3
        commit_file(bench.lake.ops_table("ingested_files"), version).unlink()
    (found,) = damage(bench.lake)
    assert (found.table, found.repair) == (
        RAW_PLACES,
        f"saleslake restore {RAW_PLACES} --version 2",
    )
    assert "holds batches up to 3, and the ledger knows them up to 2" in found.problem
    follow(found.repair, bench)
    assert bench.ingest().batch_id == 4
    assert bench.loaded() == rows
    assert_consistent(bench)


@pytest.mark.fault(12)
def test_a_lost_ledger(bench: RestoreBench) -> None:
    rows = bench.loaded()
    shutil.rmtree(bench.lake.ops_table("ingested_files"))
    (found,) = damage(bench.lake)
    assert found.repair == "saleslake rebuild-ledger"
    follow(found.repair, bench)
    assert not bench.ingest().anything_new
    assert bench.loaded() == rows
    assert_consistent(bench)


def test_a_lost_ledger_whose_files_are_gone(bench: RestoreBench) -> None:
    """Nobody but the rows knows the files: what has none to be loaded from is told all the same."""
    shutil.rmtree(bench.lake.ops_table("ingested_files"))
    (bench.landing / FILES[1]).unlink()
    with pytest.raises(RestoreRefusedError, match="1 of its files are gone"):
        bench.restore("--version", "0")
    told = bench.restore("--version", "0", "--dry-run")
    assert {(file.path, file.rows, file.still_in_landing) for file in told.plan.files_out} == {
        (FILES[0], 1, True),
        (FILES[1], 1, False),
        (FILES[2], 2, True),
    }
    assert told.plan.unknown_batches == [1, 2, 3]
    bench.restore("--version", "0", "--yes")
    bench.ingest()
    assert sorted(bench.values(PLACES, "CID"), key=str) == ["1", "3", "4"]
    assert_consistent(bench)


def test_a_ledger_that_was_lost_after_all_rows_were_taken_out(bench: RestoreBench) -> None:
    """The table's transaction alone says which numbers are used."""
    bench.restore("--version", "0")
    shutil.rmtree(bench.lake.ops_table("ingested_files"))
    (found,) = damage(bench.lake)
    follow(found.repair, bench)
    diagnose(bench.lake, healthy=True)
    assert bench.ingest().batch_id == 4
    assert_consistent(bench)


@pytest.mark.parametrize(
    ("expected", "rows", "planned", "difference"),
    [
        ({1: 2}, {1: 2}, set(), None),
        ({1: 2}, {}, set(), "batch 1 has 0 rows in it, and 2 in the ledger"),
        ({1: 2}, {1: 3}, set(), "batch 1 has 3 rows in it, and 2 in the ledger"),
        ({}, {1: 3}, set(), "batch 1 has 3 rows in it, and 0 in the ledger"),
        ({}, {1: 3}, {1}, None),
        ({1: 0}, {}, set(), None),
    ],
)
def test_where_the_ledger_and_a_table_differ(
    expected: dict[int, int], rows: dict[int, int], planned: set[int], difference: str | None
) -> None:
    assert first_difference(expected, rows, planned) == difference
