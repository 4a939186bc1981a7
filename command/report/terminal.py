"""The run report as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from command.build import LAYERS, NodeOutcome
from command.formats import enumeration, printable, signed
from command.report.comparison import AmountChange, Comparison
from command.report.figures import CurrencyFigures, Figures, Share
from command.report.notes import notes_of
from command.report.page import LATEST_PAGE
from command.report.run_report import BuildReport, RunReport
from command.report.undelivered import undelivered, undelivered_lines
from saleslake.lake import Lake

SHOWN_FAILURES = 10
SHOWN_MONTHS = 6
SHOWN_SHARES = 7
SHOWN_SLOWEST = 3
MESSAGE_WIDTH = 300


def render(report: RunReport) -> str:
    """Return the report as text of at most 100 columns, but for paths and reasons."""
    lines = [
        f"saleslake run {report.run_id} · {report.engine} · {report.seconds:.1f} s",
        report.verdict,
        "",
        f"landing {report.landing}" + (" (sample data)" if report.landing_kind == "sample" else ""),
        f"lake    {report.lake}",
        "",
        *_files(report),
        "",
        *_build(report.build),
    ]
    if report.figures is not None:
        lines += ["", *_figures(report.figures)]
    if report.changes is not None and report.changes.figures:
        lines += _changes(report.changes)
    lines += ["", "Next", *(f"  - {step}" for step in report.next_steps)]
    lines += ["", f"Page    {Lake(Path(report.lake)).reports / LATEST_PAGE}"]
    return "\n".join(map(printable, lines))


def _files(report: RunReport) -> Iterator[str]:
    header = ("new", "known", "read", "loaded", "set aside", "rejected", "repaired")
    yield "Files" + " " * 21 + _cells(header)
    without = undelivered(report)
    for table in report.tables:
        landed = table.landed
        if landed.name in without:
            continue
        yield f"  {landed.name:<24}" + _cells(
            [
                *(landed.files_loaded, landed.files_known, landed.rows_read, landed.rows_loaded),
                *(landed.rows_quarantined, table.rows_rejected, table.values_repaired),
            ]
        )
    yield from undelivered_lines(without)
    for note in notes_of(
        [table.landed for table in report.tables], report.set_aside, report.ignored
    ):
        yield f"  {note.line}"


def _cells(values: Sequence[str | int]) -> str:
    widths = (5, 6, 10, 10, 10, 10, 10)
    texts = [value if isinstance(value, str) else f"{value:,}" for value in values]
    return "".join(f"{text:>{width}}" for text, width in zip(texts, widths, strict=True))


def _build(build: BuildReport) -> Iterator[str]:
    if build.kind == "nothing":
        yield f"Build   nothing to do: {build.reason}"
        return
    tables = ", ".join(
        f"{build.tables[layer]} {layer}" for layer in LAYERS if layer in build.tables
    )
    tests = ", ".join(f"{count} {status}" for status, count in sorted(build.tests.items()))
    yield f"Build   {build.kind}, {build.seconds:.1f} s: {build.reason}"
    yield f"Tables  {tables or 'none'}"
    yield f"Tests   {tests or 'none'}"
    slowest = sorted(build.nodes, key=lambda node: -node.seconds)[:SHOWN_SLOWEST]
    yield from enumeration("Slowest ", [f"{node.name} {node.seconds:.1f} s" for node in slowest])
    for node in build.failures[:SHOWN_FAILURES]:
        yield f"  FAILED {node.kind} {node.name}: {_one_line(node)}"
    if len(build.failures) > SHOWN_FAILURES:
        yield f"  and {len(build.failures) - SHOWN_FAILURES} more, in the report's JSON"
    if build.skipped:
        yield f"  {len(build.skipped)} nodes skipped, because they depend on a failed one"


def _one_line(node: NodeOutcome) -> str:
    return " ".join(node.message.split())[:MESSAGE_WIDTH]


def _figures(figures: Figures) -> Iterator[str]:
    yield f"Figures {figures.customers:,} customers, {figures.products:,} current products"
    for currency in figures.currencies:
        yield from _currency(currency)


def _currency(figures: CurrencyFigures) -> Iterator[str]:
    margin = figures.profit / figures.revenue if figures.revenue else Decimal(0)
    code = figures.currency_code
    yield (
        f"  revenue {figures.revenue:,.0f} {code} · profit {figures.profit:,.0f} {code} "
        f"({margin:.1%}, at current standard cost)"
    )
    yield (
        f"  {figures.orders:,} orders · {figures.lines:,} lines · {figures.quantity:,} pieces · "
        f"{figures.first_order_date} to {figures.last_order_date}"
    )
    yield from _shares("by country", figures.by_country[:SHOWN_SHARES])
    yield from _shares("by category", figures.by_category[:SHOWN_SHARES])
    yield from _shares("by month", figures.by_month[-SHOWN_MONTHS:])


def _changes(changes: Comparison) -> Iterator[str]:
    """What is new, in the order of the figures."""
    parts = [_change(change) for change in changes.figures]
    yield from enumeration(f"  {'since last run':<16}", parts)


def _change(change: AmountChange) -> str:
    """``revenue +200 USD``, ``orders in USD +2``, ``customers +1``."""
    difference, code = signed(change.difference), change.currency_code
    if change.is_money:
        return f"{change.figure} {difference} {code}"
    return f"{change.figure}{' in ' + code if code else ''} {difference}"


def _shares(title: str, shares: Sequence[Share]) -> list[str]:
    """Members and amounts; a star marks a month whose last day is not in the data."""
    parts = [f"{share.name}{'*' * share.is_partial} {share.amount:,.0f}" for share in shares]
    return enumeration(f"  {title:<16}", parts)
