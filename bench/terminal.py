"""The results for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from bench.results import SCENARIOS, Benchmark, DatasetInfo
from bench.tables import figures_table, slowest_table, targets_table
from bench.targets import verdicts

MB = 1_000_000
GB = 1_000_000_000
QUIET = 0.1
"""Share of the machine that others may take before a reader is told."""


def render(benchmark: Benchmark, slowest: int) -> str:
    """Return the results as text.

    Args:
        benchmark: the results.
        slowest: how many of embedded's slowest nodes to show for each scenario.
    """
    return "\n".join(_lines(benchmark, slowest))


def _lines(benchmark: Benchmark, slowest: int) -> Iterator[str]:
    machine = benchmark.machine
    yield f"{machine.cores} cores, {machine.memory_bytes / GB:.0f} GB, {machine.processor}"
    yield ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    yield others_text(benchmark)
    for dataset in benchmark.datasets:
        yield ""
        yield dataset_text(dataset)
        yield figures_table(benchmark, dataset).text()
        if slowest:
            yield from _slowest(benchmark, dataset, slowest)
    yield ""
    yield "The sides ran the same nodes, no test failed, and their gold is equal."
    yield ""
    yield targets_table(verdicts(benchmark), benchmark.datasets).text()


def _slowest(benchmark: Benchmark, dataset: DatasetInfo, number: int) -> Iterator[str]:
    for scenario in SCENARIOS:
        table = slowest_table(benchmark, dataset, scenario, number)
        if table is not None:
            yield ""
            yield f"{dataset.title}, {scenario}: embedded's slowest nodes"
            yield table.text()


def dataset_text(dataset: DatasetInfo) -> str:
    """Return what a data set is."""
    return (
        f"{dataset.title}: {dataset.files} files, {dataset.size_bytes / MB:,.1f} MB, "
        f"{dataset.lines:,} sales lines, {dataset.rounds} round{'s' * (dataset.rounds > 1)}"
    )


def others_share(benchmark: Benchmark) -> float:
    """Return the share of the machine that other processes took while it was measured."""
    others = sum(one.others_cpu_seconds for one in benchmark.measurements)
    wall = sum(one.wall_seconds for one in benchmark.measurements)
    return others / (wall * benchmark.machine.cores)


def others_text(benchmark: Benchmark) -> str:
    """Say how quiet the machine was."""
    return quiet_text(others_share(benchmark))


def quiet_text(share: float) -> str:
    """Say how quiet the machine was, given the share of it that other processes took."""
    text = f"Other processes took {share:.0%} of the machine meanwhile"
    if share <= QUIET:
        return text + "."
    return text + ": it was not quiet, so trust CPU times more than wall times."
