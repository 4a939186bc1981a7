"""What a table's policies make of its files: loaded, skipped or set aside; batches; new columns."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from ingest_bench import PLACES, of, reasons
from policy_bench import (
    ONE,
    TWO,
    WIDER,
    bench_with,
    change,
    deliver,
    left_out,
    loaded,
    settle,
)

from ingest.options.values import Scalar


def test_a_limit_that_comes_later_takes_nothing_out_of_a_loaded_batch(tmp_path: Path) -> None:
    bench = bench_with(tmp_path)
    deliver(bench, "1.csv", ONE + "2\n")
    bench.interrupt(f"data:{PLACES}")
    change(bench, largest_rejected_count=0)
    assert of(bench.ingest(), PLACES).set_aside == []
    assert (loaded(bench), len(bench.quarantine())) == (["1"], 1)
    settle(bench)


def test_a_file_without_a_record_is_looked_at_again(tmp_path: Path) -> None:
    """What its only line is, the catalogue says."""
    bench = bench_with(tmp_path)
    deliver(bench, "1.csv", "CID,CNTRY\n")
    assert left_out(bench) == {"erp/LOC_A101/1.csv": "the file holds a header and no record"}
    settle(bench)
    change(bench, {"header": False})
    bench.ingest()
    assert loaded(bench) == ["CID"]


@pytest.mark.fault(22)
@pytest.mark.parametrize(
    ("policy", "rows", "state"),
    [
        ("skip", ["1"], ["duplicate"]),
        ("load", ["1", "1"], ["planned", "committed"]),
        ("fail", ["1"], ["set_aside"]),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_the_same_content_under_another_name(
    policy: str, rows: list[str], state: list[str], together: bool, tmp_path: Path
) -> None:
    bench = bench_with(tmp_path, on_duplicate=policy)
    deliver(bench, "1.csv", ONE)
    if not together:
        bench.ingest()
    deliver(bench, "2.csv", ONE)
    result = of(bench.ingest(), PLACES)
    assert loaded(bench) == rows
    assert bench.states("erp/LOC_A101/2.csv") == state
    told = {"skip": result.duplicates, "fail": list(reasons(result)), "load": []}[policy]
    assert told == ["erp/LOC_A101/2.csv"] * (policy != "load")
    settle(bench)


def test_a_skipped_duplicate_is_loaded_once_the_policy_says_so(tmp_path: Path) -> None:
    bench = bench_with(tmp_path)
    deliver(bench, "1.csv", ONE)
    deliver(bench, "2.csv", ONE)
    bench.ingest()
    change(bench, on_duplicate="load")
    bench.ingest()
    assert loaded(bench) == ["1", "1"]


@pytest.mark.fault(22)
@pytest.mark.parametrize(
    ("policy", "rows", "state"),
    [
        ("reload", ["1", "2"], "committed"),
        ("ignore", ["1"], "left_out"),
        ("fail", ["1"], "set_aside"),
    ],
)
def test_new_content_under_the_same_name(
    policy: str, rows: list[str], state: str, tmp_path: Path
) -> None:
    bench = bench_with(tmp_path, on_overwrite=policy)
    times = deliver(bench, "1.csv", ONE).stat()
    bench.ingest()
    # Neither its size nor its time tells.
    os.utime(deliver(bench, "1.csv", TWO), ns=(times.st_atime_ns, times.st_mtime_ns))
    result = bench.ingest()
    assert loaded(bench) == rows
    assert bench.states("erp/LOC_A101/1.csv")[-1] == state
    assert bool(reasons(of(result, PLACES))) is (policy == "fail")
    assert bool(result.ignored) is (policy == "ignore")
    settle(bench)


@pytest.mark.parametrize(
    ("options", "batches"),
    [
        ({}, [5]),
        ({"cloudFiles.maxFilesPerTrigger": 2}, [2, 2, 1]),
        ({"cloudFiles.maxBytesPerTrigger": 1}, [1, 1, 1, 1, 1]),
        ({"cloudFiles.maxBytesPerTrigger": len(ONE) + 1}, [2, 2, 1]),
        ({"maxFilesPerTrigger": 4, "maxBytesPerTrigger": 3 * len(ONE)}, [3, 2]),
        ({"maxFilesPerTrigger": 2, "maxBytesPerTrigger": "1g"}, [2, 2, 1]),
    ],
)
def test_batches(options: dict[str, Scalar], batches: list[int], tmp_path: Path) -> None:
    bench = bench_with(tmp_path, options)
    for number in range(5):
        deliver(bench, f"{number}.csv", f"CID,CNTRY\n{number},DE\n")
    result = bench.ingest()
    assert (result.batch_id, of(result, PLACES).files_loaded) == (len(batches), 5)
    numbers = bench.values(PLACES, "batch_id")
    assert [numbers.count(batch) for batch in range(1, len(batches) + 1)] == batches
    settle(bench)


def test_a_run_that_ends_between_two_batches_goes_on(tmp_path: Path) -> None:
    bench = bench_with(tmp_path, {"cloudFiles.maxFilesPerTrigger": 2})
    for number in range(5):
        deliver(bench, f"{number}.csv", f"CID,CNTRY\n{number},DE\n")
    bench.interrupt(f"committed:{PLACES}")
    assert loaded(bench) == ["0", "1"]
    bench.ingest()
    assert loaded(bench) == ["0", "1", "2", "3", "4"]
    settle(bench)


@pytest.mark.parametrize("mode", ["addNewColumns", "addNewColumnsWithTypeWidening"])
def test_new_columns_are_added_in_the_same_run(mode: str, tmp_path: Path) -> None:
    bench = bench_with(tmp_path, {"cloudFiles.schemaEvolutionMode": mode})
    deliver(bench, "1.csv", ONE)
    deliver(bench, "3.csv", WIDER)
    assert of(bench.ingest(), PLACES).new_columns == ["CITY"]
    assert bench.values(PLACES, "CITY") == [None, "Köln", ""]
    assert bench.values(PLACES, "_rescued_data") == [None, None, None]


@pytest.mark.parametrize("mode", ["rescue", "none"])
def test_new_columns_are_rescued(mode: str, tmp_path: Path) -> None:
    bench = bench_with(tmp_path, {"cloudFiles.schemaEvolutionMode": mode})
    deliver(bench, "1.csv", ONE)
    deliver(bench, "3.csv", WIDER)
    assert of(bench.ingest(), PLACES).new_columns == []
    assert "CITY" not in bench.rows(PLACES)[0]
    nothing, city, empty = bench.values(PLACES, "_rescued_data")
    assert (nothing, empty) == (None, None)
    assert json.loads(str(city)) == {
        "CITY": "Köln",
        "_file_path": "erp/LOC_A101/3.csv",
        "_reasons": {"CITY": "new_column"},
    }


def test_new_columns_set_the_file_aside_until_the_mode_changes(tmp_path: Path) -> None:
    bench = bench_with(tmp_path, {"cloudFiles.schemaEvolutionMode": "failOnNewColumns"})
    deliver(bench, "1.csv", ONE)
    deliver(bench, "3.csv", WIDER)
    assert reasons(of(bench.ingest(), PLACES)) == {
        "erp/LOC_A101/3.csv": "brings new columns: CITY "
        "(cloudFiles.schemaEvolutionMode is failOnNewColumns)"
    }
    assert loaded(bench) == ["1"]
    settle(bench)
    change(bench)
    bench.ingest()
    assert loaded(bench) == ["1", "3", "4"]


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({}, None),
        ({"largest_rejected_count": 2, "largest_rejected_share": 0.4}, None),
        (
            {"largest_rejected_count": 1},
            "2 of its 5 records do not fit; at most 1 are allowed (largest_rejected_count)",
        ),
        (
            {"largest_rejected_share": 0.39},
            "2 of its 5 records do not fit (40.0%); at most 39.0% are allowed "
            "(largest_rejected_share)",
        ),
    ],
)
def test_too_many_misfits_set_the_file_aside_before_anything_is_loaded(
    limits: dict[str, float], reason: str | None, tmp_path: Path
) -> None:
    bench = bench_with(tmp_path, None, **limits)
    deliver(bench, "1.csv", "CID,CNTRY\n1,DE\n2\n3,FR\n4\n5,IT\n")
    deliver(bench, "2.csv", "CID,CNTRY\n6,ES\n")
    found = reasons(of(bench.ingest(), PLACES))
    assert found == ({"erp/LOC_A101/1.csv": reason} if reason else {})
    assert loaded(bench) == (["6"] if reason else ["1", "3", "5", "6"])
    assert len(bench.quarantine()) == (0 if reason else 2)
    settle(bench)
    change(bench)
    bench.ingest()
    assert loaded(bench) == ["1", "3", "5", "6"]
    assert len(bench.quarantine()) == 2
