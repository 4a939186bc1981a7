"""The report as a person reads it."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from command.build import BuildResult, NodeOutcome
from command.progress import Progress
from command.report.figures import CurrencyFigures, Figures, Share
from command.report.run_report import RunReport, TableReport, build_report, exit_code, next_steps
from command.report.terminal import WIDTH, render
from command.state import BuildPlan
from ingest.result import IngestResult, NotLoaded, TableResult
from saleslake.lake import Lake

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
PASSED = NodeOutcome("unique_fact_sales_key", "test", "", "pass", 0.2, "")
FAILED = NodeOutcome("fact_sales_profit", "test", "", "fail", 0.3, "Got 3 results,\n  not 0")
BUILT = NodeOutcome("fact_sales", "model", "gold", "success", 1.2, "")


def report_of(nodes: tuple[NodeOutcome, ...], landed: TableResult) -> RunReport:
    ingested = IngestResult("run-1", tables=[landed], ignored=[NotLoaded("LICENSE", "no pattern")])
    plan = BuildPlan("full", "first build of this lake")
    build = build_report(plan, BuildResult(nodes, succeeded=not any(n.failed for n in nodes)), 9.9)
    return RunReport(
        run_id="run-1",
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        seconds=14.2,
        engine="embedded",
        lake="/lake",
        landing="/landing",
        landing_kind="real",
        tables=(TableReport(landed, rows_rejected=4, values_repaired=9_177),),
        ignored=tuple(ingested.ignored),
        set_aside=(),
        build=build,
        figures=Figures(18_484, 295, (USD,)),
        exit_code=exit_code(build, ingested),
        next_steps=next_steps(build, ingested, "real", Lake(Path("/lake"))),
    )


def test_a_good_run() -> None:
    landed = TableResult("crm", "cust_info", files_loaded=1, rows_read=18_494, rows_loaded=18_494)
    report = report_of((BUILT, PASSED), landed)
    text = render(report)
    assert report.exit_code == 0
    assert all(len(line) <= WIDTH for line in text.splitlines())
    rows = [line.split() for line in text.splitlines() if "crm.cust_info" in line]
    assert rows == [["crm.cust_info", "1", "0", "18,494", "18,494", "0", "4", "9,177"]]
    for words in (
        "Tables  1 gold",
        "Tests   1 pass",
        "Slowest fact_sales 1.2 s",
        "revenue 29,356,250 USD · profit 11,685,757 USD (39.8%, at current standard cost)",
        "2014-01* 45,642",
        "ignored LICENSE: no pattern",
        "make docs",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"set_aside": [NotLoaded("crm/x.csv", "line 7: cut off")]}, 3, "SET ASIDE crm/x.csv"),
        ({"rows_quarantined": 2}, 3, "records set aside"),
        ({"failure": "OSError: no space left on device"}, 1, "FAILED crm.cust_info: OSError"),
        ({"duplicates": ["crm/copy.csv"]}, 0, "not loaded twice crm/copy.csv"),
        ({"new_columns": ["cst_email"]}, 0, "new columns in crm.cust_info: cst_email"),
    ],
)
def test_what_went_wrong_is_said_and_counts(
    change: dict[str, object], code: int, words: str
) -> None:
    landed = TableResult("crm", "cust_info", files_known=1)
    for name, value in change.items():
        setattr(landed, name, value)
    report = report_of((BUILT, PASSED), landed)
    assert report.exit_code == code
    assert words in render(report)


def test_a_failed_test_is_named_with_what_to_do() -> None:
    report = report_of((BUILT, PASSED, FAILED), TableResult("crm", "cust_info", files_known=1))
    text = render(report)
    assert report.exit_code == 1
    assert "FAILED test fact_sales_profit: Got 3 results, not 0" in text
    assert "dbt test --select fact_sales_profit" in text


def test_progress_is_lines_where_it_cannot_be_written_over() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    progress.step("Landing files")
    progress.count("Building", 1, 2)
    progress.clear()
    assert stream.getvalue() == "Landing files ...\n"
