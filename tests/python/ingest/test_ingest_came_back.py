"""Content A, then B, then A again under one path: what is there now is what counts."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from deltalake import DeltaTable
from ingest_bench import ERP, PLACES, Bench

from ingest.catalogue.tables import Catalogue
from ingest.ledger.table import Event, FileKey, State, open_ledger
from ingest.planning import held_by_table
from maintenance.ledger_check import first_difference, rows_loaded
from maintenance.ledger_sync import agree
from maintenance.raw_batches import RawName, rows_by_batch, transaction

A, B = "CID,CNTRY\n1,DE\n2,DE\n", "CID,CNTRY\n1,FR\n2,FR\n"
DAY = datetime(2026, 1, 1, tzinfo=UTC)
NAME = RawName("erp", "loc_a101")


def deliver(bench: Bench, content: str, day: int, name: str = "LOC_A101.csv") -> None:
    file = bench.write(f"erp/{name}", content)
    seconds = datetime(2026, 1, day, tzinfo=UTC).timestamp()
    os.utime(file, (seconds, seconds))


def bench_with(folder: Path, **policies: str) -> Bench:
    tables = tuple(replace(table, **policies) for table in ERP.tables)  # type: ignore[arg-type]
    return Bench(folder, Catalogue(tables))


def bench_after(folder: Path, *days: int, **policies: str) -> Bench:
    """A, B and A again were delivered, each with the time of a day, and each was run."""
    bench = bench_with(folder, **policies)
    for content, day in zip((A, B, A), days, strict=True):
        deliver(bench, content, day)
        bench.ingest()
    return bench


def batches(bench: Bench) -> list[object]:
    """The batch of every row."""
    return sorted(bench.values(PLACES, "batch_id"), key=str)


def newest(bench: Bench) -> set[object]:
    """The countries of the file's newest time, as silver takes them."""
    rows = bench.rows(PLACES)
    times = [row["_metadata"]["file_modification_time"] for row in rows]  # type: ignore[index]
    return {row["CNTRY"] for row, time in zip(rows, times, strict=True) if time == max(times)}


def test_content_that_came_back_is_loaded_again_and_is_the_newest(tmp_path: Path) -> None:
    bench = bench_after(tmp_path, 1, 2, 3)
    assert batches(bench) == [1, 1, 2, 2, 3, 3]
    assert newest(bench) == {"DE"}
    before = bench.versions()
    assert not bench.ingest().anything_new
    assert bench.versions() == before


def test_an_older_file_that_is_put_back_with_its_time_changes_nothing(tmp_path: Path) -> None:
    bench = bench_after(tmp_path, 1, 2, 1)
    assert batches(bench) == [1, 1, 2, 2]
    assert newest(bench) == {"FR"}


def test_a_file_that_is_only_touched_is_not_loaded_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    for day in (1, 2):
        deliver(bench, A, day)
        bench.ingest()
    assert batches(bench) == [1, 1]


@pytest.mark.parametrize("policy", ["ignore", "fail"])
def test_where_overwriting_does_not_count_nothing_comes_back(tmp_path: Path, policy: str) -> None:
    bench = bench_after(tmp_path, 1, 2, 3, on_overwrite=policy)
    assert batches(bench) == [1, 1]


@pytest.mark.parametrize("policy", ["skip", "fail", "load"])
def test_content_that_came_back_is_no_duplicate_of_itself(tmp_path: Path, policy: str) -> None:
    bench = bench_after(tmp_path, 1, 2, 3, on_duplicate=policy)
    assert batches(bench) == [1, 1, 2, 2, 3, 3]


def test_a_run_that_is_interrupted_loads_it_once(tmp_path: Path) -> None:
    bench = bench_after(tmp_path, 1, 2, 2)
    deliver(bench, A, 3)
    bench.interrupt(f"data:{PLACES}")
    bench.ingest()
    assert batches(bench) == [1, 1, 2, 2, 3, 3]


