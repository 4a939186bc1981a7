"""Content that came back and cannot be loaded again: what was loaded of it before stays known."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ingest_bench import PLACES, Bench, of, reasons
from policy_bench import bench_with, change, deliver, settle

A, B = "CID,CNTRY\n1,DE\nbad\n", "CID,CNTRY\n2,FR\n"
NAME = "erp/LOC_A101/1.csv"


def deliver_on(bench: Bench, content: str, day: int) -> Path:
    file = deliver(bench, "1.csv", content)
    seconds = datetime(2026, 1, day, tzinfo=UTC).timestamp()
    os.utime(file, (seconds, seconds))
    return file


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A, then B was loaded under one path."""
    bench = bench_with(tmp_path)
    for content, day in ((A, 1), (B, 2)):
        deliver_on(bench, content, day)
        bench.ingest()
    return bench


def loads(bench: Bench) -> list[tuple[object, object]]:
    return [(row["CID"], row["batch_id"]) for row in bench.rows(PLACES)]


def test_a_return_that_is_set_aside_is_told_once_and_hides_no_load(bench: Bench) -> None:
    change(bench, largest_rejected_count=0)
    deliver_on(bench, A, 3)
    assert list(reasons(of(bench.ingest(), PLACES))) == [NAME]
    assert bench.states(NAME)[-2:] == ["set_aside", "committed"]
    before = bench.versions()
    assert list(reasons(of(bench.ingest(), PLACES))) == [NAME]
    assert bench.versions() == before
    deliver(bench, "copy.csv", A)
    assert of(bench.ingest(), PLACES).duplicates == ["erp/LOC_A101/copy.csv"]
    assert sorted(loads(bench)) == [("1", 1), ("2", 2)]
    change(bench)
    bench.ingest()
    assert sorted(loads(bench)) == [("1", 1), ("1", 3), ("2", 2)]
    settle(bench)


def test_a_return_without_records_hides_no_load(tmp_path: Path) -> None:
    bench = bench_with(tmp_path, {"header": False})
    for content, day in (("1,DE\n", 1), ("2,FR\n", 2)):
        deliver_on(bench, content, day)
        bench.ingest()
    change(bench)  # its only line is a header now
    deliver_on(bench, "1,DE\n", 3)
    bench.ingest()
    assert bench.states(NAME)[-2:] == ["ignored", "committed"]
    settle(bench)


def test_a_planned_return_that_vanished_hides_no_load(bench: Bench) -> None:
    file = deliver_on(bench, A, 3)
    bench.interrupt("planned")
    file.unlink()
    assert list(reasons(of(bench.ingest(), PLACES))) == [NAME]
    assert bench.states(NAME)[-3:] == ["planned", "set_aside", "committed"]
    settle(bench)
    deliver(bench, "copy.csv", A)
    assert of(bench.ingest(), PLACES).duplicates == ["erp/LOC_A101/copy.csv"]
    deliver_on(bench, A, 1)  # the old file, put back with its old time
    bench.ingest()
    assert sorted(loads(bench)) == [("1", 1), ("2", 2)]
    deliver_on(bench, A, 3)
    bench.ingest()
    assert sorted(loads(bench)) == [("1", 1), ("1", 4), ("2", 2)]


def test_a_second_return_that_vanished_leaves_the_load_of_the_first(bench: Bench) -> None:
    for content, day in ((A, 3), (B, 4)):
        deliver_on(bench, content, day)
        bench.ingest()
    file = deliver_on(bench, A, 5)
    bench.interrupt("planned")
    file.unlink()
    bench.ingest()
    last = bench.ledger()[-1]
    assert (last["state"], last["batch_id"], last["rows_loaded"]) == ("committed", 3, 1)


def test_a_new_file_that_vanished_is_only_set_aside(bench: Bench) -> None:
    file = deliver(bench, "new.csv", "CID,CNTRY\n3,IT\n")
    bench.interrupt("planned")
    file.unlink()
    bench.ingest()
    assert bench.states("erp/LOC_A101/new.csv") == ["planned", "set_aside"]
