"""What was measured, as data, and the figures and ratios that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from bench.machine import Machine
from bench.sides import NodeTime
from bench.totals import Totals

FIRST_BUILD, NOTHING_NEW, NEW_LINES = "first build", "nothing new", "10,000 new lines"
SCENARIOS = (FIRST_BUILD, NOTHING_NEW, NEW_LINES)
NEW_LINE_COUNT = 10_000


@dataclass(frozen=True)
class DatasetInfo:
    """A data set as it was measured.

    Attributes:
        name: ``crm_erp``, ``sample`` or ``lines``.
        title: what a reader calls it.
        lines: its sales lines.
        files: its files.
        size_bytes: their size.
        rounds: how often all scenarios were run.
    """

    name: str
    title: str
    lines: int
    files: int
    size_bytes: int
    rounds: int


@dataclass(frozen=True)
class GoldTotal:
    """A gold table after a scenario, equal on all sides; amounts where the table has them."""

    dataset: str
    scenario: str
    table: str
    rows: int
    revenue: str | None
    profit: str | None


def gold_totals(dataset: str, scenario: str, held: Totals) -> list[GoldTotal]:
    """Return the rows, revenue and profit of every gold table, given all totals of a side."""
    return [
        GoldTotal(
            dataset=dataset,
            scenario=scenario,
            table=name.removeprefix("gold."),
            rows=int(values["count(*)"]),
            revenue=values.get("sum(sales_amount)"),
            profit=values.get("sum(profit_amount)"),
        )
        for name, values in held.items()
        if name.startswith("gold.")
    ]


@dataclass(frozen=True)
class Measurement:
    """One run of one side.

    Attributes:
        dataset: name of the data set.
        scenario: one of SCENARIOS.
        side: one of the sides.
        round: from 1.
        wall_seconds: of the whole process.
        cpu_seconds: of it and all it started.
        peak_bytes: of their resident sets together, sampled.
        others_cpu_seconds: what other processes of the machine took meanwhile.
        dbt_seconds: the part of the wall time in dbt.
        nodes: the dbt nodes that it ran.
    """

    dataset: str
    scenario: str
    side: str
    round: int
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    others_cpu_seconds: float
    dbt_seconds: float
    nodes: tuple[NodeTime, ...]


@dataclass(frozen=True)
class Benchmark:
    """Everything that one call of the benchmark found."""

    started_at: datetime
    machine: Machine
    datasets: tuple[DatasetInfo, ...]
    measurements: tuple[Measurement, ...]
    gold: tuple[GoldTotal, ...]

    def of(self, dataset: str, scenario: str, side: str) -> list[Measurement]:
        """Return the rounds of one side in one scenario."""
        return [
            measured
            for measured in self.measurements
            if (measured.dataset, measured.scenario, measured.side) == (dataset, scenario, side)
        ]

    def sides(self, dataset: str) -> list[str]:
        """Return the sides measured on a data set, in the order of their first run."""
        names = [each.side for each in self.measurements if each.dataset == dataset]
        return sorted(set(names), key=names.index)


@dataclass(frozen=True)
class Figures:
    """The rounds of one side in one scenario, summed up.

    Attributes:
        wall_seconds: the median.
        fastest_seconds: the least.
        slowest_seconds: the greatest.
        cpu_seconds: the median.
        peak_bytes: the greatest.
        nodes: dbt nodes that a round ran.
        rounds: number of rounds.
    """

    wall_seconds: float
    fastest_seconds: float
    slowest_seconds: float
    cpu_seconds: float
    peak_bytes: int
    nodes: int
    rounds: int


def figures(rounds: Sequence[Measurement]) -> Figures | None:
    """Sum rounds up; None when there are none."""
    if not rounds:
        return None
    walls = [measured.wall_seconds for measured in rounds]
    return Figures(
        wall_seconds=median(walls),
        fastest_seconds=min(walls),
        slowest_seconds=max(walls),
        cpu_seconds=median(measured.cpu_seconds for measured in rounds),
        peak_bytes=max(measured.peak_bytes for measured in rounds),
        nodes=max(len(measured.nodes) for measured in rounds),
        rounds=len(rounds),
    )


def wall_seconds(measured: Measurement) -> float:
    """Return the wall time of a run."""
    return measured.wall_seconds


def cpu_seconds(measured: Measurement) -> float:
    """Return the CPU time of a run."""
    return measured.cpu_seconds


@dataclass(frozen=True)
class Ratio:
    """How many times as long one took as another.

    Attributes:
        value: median by median.
        least: the least of the rounds, each by its own round's other.
        greatest: the greatest of them.
    """

    value: float
    least: float
    greatest: float


def ratio(
    these: Sequence[Measurement],
    others: Sequence[Measurement],
    of: Callable[[Measurement], float] = wall_seconds,
) -> Ratio | None:
    """Compare times by rounds that both have; None when there are none.

    Args:
        these: rounds of one side.
        others: rounds of the other.
        of: the time to compare, wall time unless given.
    """
    rounds = {measured.round: of(measured) for measured in others}
    pairs = [
        (of(measured), rounds[measured.round]) for measured in these if measured.round in rounds
    ]
    if not pairs:
        return None
    by_round = [this / other for this, other in pairs]
    value = median(this for this, _ in pairs) / median(other for _, other in pairs)
    return Ratio(value, min(by_round), max(by_round))


@dataclass(frozen=True)
class NodePair:
    """One node's seconds on two sides, the median of the rounds; None where it did not run."""

    name: str
    kind: str
    seconds: float
    other_seconds: float | None


def slowest_nodes(
    these: Sequence[Measurement], others: Sequence[Measurement], number: int
) -> list[NodePair]:
    """Return the nodes that took one side longest, beside what they took the other."""
    here, there = _medians(these), _medians(others)
    longest = sorted(here, key=lambda node: -here[node])[:number]
    return [
        NodePair(name, kind, here[kind, name], there.get((kind, name))) for kind, name in longest
    ]


def _medians(rounds: Sequence[Measurement]) -> dict[tuple[str, str], float]:
    seconds: dict[tuple[str, str], list[float]] = {}
    for measured in rounds:
        for node in measured.nodes:
            seconds.setdefault((node.kind, node.name), []).append(node.seconds)
    return {node: median(found) for node, found in seconds.items()}
