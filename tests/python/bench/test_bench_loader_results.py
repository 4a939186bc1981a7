"""What the loader's figures say: whether sides landed the same, and which targets are met."""

from __future__ import annotations

from bench_loader_results import loader_benchmark, loader_run

from bench.loader.names import DUCKDB_DELTA, SALESLAKE, SPARK_CSV
from bench.loader.results import (
    LISTING,
    MANY,
    NOTHING_NEW,
    ONE,
    ONE_LARGE,
    LoaderBenchmark,
    differences,
    verdicts,
)


def met(found: LoaderBenchmark) -> dict[str, bool | None]:
    return {f"{one.target.dataset}: {one.target.text}": one.met for one in verdicts(found)}


def test_equal_tables_differ_in_nothing() -> None:
    assert differences([loader_run(), loader_run(side=SPARK_CSV)]) == []
    assert differences([]) == []


def test_lost_rows_and_other_amounts_are_named() -> None:
    found = differences([loader_run(), loader_run(side=SPARK_CSV, rows=9_999_999, amount=6)])
    assert found == [
        f"{SPARK_CSV} has 9,999,999 rows of 10,000,000 lines",
        f"the amounts add up to 6 on {SPARK_CSV} and to 7 on saleslake ingest",
    ]


def test_rows_per_second() -> None:
    assert loader_run(wall_seconds=10.0).rows_per_second == 1_000_000


def test_speed_against_the_others() -> None:
    found = met(
        loader_benchmark(
            loader_run(wall_seconds=10.0),
            loader_run(side=SPARK_CSV, wall_seconds=50.0),
            loader_run(side=DUCKDB_DELTA, wall_seconds=9.9),
        )
    )
    assert found[f"{MANY}: time by {SPARK_CSV}"] is True
    assert found[f"{MANY}: time by {DUCKDB_DELTA}"] is False
    assert found[f"{MANY}: peak memory"] is True


def test_the_median_of_several_rounds_counts() -> None:
    walls = {SALESLAKE: [30.0, 10.0, 9.0], SPARK_CSV: [50.0, 10.0, 60.0]}
    runs = [
        loader_run(side=side, wall_seconds=walls[side][number])
        for number in range(3)
        for side in walls
    ]
    found = loader_benchmark(*runs)
    assert [(run.side, run.wall_seconds) for run in found.typical()] == [
        (SALESLAKE, 10.0),
        (SPARK_CSV, 50.0),
    ]
    assert met(found)[f"{MANY}: time by {SPARK_CSV}"] is True


def test_memory_that_grows_with_the_file() -> None:
    name = f"{ONE_LARGE}: peak memory by one file of a tenth"
    large = loader_run(ONE_LARGE, size_bytes=10**9, peak_gb=0.5)
    flat, grown = loader_run(ONE, peak_gb=0.45), loader_run(ONE, peak_gb=0.3)
    assert met(loader_benchmark(flat, large))[name] is True
    assert met(loader_benchmark(grown, large))[name] is False
    assert met(loader_benchmark(flat, grown, flat, large))[name] is True


def test_small_files_by_the_clock() -> None:
    found = met(
        loader_benchmark(
            loader_run(LISTING, wall_seconds=9.9, files=100_000),
            loader_run(NOTHING_NEW, wall_seconds=5.0, files=100_000),
        )
    )
    assert found[f"{LISTING}: wall time"] is True
    assert found[f"{NOTHING_NEW}: wall time"] is False


def test_less_than_the_targets_are_about_meets_none() -> None:
    found = met(
        loader_benchmark(
            loader_run(lines=1_000_000),
            loader_run(side=SPARK_CSV, lines=1_000_000),
            loader_run(ONE, size_bytes=10**6),
            loader_run(ONE_LARGE, size_bytes=10**7),
            loader_run(LISTING, files=99_999),
        )
    )
    assert set(found.values()) == {None}
