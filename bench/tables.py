"""The results as tables of texts, for the terminal and for the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.results import (
    SCENARIOS,
    Benchmark,
    DatasetInfo,
    Figures,
    Ratio,
    cpu_seconds,
    figures,
    ratio,
    slowest_nodes,
)
from bench.sides import DBT_DUCKDB, EMBEDDED
from bench.targets import Found, Target, Verdict

MB = 1_000_000
MISSING = "-"


@dataclass(frozen=True)
class Table:
    """A table of texts; the first columns are words, the rest numbers and aligned right."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int

    def markdown(self) -> str:
        """Return it as Markdown."""
        rule = ["---"] * self.words + ["---:"] * (len(self.header) - self.words)
        lines = [self.header, tuple(rule), *self.rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)

    def text(self) -> str:
        """Return it in columns of spaces."""
        lines = [self.header, *self.rows]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.header))]
        return "\n".join(self._line(line, widths) for line in lines)

    def _line(self, cells: Sequence[str], widths: Sequence[int]) -> str:
        padded = [
            cell.ljust(width) if place < self.words else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  " + "  ".join(padded).rstrip()


def figures_table(benchmark: Benchmark, dataset: DatasetInfo) -> Table:
    """Return wall time, CPU time and memory of every side in every scenario of a data set."""
    rows = []
    for scenario in SCENARIOS:
        for side in benchmark.sides(dataset.name):
            rounds = benchmark.of(dataset.name, scenario, side)
            found = figures(rounds)
            if found is None:
                continue
            other = benchmark.of(dataset.name, scenario, DBT_DUCKDB)
            ratios = (ratio(rounds, other), ratio(rounds, other, cpu_seconds))
            rows.append((scenario, side, *_cells(found), *map(shown_ratio, ratios)))
    header = ("scenario", "side", "wall s", "rounds", "CPU s", "peak MB", "nodes")
    by_other = (f"wall / {DBT_DUCKDB}", f"CPU / {DBT_DUCKDB}")
    return Table((*header, *by_other), tuple(rows), words=2)


def _cells(found: Figures) -> tuple[str, ...]:
    spread = f"{found.fastest_seconds:.1f}-{found.slowest_seconds:.1f}"
    return (
        f"{found.wall_seconds:.1f}",
        spread if found.rounds > 1 else "1",
        f"{found.cpu_seconds:.1f}",
        f"{found.peak_bytes / MB:,.0f}",
        str(found.nodes) if found.nodes else MISSING,
    )


def shown_ratio(found: Ratio | None) -> str:
    """Return a ratio and, where rounds differ, its range."""
    if found is None:
        return MISSING
    if f"{found.least:.2f}" == f"{found.greatest:.2f}":
        return f"{found.value:.2f}"
    return f"{found.value:.2f} ({found.least:.2f}-{found.greatest:.2f})"


def targets_table(
    verdicts: Sequence[Verdict[Found]], datasets: Sequence[DatasetInfo] = ()
) -> Table:
    """Return every target with the value and what came of it."""
    titles = {dataset.name: dataset.title for dataset in datasets}
    words = {True: "met", False: "NOT met", None: "not measured"}
    rows = tuple(
        (
            titles.get(verdict.target.dataset, verdict.target.dataset),
            verdict.target.text,
            _limit(verdict.target),
            MISSING if verdict.value is None else in_unit(verdict.value, verdict.target),
            words[verdict.met],
        )
        for verdict in verdicts
    )
    return Table(("data set", "what", "target", "measured", ""), rows, words=2)


def _limit(target: Target[Found]) -> str:
    return f"{'<' if target.below else '≤'} {in_unit(target.limit, target)}"


def in_unit(value: float, target: Target[Found]) -> str:
    """Return a value in its target's unit."""
    texts = {
        "times": f"{value:.2f} x",
        "seconds": f"{value:.1f} s",
        "GB": f"{value:.2f} GB",
        "share": f"{value:.1%}",
    }
    return texts[target.unit]


def gold_table(benchmark: Benchmark, dataset: DatasetInfo, scenario: str) -> Table:
    """Return the rows and amounts of gold that all sides agreed on."""
    rows = tuple(
        (
            total.table,
            f"{total.rows:,}",
            _amount(total.revenue),
            _amount(total.profit),
        )
        for total in benchmark.gold
        if (total.dataset, total.scenario) == (dataset.name, scenario)
    )
    return Table(("gold table", "rows", "sales_amount", "profit_amount"), rows, words=1)


def _amount(text: str | None) -> str:
    return MISSING if text is None else f"{float(text):,.0f}"


def slowest_table(
    benchmark: Benchmark, dataset: DatasetInfo, scenario: str, number: int
) -> Table | None:
    """Return the nodes that took embedded longest; None where it ran none."""
    here = benchmark.of(dataset.name, scenario, EMBEDDED)
    there = benchmark.of(dataset.name, scenario, DBT_DUCKDB)
    pairs = slowest_nodes(here, there, number)
    if not pairs:
        return None
    rows = tuple(
        (
            pair.name,
            pair.kind,
            f"{pair.seconds:.2f}",
            MISSING if pair.other_seconds is None else f"{pair.other_seconds:.2f}",
        )
        for pair in pairs
    )
    return Table(("node", "kind", f"{EMBEDDED} s", f"{DBT_DUCKDB} s"), rows, words=2)
