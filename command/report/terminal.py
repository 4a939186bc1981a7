"""The run report as a person reads it in a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from decimal import Decimal

from command.build import NodeOutcome
from command.report.figures import CurrencyFigures, Figures, Share
from command.report.run_report import BuildReport, RunReport
from ingest.result import TableResult

LAYERS = ["seeds", "bronze", "silver", "snapshots", "gold"]
WIDTH = 100
NO_BREAK = "\N{NO-BREAK SPACE}"
SHOWN_FAILURES = 10
SHOWN_MONTHS = 6
SHOWN_SHARES = 7
SHOWN_SLOWEST = 3
MESSAGE_WIDTH = 300


def render(report: RunReport) -> str:
    """Return the report as text of at most 100 columns, but for paths and reasons."""
    lines = [
        f"saleslake run {report.run_id} · {report.engine} · {report.seconds:.1f} s",
        f"landing {report.landing}" + (" (sample data)" if report.landing_kind == "sample" else ""),
        f"lake    {report.lake}",
        "",
        *_files(report),
        "",
        *_build(report.build),
    ]
    if report.figures is not None:
        lines += ["", *_figures(report.figures)]
    lines += ["", "Next", *(f"  - {step}" for step in report.next_steps)]
    return "\n".join(lines)


def _files(report: RunReport) -> Iterator[str]:
    header = ("new", "known", "read", "loaded", "set aside", "rejected", "repaired")
    yield "Files" + " " * 21 + _cells(header)
    for table in report.tables:
        landed = table.landed
        yield f"  {landed.name:<24}" + _cells(
            [
                *(landed.files_loaded, landed.files_known, landed.rows_read, landed.rows_loaded),
                *(landed.rows_quarantined, table.rows_rejected, table.values_repaired),
            ]
        )
    for table in report.tables:
        yield from _notes(table.landed)
    for aside in report.set_aside:
        yield f"  SET ASIDE {aside.path}: {aside.reason}"
    for ignored in report.ignored:
        yield f"  ignored {ignored.path}: {ignored.reason}"


def _notes(landed: TableResult) -> Iterator[str]:
    if landed.failure:
        yield f"  FAILED {landed.name}: {landed.failure}"
    for aside in landed.set_aside:
        yield f"  SET ASIDE {aside.path}: {aside.reason}"
    for held in landed.held_back:
        what = "INCOMPLETE" if held.is_incomplete else "HELD BACK"
        yield f"  {what} {held.delivery} of {landed.name}: it {held.reason}"
    for duplicate in landed.duplicates:
        yield f"  not loaded twice {duplicate}: the same content was loaded before"
    if landed.new_columns:
        yield f"  new columns in {landed.name}: {', '.join(landed.new_columns)}"
    if landed.missing_columns:
        yield f"  missing columns in {landed.name}: {', '.join(landed.missing_columns)}"


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
    yield "Slowest " + ", ".join(f"{node.name} {node.seconds:.1f} s" for node in slowest)
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
    yield _shares("by country", figures.by_country[:SHOWN_SHARES])
    yield _shares("by category", figures.by_category[:SHOWN_SHARES])
    yield _shares("by month", figures.by_month[-SHOWN_MONTHS:])


def _shares(title: str, shares: Sequence[Share]) -> str:
    """Members and amounts; a star marks a month whose last day is not in the data."""
    # A member and its amount stay on one line: their spaces are no places to break.
    parts = [
        f"{share.name}{'*' * share.is_partial} {share.amount:,.0f}".replace(" ", NO_BREAK)
        for share in shares
    ]
    text = textwrap.fill(
        ", ".join(parts),
        width=WIDTH,
        initial_indent=f"  {title:<13}",
        subsequent_indent=" " * 15,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return text.replace(NO_BREAK, " ")
