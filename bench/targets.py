"""What this project wants to reach, and whether the figures do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from bench.results import (
    FIRST_BUILD,
    NEW_LINES,
    NOTHING_NEW,
    SCENARIOS,
    Benchmark,
    figures,
    ratio,
)
from bench.sides import DBT_DUCKDB, EMBEDDED, SPARK

GB = 1_000_000_000
MANY_LINES = 10_000_000
Unit = Literal["times", "seconds", "GB", "share"]
Found = TypeVar("Found")
"""The results of a benchmark."""


@dataclass(frozen=True)
class Target(Generic[Found]):
    """A limit that a value shall not pass.

    Attributes:
        dataset: the data set it is about.
        text: what is limited.
        limit: the greatest value that is good enough.
        unit: of limit and value.
        below: whether the limit itself is already too much.
        value: how to read the value; None when it was not measured.
    """

    dataset: str
    text: str
    limit: float
    unit: Unit
    value: Callable[[Found], float | None]
    below: bool = False


@dataclass(frozen=True)
class Verdict(Generic[Found]):
    """What came of a target; met is None when the value was not measured."""

    target: Target[Found]
    value: float | None
    met: bool | None


def _times(
    dataset: str, scenario: str, side: str, other: str
) -> Callable[[Benchmark], float | None]:
    def read(benchmark: Benchmark) -> float | None:
        found = ratio(benchmark.of(dataset, scenario, side), benchmark.of(dataset, scenario, other))
        return found.value if found else None

    return read


def _seconds(dataset: str, scenario: str, side: str) -> Callable[[Benchmark], float | None]:
    def read(benchmark: Benchmark) -> float | None:
        found = figures(benchmark.of(dataset, scenario, side))
        return found.wall_seconds if found else None

    return read


def _peak(dataset: str, side: str) -> Callable[[Benchmark], float | None]:
    def read(benchmark: Benchmark) -> float | None:
        rounds = [one for scenario in SCENARIOS for one in benchmark.of(dataset, scenario, side)]
        return max(one.peak_bytes for one in rounds) / GB if rounds else None

    return read


def _share(
    dataset: str, scenario: str, whole: str, side: str
) -> Callable[[Benchmark], float | None]:
    def read(benchmark: Benchmark) -> float | None:
        found = ratio(benchmark.of(dataset, scenario, side), benchmark.of(dataset, whole, side))
        return found.value if found else None

    return read


SMALL, MANY = "crm_erp", "lines"
TARGETS = (
    Target(
        SMALL,
        "first build: embedded by dbt-duckdb",
        1.2,
        "times",
        _times(SMALL, FIRST_BUILD, EMBEDDED, DBT_DUCKDB),
    ),
    Target(SMALL, "nothing new: embedded", 3.0, "seconds", _seconds(SMALL, NOTHING_NEW, EMBEDDED)),
    Target(
        SMALL,
        "first build: Spark by embedded",
        5.5,
        "times",
        _times(SMALL, FIRST_BUILD, SPARK, EMBEDDED),
    ),
    Target(SMALL, "peak memory: embedded", 1.0, "GB", _peak(SMALL, EMBEDDED), below=True),
    Target(
        MANY,
        "first build: embedded by dbt-duckdb",
        1.3,
        "times",
        _times(MANY, FIRST_BUILD, EMBEDDED, DBT_DUCKDB),
    ),
    Target(MANY, "peak memory: embedded", 4.0, "GB", _peak(MANY, EMBEDDED), below=True),
    Target(
        MANY,
        "10,000 new lines: embedded, of its first build",
        0.1,
        "share",
        _share(MANY, NEW_LINES, FIRST_BUILD, EMBEDDED),
    ),
)


def verdicts(benchmark: Benchmark) -> list[Verdict[Benchmark]]:
    """Hold the figures against every target; those of many lines only where there are enough."""
    return [verdict(target, benchmark) for target in TARGETS]


def verdict(target: Target[Benchmark], benchmark: Benchmark) -> Verdict[Benchmark]:
    """Hold the figures against one target."""
    lines = {dataset.name: dataset.lines for dataset in benchmark.datasets}
    enough = target.dataset != MANY or lines.get(MANY, 0) >= MANY_LINES
    return judged(target, target.value(benchmark) if enough else None)


def judged(target: Target[Found], value: float | None) -> Verdict[Found]:
    """Hold a value against a target; None for one that was not measured."""
    if value is None:
        return Verdict(target, None, None)
    return Verdict(
        target, value, value < target.limit or (value == target.limit and not target.below)
    )
