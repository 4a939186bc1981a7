"""What a table's options and policies make of its files: loaded, left out, skipped or set aside."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from ingest_bench import PLACES, Bench, of, reasons

from ingest.catalogue import Catalogue, load_catalogue
from ingest.filters import EXISTING
from ingest.options import read_options
from ingest.options.values import Scalar

TABLE = next(table for table in load_catalogue().tables if table.name == PLACES)
ONE = "CID,CNTRY\n1,DE\n"
TWO = "CID,CNTRY\n2,FR\n"
WIDER = "CID,CNTRY,CITY\n3,DE,Köln\n4,DE,\n"


def bench_with(
    folder: Path, options: dict[str, Scalar] | None = None, **policies: str | float
) -> Bench:
    """One table with these options and policies."""
    bench = Bench(folder)
    change(bench, options, **policies)
    return bench


def change(bench: Bench, options: dict[str, Scalar] | None = None, **policies: str | float) -> None:
    read, problems = read_options(options or {})
    assert problems == ()
    table = replace(TABLE, options=read, **policies)  # type: ignore[arg-type]
    bench.catalogue = Catalogue((table,))


def loaded(bench: Bench) -> list[object]:
    return sorted(bench.values(PLACES, "CID"), key=str)


def left_out(bench: Bench) -> dict[str, str]:
    return {file.path: file.reason for file in bench.ingest().ignored}


def deliver(bench: Bench, name: str, content: str) -> Path:
    return bench.write(f"erp/LOC_A101/{name}", content)


def settle(bench: Bench) -> None:
    """A second run finds nothing to do."""
    before = bench.versions()
    assert not bench.ingest().anything_new
    assert bench.versions() == before


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"pathGlobFilter": "1*"}, "left out by pathGlobFilter '1*'"),
        ({"modifiedAfter": "2026-01-01"}, "left out by modifiedAfter 2026-01-01T00:00:00+00:00"),
        ({"modifiedBefore": "2025-01-01"}, "left out by modifiedBefore 2025-01-01T00:00:00+00:00"),
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
