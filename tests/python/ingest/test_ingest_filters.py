"""What a table's options leave out: listed, in no table, and loaded once they do not any more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ingest_bench import PLACES, of
from policy_bench import (
    ONE,
    TWO,
    bench_with,
    change,
    deliver,
    left_out,
    loaded,
    settle,
)

from ingest.files.filters import EXISTING
from ingest.options.values import Scalar


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"pathGlobFilter": "1*"}, "pathGlobFilter is '1*'"),
        ({"modifiedAfter": "2026-01-01"}, "modifiedAfter is 2026-01-01T00:00:00+00:00"),
        ({"modifiedBefore": "2025-01-01"}, "modifiedBefore is 2025-01-01T00:00:00+00:00"),
    ],
)
def test_left_out_files_are_listed_and_loaded_once_the_option_goes(
    options: dict[str, Scalar], reason: str, tmp_path: Path
) -> None:
    bench = bench_with(tmp_path, options)
    first, second = deliver(bench, "1.csv", ONE), deliver(bench, "2.csv", TWO)
    after = "modifiedAfter" in options
    for file, is_loaded in ((first, True), (second, False)):
        time = 1_780_000_000 if after is is_loaded else 1_700_000_000
        os.utime(file, (time, time))
    assert left_out(bench) == {"erp/LOC_A101/2.csv": reason}
    assert loaded(bench) == ["1"]
    assert bench.states("erp/LOC_A101/2.csv") == ["left_out"]
    settle(bench)
    change(bench)
    assert of(bench.ingest(), PLACES).files_loaded == 1
    assert loaded(bench) == ["1", "2"]


def test_a_filter_that_comes_later_takes_nothing_out(tmp_path: Path) -> None:
    bench = bench_with(tmp_path)
    deliver(bench, "1.csv", ONE)
    bench.ingest()
    change(bench, {"pathGlobFilter": "2*"})
    assert left_out(bench) == {}
    assert bench.states("erp/LOC_A101/1.csv") == ["planned", "committed"]


def test_a_filter_that_comes_later_takes_nothing_out_of_a_planned_batch(tmp_path: Path) -> None:
    bench = bench_with(tmp_path)
    deliver(bench, "1.csv", ONE)
    bench.interrupt("planned")
    change(bench, {"pathGlobFilter": "2*"})
    assert of(bench.ingest(), PLACES).set_aside == []
    assert loaded(bench) == ["1"]


def test_a_set_aside_file_that_is_left_out_waits_no_more(tmp_path: Path) -> None:
    bench = bench_with(tmp_path)
    deliver(bench, "1.csv", "nonsense\n1\n")
    bench.ingest()
    change(bench, {"pathGlobFilter": "2*"})
    bench.ingest()
    assert bench.states("erp/LOC_A101/1.csv") == ["set_aside", "left_out"]
    settle(bench)


def test_existing_files_are_left_out_until_the_option_goes(tmp_path: Path) -> None:
    bench = bench_with(tmp_path, {"cloudFiles.includeExistingFiles": False})
    deliver(bench, "1.csv", ONE)
    assert left_out(bench) == {"erp/LOC_A101/1.csv": EXISTING}
    deliver(bench, "2.csv", TWO)
    bench.ingest()
    assert loaded(bench) == ["2"]
    settle(bench)
    change(bench)
    bench.ingest()
    assert loaded(bench) == ["1", "2"]


def test_the_first_run_counts_even_if_nothing_was_there(tmp_path: Path) -> None:
    bench = bench_with(tmp_path, {"cloudFiles.includeExistingFiles": False})
    bench.ingest()
    settle(bench)
    deliver(bench, "1.csv", ONE)
    bench.ingest()
    assert loaded(bench) == ["1"]
