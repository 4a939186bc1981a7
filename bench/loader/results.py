"""What was measured of the loader, as data, and its targets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median

from bench.loader.names import (
    CLOUD_FILES,
    CLOUD_FILES_METADATA,
    DUCKDB_DELTA,
    SALESLAKE,
    SPARK_CSV,
    SPARK_CSV_METADATA,
)
from bench.machine import Machine
from bench.targets import GB, Target, Verdict, judged

MANY_LINES, MANY_FILES, LARGE_BYTES = 10_000_000, 100_000, 1_000_000_000
"""The sizes that the targets are about; smaller ones are for trying things out."""

MANY = "many lines"
ONE, ONE_LARGE = "one file", "one large file"
LISTING, FIRST_LOAD = "small files: listing", "small files: first load"
NOTHING_NEW, DRY_RUN = "small files: nothing new", "small files: dry run, nothing new"
SCENARIOS = (MANY, ONE, ONE_LARGE, LISTING, FIRST_LOAD, NOTHING_NEW, DRY_RUN)


@dataclass(frozen=True)
class LoaderRun:
    """One run of one side.

    Attributes:
        scenario: one of SCENARIOS.
        side: one of the sides.
        lines: that lay in the landing folder.
        files: that did.
        size_bytes: of these files.
        wall_seconds: of the whole process.
        cpu_seconds: of it and all it started.
        peak_bytes: of their resident sets together, sampled.
        others_cpu_seconds: what other processes of the machine took meanwhile.
        rows: in its table afterwards; None for a run that fills none.
        amount: the sum of sls_sales there.
    """

    scenario: str
    side: str
    lines: int
    files: int
    size_bytes: int
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    others_cpu_seconds: float
    rows: int | None = None
    amount: Decimal | None = None

    @property
    def rows_per_second(self) -> float | None:
        """Rows of its table by the wall time."""
        return None if self.rows is None else self.rows / self.wall_seconds


@dataclass(frozen=True)
class LoaderBenchmark:
    """Everything that one call of the loader's benchmark found."""

    started_at: datetime
    machine: Machine
    runs: tuple[LoaderRun, ...]

    def all_of(self, scenario: str, side: str = SALESLAKE) -> list[LoaderRun]:
        """Return the runs of a side in a scenario."""
        return [run for run in self.runs if (run.scenario, run.side) == (scenario, side)]

    def of(self, scenario: str, side: str = SALESLAKE) -> LoaderRun | None:
        """Return the run of a side in a scenario that has the median wall time."""
        runs = sorted(self.all_of(scenario, side), key=lambda run: run.wall_seconds)
        return runs[(len(runs) - 1) // 2] if runs else None

    def typical(self) -> list[LoaderRun]:
        """Return that run for each scenario and side, in the order in which they were measured."""
        places = dict.fromkeys((run.scenario, run.side) for run in self.runs)
        return [run for place in places if (run := self.of(*place))]


def differences(runs: Sequence[LoaderRun]) -> list[str]:
    """Return how the tables of a scenario's sides differ from its files and from each other."""
    found = [
        f"{run.side} has {run.rows:,} rows of {run.lines:,} lines"
        for run in runs
        if run.rows is not None and run.rows != run.lines
    ]
    first = runs[0] if runs else None
    return found + [
        f"the amounts add up to {run.amount} on {run.side} and to {first.amount} on {first.side}"
        for run in runs[1:]
        if first is not None and run.amount != first.amount
    ]


LoaderTarget = Target[LoaderBenchmark]
Value = Callable[[LoaderBenchmark], float | None]


def _enough(run: LoaderRun | None) -> LoaderRun | None:
    """Return a run of the size that the targets are about."""
    if run is None:
        return None
    enough = {MANY: run.lines >= MANY_LINES, ONE_LARGE: run.size_bytes >= 0.9 * LARGE_BYTES}
    return run if enough.get(run.scenario, run.files >= MANY_FILES or run.scenario == ONE) else None


def _time_by(other: str, side: str = SALESLAKE) -> Value:
    def read(found: LoaderBenchmark) -> float | None:
        run, by = _enough(found.of(MANY, side)), _enough(found.of(MANY, other))
        return run.wall_seconds / by.wall_seconds if run and by else None

    return read


def _peak(scenario: str) -> Value:
    def read(found: LoaderBenchmark) -> float | None:
        peaks = [run.peak_bytes for run in found.all_of(scenario) if _enough(run)]
        return max(peaks) / GB if peaks else None

    return read


def _growth(found: LoaderBenchmark) -> float | None:
    small = [run.peak_bytes for run in found.all_of(ONE)]
    large = [run.peak_bytes for run in found.all_of(ONE_LARGE) if _enough(run)]
    return median(large) / median(small) if small and large else None


def _seconds(scenario: str) -> Value:
    def read(found: LoaderBenchmark) -> float | None:
        run = _enough(found.of(scenario))
        return run.wall_seconds if run else None

    return read


TARGETS = (
    LoaderTarget(MANY, f"time by {SPARK_CSV}", 0.2, "times", _time_by(SPARK_CSV)),
    LoaderTarget(MANY, f"time by {DUCKDB_DELTA}", 1.0, "times", _time_by(DUCKDB_DELTA)),
    LoaderTarget(
        MANY, f"{CLOUD_FILES} by {SPARK_CSV}", 1.0, "times", _time_by(SPARK_CSV, CLOUD_FILES)
    ),
    LoaderTarget(
        MANY,
        "the same two with _metadata",
        1.0,
        "times",
        _time_by(SPARK_CSV_METADATA, CLOUD_FILES_METADATA),
    ),
    LoaderTarget(MANY, "peak memory", 1.5, "GB", _peak(MANY), below=True),
    LoaderTarget(ONE_LARGE, "peak memory", 1.5, "GB", _peak(ONE_LARGE), below=True),
    LoaderTarget(ONE_LARGE, "peak memory by one file of a tenth", 1.25, "times", _growth),
    LoaderTarget(LISTING, "wall time", 10.0, "seconds", _seconds(LISTING), below=True),
    LoaderTarget(NOTHING_NEW, "wall time", 5.0, "seconds", _seconds(NOTHING_NEW), below=True),
)


def verdicts(found: LoaderBenchmark) -> list[Verdict[LoaderBenchmark]]:
    """Hold the figures against every target; what was measured on less, against none."""
    return [judged(target, target.value(found)) for target in TARGETS]
