"""What was measured of the sample, as data, and its targets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bench.machine import Machine
from bench.targets import GB, Target, Verdict, judged

SAMPLE, ALL_SYSTEMS, FAKER = "the sample", "the sample, all six systems", "Faker, row by row"
MANY_LINES = 9_500_000
"""About ten million: the size that the targets are about."""


@dataclass(frozen=True)
class SampleRun:
    """One run of one side.

    Attributes:
        side: SAMPLE, ALL_SYSTEMS or FAKER.
        order_lines: of CRM and web shop that it wrote.
        rows: all records that it wrote.
        size_bytes: of its files.
        wall_seconds: of the whole process.
        cpu_seconds: of it and all it started.
        peak_bytes: of their resident sets together, sampled.
        others_cpu_seconds: what other processes of the machine took meanwhile.
    """

    side: str
    order_lines: int
    rows: int
    size_bytes: int
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    others_cpu_seconds: float

    @property
    def rows_per_second(self) -> float:
        """Records by the wall time."""
        return self.rows / self.wall_seconds


@dataclass(frozen=True)
class SampleBenchmark:
    """Everything that one call of the sample's benchmark found."""

    started_at: datetime
    machine: Machine
    runs: tuple[SampleRun, ...]

    def of(self, side: str) -> SampleRun | None:
        """Return the run of a side."""
        return next((run for run in self.runs if run.side == side), None)


def _large(found: SampleBenchmark) -> SampleRun | None:
    run = found.of(SAMPLE)
    return run if run and run.order_lines >= MANY_LINES else None


def _seconds(found: SampleBenchmark) -> float | None:
    run = _large(found)
    return run.wall_seconds if run else None


def _peak(found: SampleBenchmark) -> float | None:
    run = _large(found)
    return run.peak_bytes / GB if run else None


def _row_time(found: SampleBenchmark) -> float | None:
    run, usual = _large(found), found.of(FAKER)
    return usual.rows_per_second / run.rows_per_second if run and usual else None


SampleTarget = Target[SampleBenchmark]
WHAT = "10,000,000 order lines"
TARGETS = (
    SampleTarget(WHAT, "with customers and products as CSV", 60.0, "seconds", _seconds, below=True),
    SampleTarget(WHAT, "peak memory", 2.0, "GB", _peak, below=True),
    SampleTarget(WHAT, f"time for a row by {FAKER}", 0.01, "times", _row_time, below=True),
)


def verdicts(found: SampleBenchmark) -> list[Verdict[SampleBenchmark]]:
    """Hold the figures against every target; what was measured on less, against none."""
    return [judged(target, target.value(found)) for target in TARGETS]
