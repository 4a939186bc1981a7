"""A raw table taken back: its ledger and quarantine follow, and nothing is lost or doubled."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from command_line import saleslake
from delta_tables import tree
from ingest_bench import EVERYTHING, PLACES, Bench, of
from restore_bench import FILES, RAW_PLACES, RestoreBench, assert_consistent

from ingest.catalogue.tables import Catalogue
from ingest.ledger.table import Event, FileKey, State
from maintenance.ledger_sync import agree
from maintenance.raw_batches import existing_ledger
from maintenance.restore import restore
from maintenance.restore_plan import plan_restore
from maintenance.tables import find_table
from saleslake.errors import RestoreRefusedError, UnknownVersionError

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def test_files_of_later_batches_are_new_again(bench: RestoreBench) -> None:
    rows, quarantined = bench.loaded(), bench.quarantined()
    found = bench.restore("--version", "1")
    assert bench.batches() == [1]
    assert bench.quarantined() == []
    assert bench.last_states() == dict(
        zip(FILES, ["committed", "restored", "restored"], strict=True)
    )
    assert [file.path for file in found.plan.files_out] == FILES[1:]
    result = bench.ingest()
    # Batch numbers are never used twice.
    assert (result.batch_id, bench.batches()) == (4, [1, 4])
    assert (bench.loaded(), bench.quarantined()) == (rows, quarantined)
    assert not bench.ingest().anything_new
    assert_consistent(bench)


def test_a_file_that_is_gone_is_told_before_and_stays_away(bench: RestoreBench) -> None:
    (bench.landing / FILES[2]).unlink()
    before = tree(bench.lake.root)
    with pytest.raises(RestoreRefusedError, match="1 of its files are gone from the landing"):
        bench.restore("--version", "1")
    assert tree(bench.lake.root) == before
    text = saleslake("restore", RAW_PLACES, "--version", "1", "--yes", lake=bench.lake)
    assert f"LOST {FILES[2]} (batch 3, 2 rows): not in the landing folder" in text
    bench.ingest()
    assert sorted(bench.values(PLACES, "CID"), key=str) == ["1", "2"]
    assert bench.quarantined() == ["bad two"]


def test_a_file_that_was_moved_is_still_there(bench: RestoreBench) -> None:
    (bench.landing / FILES[2]).rename(bench.landing / "erp/LOC_A101/moved.csv")
    found = bench.restore("--version", "1")
    assert [file.still_in_landing for file in found.plan.files_out] == [True, True]
    bench.ingest()
    assert_consistent(bench)


def test_a_restore_can_be_taken_back(bench: RestoreBench) -> None:
    rows, quarantined = bench.loaded(), bench.quarantined()
    bench.restore("--version", "1")
    found = bench.restore("--version", "3")
    assert list(found.plan.files_back) == FILES[1:]
    assert (bench.loaded(), bench.quarantined()) == (rows, quarantined)
    assert set(bench.last_states().values()) == {"committed"}
    assert not bench.ingest().anything_new
    assert_consistent(bench)


def test_a_restore_can_be_taken_back_after_its_files_were_loaded_again(bench: RestoreBench) -> None:
    rows, quarantined = bench.loaded(), bench.quarantined()
    bench.restore("--version", "1")
    bench.ingest()
    assert bench.batches() == [1, 4]
    bench.restore("--version", "3")
    assert bench.batches() == [1, 2, 3]
    assert (bench.loaded(), bench.quarantined()) == (rows, quarantined)
    assert not bench.ingest().anything_new
    assert_consistent(bench)
    bench.write("erp/LOC_A101/4.csv", "CID,CNTRY\n5,ES\n")
    assert bench.ingest().batch_id == 5


def test_content_under_two_names_is_loaded_once(bench: RestoreBench) -> None:
    bench.write("erp/LOC_A101/copy.csv", (bench.landing / FILES[1]).read_bytes())
    assert of(bench.ingest(), PLACES).duplicates == ["erp/LOC_A101/copy.csv"]
    (bench.landing / FILES[1]).unlink()
    bench.restore("--version", "1")
    bench.ingest()
    assert sorted(bench.values(PLACES, "CID"), key=str) == ["1", "2", "3", "4"]
    assert_consistent(bench)


def test_a_batch_without_a_row_follows_too(bench: RestoreBench) -> None:
    bench.write("erp/LOC_A101/4.csv", "CID,CNTRY\nnothing but misfits\n")
    bench.ingest()
    assert bench.version() == 4
    bench.restore("--version", "3")
    assert bench.last_states()["erp/LOC_A101/4.csv"] == "restored"
    assert bench.quarantined() == ["bad three", "bad two"]
    bench.ingest()
    assert_consistent(bench)


@pytest.mark.parametrize("step", ["planned", f"data:{PLACES}", f"quarantine:{PLACES}"])
def test_a_batch_that_was_interrupted_is_not_finished_from_nothing(
    step: str, bench: RestoreBench
) -> None:
    """Its transaction outlives a restore: a replay would take its rows for written."""
    bench.write("erp/LOC_A101/4.csv", "CID,CNTRY\n5,ES\nbad four\n")
    bench.interrupt(step)
    bench.restore("--version", "2")
    assert bench.last_states()["erp/LOC_A101/4.csv"] == "restored"
    bench.ingest()
    assert sorted(bench.values(PLACES, "CID"), key=str) == ["1", "2", "3", "4", "5"]
    assert bench.batches() == [1, 2, 5]
    assert_consistent(bench)


def test_to_the_empty_table(bench: RestoreBench) -> None:
    rows = bench.loaded()
    bench.restore("--version", "0")
    assert bench.loaded() == []
    assert bench.ingest().batch_id == 4
    assert bench.loaded() == rows
    assert_consistent(bench)


def test_the_whole_table_from_the_landing_folder(bench: RestoreBench) -> None:
    rows, quarantined = bench.loaded(), bench.quarantined()
    bench.restore("--from-landing")
    assert not bench.folder_of(PLACES).exists()
    assert list((bench.lake.damaged / RAW_PLACES).glob("*/data/_delta_log"))
    assert bench.ingest().batch_id == 4
    assert (bench.loaded(), bench.quarantined()) == (rows, quarantined)
    assert bench.batches() == [4]


def test_a_dry_run_tells_all_and_touches_nothing(bench: RestoreBench) -> None:
    before = tree(bench.lake.root)
    (bench.landing / FILES[1]).unlink()
    found = bench.restore("--version", "1", "--dry-run")
    assert tree(bench.lake.root) == before
    assert not found.is_done
    there = {file.path: file.still_in_landing for file in found.plan.files_out}
    assert there == {FILES[1]: False, FILES[2]: True}
    rows = {file.path: file.rows for file in found.plan.files_out}
    assert rows == {FILES[1]: 1, FILES[2]: 2}
    assert any("1 of the files again" in step for step in found.next_steps)


def test_the_version_it_has_already_is_nothing_to_do(bench: RestoreBench) -> None:
    before = tree(bench.lake.root)
    text = saleslake("restore", RAW_PLACES, "--version", "3", lake=bench.lake)
    assert "nothing to do" in text
    assert tree(bench.lake.root) == before


def test_a_version_that_is_not_there(bench: RestoreBench) -> None:
    with pytest.raises(UnknownVersionError, match="versions 0 to 3"):
        bench.restore("--version", "7")


def test_by_time(bench: RestoreBench) -> None:
    with pytest.raises(UnknownVersionError, match="at 2020-01-01"):
        bench.restore("--time", "2020-01-01")
    assert bench.restore("--time", "now").plan.to_version == 3


def test_full_deliveries_of_the_same_content_are_told_apart(tmp_path: Path) -> None:
    """Delivered again later, the same content is a delivery of its own."""
    table = next(table for table in EVERYTHING.tables if table.name == PLACES)
    catalogue = Catalogue((replace(table, delivery="full"),))
    bench = Bench(tmp_path, catalogue)
    path = bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    for day in range(3):
        os.utime(path, (day * 86_400, day * 86_400))
        bench.ingest()
    assert sorted(map(str, bench.values(PLACES, "batch_id"))) == ["1", "2", "3"]
    ledger = existing_ledger(bench.lake, catalogue, WHEN)
    plan = plan_restore(bench.lake, find_table(bench.lake, RAW_PLACES), 1, ledger, [])
    assert [file.batch_id for file in plan.files_out] == [2, 3]
    with bench.lake.lock():
        restore(bench.lake, catalogue, plan, "restore", WHEN)
    assert bench.values(PLACES, "batch_id") == [1]
    bench.ingest()
    assert sorted(map(str, bench.values(PLACES, "batch_id"))) == ["1", "4"]


def event(path: str, state: State, batch: int, rows: int = 1) -> Event:
    key = FileKey("erp", "loc_a101", path, f"hash of {path}")
    return Event(key, 1, WHEN, state, batch, rows_read=1, rows_loaded=rows)


@pytest.mark.parametrize(
    ("history", "present", "transaction", "expected"),
    [
        ([event("a", State.COMMITTED, 1)], {1}, 1, []),
        ([event("a", State.COMMITTED, 1)], set(), 0, [("a", State.RESTORED, 1)]),
        ([event("a", State.ACCEPTED, 2)], {1}, 1, [("a", State.RESTORED, 2)]),
        ([event("a", State.PLANNED, 2)], {1}, 2, [("a", State.RESTORED, 2)]),
        ([event("a", State.PLANNED, 2)], {1, 2}, 2, []),
        ([event("a", State.SET_ASIDE, 2)], {1}, 1, []),
        # A batch of misfits alone has no row: the transaction tells whether it is there.
        ([event("a", State.COMMITTED, 2, rows=0)], {1}, 2, []),
        ([event("a", State.COMMITTED, 2, rows=0)], {1}, 1, [("a", State.RESTORED, 2)]),
        # In a batch with rows, a file of misfits alone goes with the batch.
        (
            [event("a", State.COMMITTED, 2, rows=0), event("b", State.COMMITTED, 2)],
            {1},
            2,
            [("a", State.RESTORED, 2), ("b", State.RESTORED, 2)],
        ),
        # Taken out once, and back.
        (
            [event("a", State.ACCEPTED, 2), event("a", State.RESTORED, 2)],
            {2},
            2,
            [("a", State.ACCEPTED, 2)],
        ),
        (
            [
                event("a", State.COMMITTED, 2),
                event("a", State.RESTORED, 2),
                event("a", State.COMMITTED, 4),
            ],
            {2},
            3,
            [("a", State.RESTORED, 4), ("a", State.COMMITTED, 2)],
        ),
        ([event("a", State.COMMITTED, 2), event("a", State.RESTORED, 2)], {1}, 1, []),
    ],
)
def test_what_makes_the_ledger_agree(
    history: list[Event],
    present: set[int],
    transaction: int,
    expected: list[tuple[str, State, int]],
) -> None:
    found = agree(history, present, transaction)
    assert [(e.key.path, e.state, e.batch_id) for e in found.events] == expected
    # Done once, there is nothing left to do.
    again = agree([*history, *found.events], present, transaction)
    assert again.events == []
