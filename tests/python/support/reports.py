"""A run report made by hand, for tests of what a person reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from command.build import BuildResult, NodeOutcome
from command.json_output import FORMAT_VERSION
from command.report.figures import CurrencyFigures, Figures, Share
from command.report.lake_tables import TableState
from command.report.run_report import RunReport, TableReport, build_report, exit_code, next_steps
from command.report.unclean import ReasonCount, Unclean
from command.report.verdict import verdict
from command.state import BuildPlan
from ingest.result import IngestResult, NotLoaded, TableResult

COUNTRIES = ["United States", "Australia", "United Kingdom", "Germany", "France", "Canada"]
USD = CurrencyFigures(
    currency_code="USD",
    revenue=Decimal(29_356_250),
    profit=Decimal(11_685_757),
    quantity=60_423,
    lines=60_398,
    orders=27_659,
    by_country=tuple(Share(name, Decimal(9_162_327)) for name in COUNTRIES),
    by_category=(Share("Bikes", Decimal(28_316_272)),),
    by_month=(Share("2013-12", Decimal(1_874_128)), Share("2014-01", Decimal(45_642), True)),
    first_order_date=date(2010, 12, 29),
    last_order_date=date(2014, 1, 28),
    as_of_date=date(2014, 1, 29),
)
PASSED = NodeOutcome("unique_fact_sales_key", "test", "gold", "pass", 0.2, "")
FAILED = NodeOutcome("fact_sales_profit", "test", "gold", "fail", 0.3, "Got 3 results,\n  not 0")
BUILT = NodeOutcome("fact_sales", "model", "gold", "success", 1.2, "")
AT = datetime(2026, 1, 1, tzinfo=UTC)
FACT_SALES = TableState("gold", "gold", "fact_sales", 60_398, 5_300_000, 3, AT, date(2014, 1, 28))
UNCLEAN = Unclean(
    rejected=(ReasonCount("crm.cust_info", "", "business_key_missing", "rejected", "No key.", 4),),
    repaired=(ReasonCount("crm.cust_info", "gender", "missing", "repaired", "Blank.", 9_177),),
)


def report_of(nodes: tuple[NodeOutcome, ...], landed: TableResult) -> RunReport:
    """A run that landed one table and built these nodes."""
    ingested = IngestResult("run-1", tables=[landed], ignored=[NotLoaded("LICENSE", "no pattern")])
    plan = BuildPlan("full", "first build of this lake")
    result = BuildResult(nodes, succeeded=not any(node.failed for node in nodes))
    build = build_report(plan, result, 9.9)
    waiting = sum(table.rows_quarantined for table in ingested.tables)
    return RunReport(
        format_version=FORMAT_VERSION,
        verdict=verdict(plan, result, ingested),
        run_id="run-1",
        started_at=AT,
        seconds=14.2,
        engine="embedded",
        versions={"saleslake": "0.1.0"},
        lake="/lake",
        landing="/landing",
        landing_kind="real",
        tables=(TableReport(landed, rows_rejected=4, values_repaired=9_177),),
        ignored=tuple(ingested.ignored),
        set_aside=(),
        build=build,
        figures=Figures(18_484, 295, (USD,)),
        lake_tables=(FACT_SALES,),
        unclean=UNCLEAN,
        changes=None,
        exit_code=exit_code(ingested, build_succeeded=build.succeeded),
        next_steps=next_steps(build, ingested, "real", waiting),
    )


def with_currencies(report: RunReport, *currencies: CurrencyFigures) -> RunReport:
    """The same report with other figures."""
    return replace(report, figures=Figures(18_484, 295, currencies))