def test_the_ledger_agrees_with_both_loads_and_follows_a_restore(tmp_path: Path) -> None:
    bench = bench_after(tmp_path, 1, 2, 3)
    ledger = open_ledger(bench.lake, bench.catalogue, "restore", datetime(2026, 2, 1, tzinfo=UTC))
    history = ledger.history(NAME.source, NAME.table)
    path = bench.folder_of(PLACES)
    assert first_difference(rows_loaded(history), rows_by_batch(path), ()) is None
    DeltaTable(path).restore(2)
    agreement = agree(history, rows_by_batch(path).keys(), transaction(path, NAME))
    assert [event.batch_id for event in agreement.out] == [3]
    assert [event.batch_id for event in agreement.stay] == [1]
    ledger.record(agreement.events)
    bench.ingest()  # A still lies there, and is newer than B
    assert batches(bench) == [1, 1, 2, 2, 4, 4]
    assert newest(bench) == {"DE"}


def test_a_restore_to_the_first_load_knows_the_same_content(tmp_path: Path) -> None:
    bench = bench_after(tmp_path, 1, 2, 3)
    ledger = open_ledger(bench.lake, bench.catalogue, "restore", datetime(2026, 2, 1, tzinfo=UTC))
    history = ledger.history(NAME.source, NAME.table)
    path = bench.folder_of(PLACES)
    DeltaTable(path).restore(1)
    ledger.record(agree(history, rows_by_batch(path).keys(), transaction(path, NAME)).events)
    bench.ingest()
    assert batches(bench) == [1, 1]


def bench_of_two(folder: Path, *days: int, **policies: str) -> Bench:
    """One file has A from the first day on; B, then A, under another name have the days given."""
    bench = bench_with(folder, **policies)
    deliver(bench, A, 1)
    bench.ingest()
    for content, day in zip((B, A), days, strict=True):
        deliver(bench, content, day, "LOC_A101/2.csv")
        bench.ingest()
    return bench


@pytest.mark.parametrize("policy", ["skip", "fail", "load"])
def test_content_of_another_file_replaces_what_was_there(tmp_path: Path, policy: str) -> None:
    bench = bench_of_two(tmp_path, 2, 3, on_duplicate=policy)
    assert batches(bench) == [1, 1, 2, 2, 3, 3]
    assert newest(bench) == {"DE"}
    before = bench.versions()
    assert not bench.ingest().anything_new
    assert bench.versions() == before


@pytest.mark.parametrize(("policy", "state"), [("ignore", "left_out"), ("fail", "set_aside")])
def test_where_overwriting_does_not_count_the_other_file_s_content_stays_out(
    tmp_path: Path, policy: str, state: str
) -> None:
    bench = bench_of_two(tmp_path, 2, 3, on_overwrite=policy, on_duplicate="load")
    assert batches(bench) == [1, 1, 2, 2]
    assert bench.states("erp/LOC_A101/2.csv")[-1] == state


def test_content_of_another_file_that_is_older_is_a_duplicate(tmp_path: Path) -> None:
    bench = bench_of_two(tmp_path, 3, 2)
    assert batches(bench) == [1, 1, 2, 2]
    assert bench.states("erp/LOC_A101/2.csv")[-1] == "duplicate"


def test_a_duplicate_that_came_back_replaces_what_was_there_meanwhile(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    deliver(bench, A, 1)
    for content, day in ((A, 2), (B, 3), (A, 4)):
        deliver(bench, content, day, "LOC_A101/2.csv")
        bench.ingest()
    assert batches(bench) == [1, 1, 2, 2, 3, 3]
    assert newest(bench) == {"DE"}


@pytest.mark.parametrize("country", ["FR", "CH"])
def test_of_two_contents_with_one_time_the_later_load_is_the_newest(
    tmp_path: Path, country: str
) -> None:
    """Whatever their hashes are: that of FR is below that of DE, that of CH above."""
    bench = Bench(tmp_path)
    for content, day in ((A, 1), (A.replace("DE", country), 1), (A, 2)):
        deliver(bench, content, day)
        bench.ingest()
    assert batches(bench) == [1, 1, 2, 2, 3, 3]


def test_a_replay_of_an_earlier_content_is_not_the_newest() -> None:
    """Its batch is later, but its records are those of the load that it belongs to."""
    first = Event(FileKey("erp", "loc_a101", "1.csv", "z"), 1, DAY, State.COMMITTED, batch_id=1)
    second = first._replace(key=first.key._replace(content_hash="a"), batch_id=2)
    mended = first._replace(key=first.key._replace(replay=3), batch_id=3, replay_of=1)
    held = held_by_table([first, second, mended])["erp", "loc_a101"]
    assert held.newest["1.csv"].content_hash == "a"
