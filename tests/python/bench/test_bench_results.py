"""Figures, ratios and targets, worked out from made-up runs."""

from __future__ import annotations

import pytest
from bench_results import benchmark, measurement

from bench.results import (
    FIRST_BUILD,
    NEW_LINES,
    NOTHING_NEW,
    NodePair,
    cpu_seconds,
    figures,
    ratio,
    slowest_nodes,
)
from bench.sides import NodeTime
from bench.targets import TARGETS, verdicts


def test_figures_are_medians_and_the_greatest_peak() -> None:
    found = figures(
        [
            measurement("embedded", 12.0, cpu_seconds=10.0, peak_gb=0.3),
            measurement("embedded", 30.0, cpu_seconds=11.0, peak_gb=0.9),
            measurement("embedded", 10.0, cpu_seconds=40.0, peak_gb=0.4),
        ]
    )
    assert found is not None
    assert (found.wall_seconds, found.fastest_seconds, found.slowest_seconds) == (12.0, 10.0, 30.0)
    assert found.cpu_seconds == 11.0
    assert found.peak_bytes == 900_000_000
    assert found.rounds == 3
    assert figures([]) is None


def test_a_ratio_compares_rounds_with_each_other() -> None:
    here = [measurement("embedded", wall, round_=n) for n, wall in enumerate((20.0, 60.0), 1)]
    there = [measurement("dbt-duckdb", wall, round_=n) for n, wall in enumerate((10.0, 40.0), 1)]
    found = ratio(here, there)
    assert found is not None
    assert found.value == pytest.approx(40 / 25)
    assert (found.least, found.greatest) == (1.5, 2.0)


def test_a_side_of_one_round_is_compared_with_that_round() -> None:
    spark = [measurement("spark", 100.0, round_=1)]
    embedded = [measurement("embedded", wall, round_=n) for n, wall in enumerate((20.0, 90.0), 1)]
    found = ratio(spark, embedded)
    assert found is not None
    assert found.value == 5.0
    assert ratio(spark, []) is None


def test_a_ratio_of_cpu_time() -> None:
    found = ratio(
        [measurement("embedded", cpu_seconds=30.0)],
        [measurement("dbt-duckdb", cpu_seconds=10.0)],
        cpu_seconds,
    )
    assert found is not None
    assert found.value == 3.0


def test_slowest_nodes_stand_beside_the_other_side_s() -> None:
    here = [
        measurement("embedded", nodes=(NodeTime("a", "model", "success", seconds),), round_=n)
        for n, seconds in enumerate((1.0, 9.0, 2.0), 1)
    ]
    here.append(
        measurement(
            "embedded",
            round_=4,
            nodes=(NodeTime("a", "test", "pass", 5.0), NodeTime("b", "model", "success", 0.1)),
        )
    )
    there = [measurement("dbt-duckdb", nodes=(NodeTime("a", "model", "success", 0.5),))]
    assert slowest_nodes(here, there, 2) == [
        NodePair("a", "test", 5.0, None),
        NodePair("a", "model", 2.0, 0.5),
    ]


def measured(*, embedded: float = 10.0, peak_gb: float = 0.5, new: float = 1.0) -> list[object]:
    """Outcomes of all targets in their order, with the stated values on embedded."""
    runs = []
    for dataset, factor in (("crm_erp", 1.0), ("lines", 4.0)):
        for side, wall in (("embedded", embedded), ("dbt-duckdb", 10.0), ("spark", 55.0)):
            runs.append(measurement(side, wall, dataset=dataset, peak_gb=peak_gb * factor))
        runs.append(
            measurement(
                "embedded", 3.0, dataset=dataset, scenario=NOTHING_NEW, peak_gb=peak_gb * factor
            )
        )
        runs.append(
            measurement(
                "embedded", new, dataset=dataset, scenario=NEW_LINES, peak_gb=peak_gb * factor
            )
        )
    return [verdict.met for verdict in verdicts(benchmark(*runs))]


def test_targets_are_met_up_to_their_limits() -> None:
    assert measured() == [True] * len(TARGETS)
    # 1.2 times is good enough, a whole gigabyte is not.
    assert measured(embedded=12.0, new=1.2) == [True] * len(TARGETS)
    assert measured(peak_gb=1.0) == [True, True, True, False, True, False, True]
    assert measured(embedded=12.5, new=1.2) == [False, True, True, True, True, True, True]
    assert measured(embedded=13.5, new=1.3) == [False, True, True, True, False, True, True]
    assert measured(embedded=9.9, new=1.0) == [True, True, False, True, True, True, False]


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    only_small = benchmark(
        measurement("embedded", 11.0), measurement("dbt-duckdb", 10.0, scenario=FIRST_BUILD)
    )
    assert [verdict.met for verdict in verdicts(only_small)] == [
        *(True, None, None, True),
        *(None, None, None),
    ]


def test_fewer_lines_say_nothing_about_the_target_of_many() -> None:
    runs = [measurement("embedded", dataset="lines"), measurement("dbt-duckdb", dataset="lines")]
    assert all(verdict.met is None for verdict in verdicts(benchmark(*runs, lines=9_999_999)))
    assert [verdict.met for verdict in verdicts(benchmark(*runs))][4:] == [True, True, None]
