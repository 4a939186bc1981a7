"""The loader's results as tables of texts, for the terminal and for the document."""

from __future__ import annotations

from bench.loader.results import LoaderBenchmark, LoaderRun, verdicts
from bench.tables import MB, MISSING, Table, targets_table
from bench.terminal import quiet_text

_HEADER = ("what", "side", "files", "MB", "rows", "wall s", "CPU s", "peak MB", "rows / s")


def runs_table(found: LoaderBenchmark) -> Table:
    """Return the figures of each side's run with the median wall time."""
    return Table((*_HEADER, "sum of amounts"), tuple(map(_cells, found.typical())), words=2)


def _cells(run: LoaderRun) -> tuple[str, ...]:
    speed = run.rows_per_second
    return (
        run.scenario,
        run.side,
        f"{run.files:,}",
        f"{run.size_bytes / MB:,.1f}",
        MISSING if run.rows is None else f"{run.rows:,}",
        f"{run.wall_seconds:.1f}",
        f"{run.cpu_seconds:.1f}",
        f"{run.peak_bytes / MB:,.0f}",
        MISSING if speed is None else f"{speed:,.0f}",
        MISSING if run.amount is None else f"{run.amount:,.0f}",
    )


def verdicts_table(found: LoaderBenchmark) -> Table:
    """Return every target with the value and what came of it."""
    return targets_table(verdicts(found))


def others_text(found: LoaderBenchmark) -> str:
    """Say how quiet the machine was."""
    others = sum(run.others_cpu_seconds for run in found.runs)
    wall = sum(run.wall_seconds for run in found.runs)
    return quiet_text(others / (wall * found.machine.cores) if wall else 0.0)


def text(found: LoaderBenchmark) -> str:
    """Return the results for a terminal."""
    versions = ", ".join(f"{name} {version}" for name, version in found.machine.versions.items())
    parts = [versions, others_text(found), "", runs_table(found).text()]
    return "\n".join([*parts, "", verdicts_table(found).text()])
