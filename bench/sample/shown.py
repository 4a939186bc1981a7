"""The sample's results as tables of texts, for the terminal and for docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterator

from bench.sample.results import SampleBenchmark, SampleRun, verdicts
from bench.sections import marks
from bench.tables import MB, Table, targets_table
from bench.terminal import quiet_text

SECTION = "The sample"
_HEADER = ("side", "order lines", "rows", "MB", "wall s", "CPU s", "peak MB", "rows / s")
_HOW = """\
`python -m bench sample` writes the profile by `saleslake sample write`, with CRM, ERP and web
shop: customers, products and order lines as CSV, with dirt, its ledger, and the truth. Then a
script makes the same tables in the same proportions as Faker's documentation shows it, with a call
for each value; it makes some seconds' worth of rows, and the time for a row is compared.
"""


def runs_table(found: SampleBenchmark) -> Table:
    """Return the figures of every run."""
    return Table(_HEADER, tuple(map(_cells, found.runs)), words=1)


def _cells(run: SampleRun) -> tuple[str, ...]:
    return (
        run.side,
        f"{run.order_lines:,}",
        f"{run.rows:,}",
        f"{run.size_bytes / MB:,.0f}",
        f"{run.wall_seconds:.1f}",
        f"{run.cpu_seconds:.1f}",
        f"{run.peak_bytes / MB:,.0f}",
        f"{run.rows_per_second:,.0f}",
    )


def _others(found: SampleBenchmark) -> str:
    others = sum(run.others_cpu_seconds for run in found.runs)
    wall = sum(run.wall_seconds for run in found.runs)
    return quiet_text(others / (wall * found.machine.cores) if wall else 0.0)


def text(found: SampleBenchmark) -> str:
    """Return the results for a terminal."""
    parts = [_others(found), "", runs_table(found).text(), ""]
    return "\n".join([*parts, targets_table(verdicts(found)).text()])


def section(found: SampleBenchmark, command: str) -> str:
    """Return the part of docs/benchmarks.md, with its marks; the command made the results."""
    return "\n".join(_section(found, command))


def _section(found: SampleBenchmark, command: str) -> Iterator[str]:
    begin, end = marks(SECTION)
    machine = found.machine
    yield f"{begin}\n\n## {SECTION}\n"
    yield f"{targets_table(verdicts(found)).markdown()}\n"
    yield f"{runs_table(found).markdown()}\n"
    yield _HOW
    yield f"Measured on {found.started_at:%Y-%m-%d %H:%M} UTC by `{command}`, on {machine.cores}"
    yield f"cores of {machine.processor}, {machine.system}. {_others(found)}\n\n{end}"
