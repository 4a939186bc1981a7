"""Made-up results of the loader's benchmark."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from bench_results import GB, MACHINE

from bench.loader.names import SALESLAKE
from bench.loader.results import MANY, LoaderBenchmark, LoaderRun


def loader_run(
    scenario: str = MANY,
    side: str = SALESLAKE,
    wall_seconds: float = 10.0,
    *,
    lines: int = 10_000_000,
    files: int = 20,
    size_bytes: int = 640_000_000,
    peak_gb: float = 0.5,
    rows: int | None = None,
    amount: int = 7,
) -> LoaderRun:
    """One run of one side, whose table has all lines unless told otherwise."""
    return LoaderRun(
        scenario=scenario,
        side=side,
        lines=lines,
        files=files,
        size_bytes=size_bytes,
        wall_seconds=wall_seconds,
        cpu_seconds=12.0,
        peak_bytes=int(peak_gb * GB),
        others_cpu_seconds=0.1,
        rows=lines if rows is None else rows,
        amount=Decimal(amount),
    )


def loader_benchmark(*runs: LoaderRun) -> LoaderBenchmark:
    """Results of some runs."""
    return LoaderBenchmark(datetime(2026, 11, 21, 12, 0, tzinfo=UTC), MACHINE, runs)
