"""The run report as a page: one HTML file that needs nothing else, beside the report's JSON.

Everything in it comes from the RunReport. Names of files, columns and countries are other people's
text, so every value is escaped, and the page's own policy forbids scripts and outside resources.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from command import formats
from command.build import LAYERS as BUILD_LAYERS
from command.build import TESTS, NodeOutcome
from command.report.charts import Bar, ColumnChart, bars, column_chart
from command.report.comparison import AmountChange
from command.report.figures import CurrencyFigures
from command.report.lake_tables import LAYERS, TableState
from command.report.notes import notes_of
from command.report.run_report import RunReport
from command.report.undelivered import by_source, is_shown, undelivered
from saleslake.errors import EXIT_OK, EXIT_SET_ASIDE
from saleslake.lake import Lake, write_atomically

LATEST_PAGE = "latest.html"
TEMPLATES = Path(__file__).parent
SHOWN_SLOWEST = 12


@dataclass(frozen=True)
class CurrencyView:
    """One currency's figures with their charts."""

    figures: CurrencyFigures
    margin: Decimal
    months: ColumnChart | None
    countries: list[Bar]
    categories: list[Bar]
    changes: dict[str, AmountChange]


@dataclass(frozen=True)
class LayerView:
    """What dbt built and tested in one layer; times are sums over its nodes, in seconds."""

    name: str
    nodes: list[NodeOutcome]
    built: int
    failed: int
    skipped: int
    seconds: float
    tests_passed: int
    tests_failed: int
    tests_skipped: int
    test_seconds: float


def write_page(lake: Lake, report: RunReport) -> Path:
    """Write the page under the run's id and as the latest one; return the latter's path."""
    text = render_page(report)
    write_atomically(lake.reports / f"{report.run_id}.html", text)
    latest = lake.reports / LATEST_PAGE
    write_atomically(latest, text)
    return latest


def render_page(report: RunReport) -> str:
    """Return the page as HTML."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": lambda value: f"{value:,.0f}",
        "percent": lambda value: f"{value:.1%}",
        "signed": formats.signed,
        "duration": formats.duration,
        "size": formats.size,
        "moment": formats.moment,
    }
    nodes = report.build.nodes
    slowest = sorted(nodes, key=lambda node: -node.seconds)[:SHOWN_SLOWEST]
    without = undelivered(report)
    return environment.get_template("page.html.j2").render(
        css=(TEMPLATES / "page.css").read_text(encoding="utf-8"),
        report=report,
        mood=_mood(report.exit_code),
        notes=notes_of([table.landed for table in report.tables], report.set_aside, report.ignored),
        currencies=[_currency(report, figures) for figures in _figures(report)],
        counts=_changes(report, ""),
        layers=layers_of(nodes),
        slowest=[(node, 100 * node.seconds / (slowest[0].seconds or 1)) for node in slowest],
        landed=[table for table in report.tables if table.landed.name not in without],
        undelivered=", ".join(by_source(without)),
        lake_layers=_tables_by_layer(
            [table for table in report.lake_tables if is_shown(table, without)]
        ),
    )


def layers_of(nodes: Sequence[NodeOutcome]) -> list[LayerView]:
    """Sum up a build by layer, in the order in which a row passes them."""
    known = [*BUILD_LAYERS, *sorted({node.layer for node in nodes} - set(BUILD_LAYERS))]
    return [
        _layer(name, [node for node in nodes if node.layer == name])
        for name in known
        if any(node.layer == name for node in nodes)
    ]


def _layer(name: str, nodes: list[NodeOutcome]) -> LayerView:
    tests = [node for node in nodes if node.kind in TESTS]
    tables = [node for node in nodes if node.kind not in TESTS]
    return LayerView(
        name=name or "other",
        nodes=sorted(nodes, key=lambda node: (not node.failed, node.kind in TESTS, -node.seconds)),
        built=sum(node.status == "success" for node in tables),
        failed=sum(node.failed for node in tables),
        skipped=sum(node.status == "skipped" for node in tables),
        seconds=sum(node.seconds for node in tables),
        tests_passed=sum(node.status == "pass" for node in tests),
        tests_failed=sum(node.failed for node in tests),
        tests_skipped=sum(node.status == "skipped" for node in tests),
        test_seconds=sum(node.seconds for node in tests),
    )


def _mood(exit_code: int) -> str:
    return {EXIT_OK: "good", EXIT_SET_ASIDE: "attention"}.get(exit_code, "failed")


def _figures(report: RunReport) -> Sequence[CurrencyFigures]:
    return report.figures.currencies if report.figures else ()


def _currency(report: RunReport, figures: CurrencyFigures) -> CurrencyView:
    return CurrencyView(
        figures=figures,
        margin=figures.profit / figures.revenue if figures.revenue else Decimal(0),
        months=column_chart(figures.by_month, figures.currency_code),
        countries=bars(figures.by_country),
        categories=bars(figures.by_category),
        changes=_changes(report, figures.currency_code),
    )


def _changes(report: RunReport, currency_code: str) -> dict[str, AmountChange]:
    """Return what changed of one currency's figures, of the lake's for an empty code."""
    changes = report.changes.figures if report.changes else ()
    return {change.figure: change for change in changes if change.currency_code == currency_code}


def _tables_by_layer(tables: Sequence[TableState]) -> list[tuple[str, list[TableState]]]:
    layers = [(layer, [table for table in tables if table.layer == layer]) for layer in LAYERS]
    return [(layer, found) for layer, found in layers if found]
