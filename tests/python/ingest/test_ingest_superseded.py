"""A corrected file closes the quarantined records of what it replaces; a restore opens them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from deltalake import DeltaTable
from ingest_bench import PLACES, Bench, Row, of
from old_lake import QUARANTINE_OF_VERSION_1, keep_columns

from command.report.unclean import Unclean, read_unclean
from ingest.explain import ClosedRecords, explain
from ingest.files.discovery import discover
from ingest.quarantine.replay import replay
from maintenance.ledger_rebuild import rebuild_ledger
from maintenance.raw_batches import existing_ledger
from maintenance.restore import restore
from maintenance.restore_plan import plan_restore
from maintenance.tables import find_table

FILE = "erp/LOC_A101/1.csv"
OTHER = "erp/LOC_A101/2.csv"
BAD = "CID,CNTRY\n1,DE\nbad\n"
GOOD = "CID,CNTRY\n1,DE\n2,FR\n"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A file with a misfit in batch 1, and another one that nobody corrects."""
    bench = Bench(tmp_path)
    bench.lake.prepare()
    write(bench, BAD, at=1)
    bench.write(OTHER, "CID,CNTRY\n3\n4,IT\n")
    bench.ingest()
    return bench


def write(bench: Bench, content: str, at: int) -> None:
    os.utime(bench.write(FILE, content), (1_700_000_000 + at, 1_700_000_000 + at))


def waiting(bench: Bench) -> list[object]:
    rows = bench.quarantine()
    return sorted(
        (r["raw_record"] for r in rows if r["replay_batch_id"] is None and r["closed_at"] is None),
        key=str,
    )


def closing(bench: Bench, text: str) -> Row:
    (row,) = (row for row in bench.quarantine() if row["raw_record"] == text)
    return row


def counts(unclean: Unclean) -> tuple[list[int], list[tuple[str, int]]]:
    quarantined = [reason.count for reason in unclean.quarantined]
    return quarantined, [(reason.outcome, reason.count) for reason in unclean.closed]


def go_to(bench: Bench, version: int) -> None:
    table = find_table(bench.lake, "raw_erp.loc_a101")
    ledger = existing_ledger(bench.lake, bench.catalogue, NOW)
    files = discover(bench.landing, bench.catalogue)
    plan = plan_restore(bench.lake, table, version, ledger, files)
    restore(bench.lake, bench.catalogue, plan, "restore", NOW)


def test_a_corrected_file_closes_its_records_and_no_others(bench: Bench) -> None:
    assert waiting(bench) == ["3", "bad"]
    write(bench, GOOD, at=2)
    assert of(bench.ingest(), PLACES).rows_superseded == 1
    assert waiting(bench) == ["3"]
    row = closing(bench, "bad")
    assert (row["closing"], row["closing_batch_id"], row["closing_run_id"]) == (
        *("superseded", 2, "run-2"),
    )
    assert counts(read_unclean(bench.lake)) == ([1], [("superseded", 1)])
    told = explain(FILE, bench.landing, bench.lake, bench.catalogue, None)
    assert told.quarantined == ()
    reason = "a newer content of its file was loaded"
    assert told.closed == (ClosedRecords(1, "superseded", reason, 2, 1),)
    before = bench.versions()
    assert not bench.ingest().anything_new
    assert bench.versions() == before


@pytest.mark.parametrize("at", [2, 0])
def test_the_newest_content_decides_in_any_order_of_arrival(bench: Bench, at: int) -> None:
    write(bench, "CID,CNTRY\n1,DE\nworse\n", at=at)
    bench.ingest()
    assert waiting(bench) == (["3", "worse"] if at == 2 else ["3", "bad"])


def test_content_that_came_back_closes_what_it_replaces(bench: Bench) -> None:
    write(bench, "CID,CNTRY\nworse\n1,DE\n", at=2)
    bench.ingest()
    write(bench, BAD, at=3)
    bench.ingest()
    assert waiting(bench) == ["3", "bad"]
    closed = [(row["batch_id"], row["closing_batch_id"]) for row in bench.quarantine()]
    assert sorted(closed, key=str) == [(1, 2), (1, None), (2, 3), (3, None)]


@pytest.mark.parametrize("step", ["data", "quarantine", "committed"])
def test_a_run_that_was_interrupted_closes_them_too(bench: Bench, step: str) -> None:
    write(bench, GOOD, at=2)
    bench.interrupt(f"{step}:{PLACES}")
    bench.ingest()
    assert waiting(bench) == ["3"]
    assert closing(bench, "bad")["closing_batch_id"] == 2


def test_a_quarantine_of_an_older_version_is_closed_as_well(bench: Bench) -> None:
    keep_columns(bench.lake.ops_table("quarantined_records"), QUARANTINE_OF_VERSION_1)
    assert counts(read_unclean(bench.lake)) == ([2], [])
    write(bench, GOOD, at=2)
    bench.ingest()
    assert waiting(bench) == ["3"]


def test_a_restore_lets_them_wait_again_and_back_closes_them_again(bench: Bench) -> None:
    first = DeltaTable(bench.folder_of(PLACES)).version()
    write(bench, GOOD, at=2)
    bench.ingest()
    newest = DeltaTable(bench.folder_of(PLACES)).version()
    go_to(bench, first)
    assert waiting(bench) == ["3", "bad"]
    go_to(bench, newest)
    assert waiting(bench) == ["3"]


def test_a_rebuilt_ledger_accounts_for_closed_records(bench: Bench) -> None:
    write(bench, GOOD, at=2)
    bench.ingest()
    files = discover(bench.landing, bench.catalogue)
    rebuild_ledger(bench.lake, bench.catalogue, files, run_id="again", now=NOW, force=True)
    told = {(row["file_path"], row["batch_id"], row["rows_read"]) for row in bench.ledger()}
    assert told == {(FILE, 1, 2), (OTHER, 1, 2), (FILE, 2, 2)}
    assert not bench.ingest().anything_new
    assert waiting(bench) == ["3"]


def test_closed_records_are_replayed_only_where_that_is_asked_for(bench: Bench) -> None:
    write(bench, GOOD, at=2)
    bench.ingest()
    for with_closed, found in ((False, 1), (True, 2)):
        done = replay(bench.lake, bench.catalogue, run_id="r", now=NOW, with_closed=with_closed)
        assert [table.waiting for table in done if table.table == PLACES] == [found]
