"""What changed since the run before, read back from the report that it left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from reports import BUILT, FACT_SALES, PASSED, USD, report_of

from command.json_output import as_json
from command.report.comparison import AmountChange, RowChange, compare
from command.report.figures import Figures
from command.report.past_run import PastRun, read_past_run
from command.report.run_report import RunReport
from ingest.result import TableResult


def report() -> RunReport:
    return report_of((BUILT, PASSED), TableResult("crm", "cust_info", files_loaded=1))


def past_of(report: RunReport, folder: Path) -> PastRun:
    """What a later run reads of a report."""
    file = folder / "latest.json"
    file.write_text(as_json(report), encoding="utf-8")
    past = read_past_run(file)
    assert past is not None
    return past


def test_a_report_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    past, now = past_of(report(), tmp_path), report()
    assert now.figures is not None
    same = compare(past, now.figures, now.lake_tables)
    assert same is not None
    assert (same.run_id, same.figures, same.tables) == ("run-1", (), ())
    assert (past.verdict, past.exit_code, past.started_at) == (
        now.verdict,
        now.exit_code,
        now.started_at,
    )


def test_every_figure_and_table_that_differs(tmp_path: Path) -> None:
    past = past_of(report(), tmp_path)
    usd = replace(USD, revenue=USD.revenue + 10, orders=USD.orders + 1)
    euro = replace(USD, currency_code="EUR", revenue=Decimal(5), profit=Decimal(0), orders=1)
    tables = [replace(FACT_SALES, rows=60_400), replace(FACT_SALES, name="fact_orders", rows=3)]
    changed = compare(past, Figures(18_485, 295, (usd, euro)), tables)
    assert changed is not None
    assert changed.figures == (
        AmountChange("customers", "", Decimal(18_484), Decimal(18_485)),
        AmountChange("revenue", "USD", USD.revenue, USD.revenue + 10),
        AmountChange("orders", "USD", Decimal(27_659), Decimal(27_660)),
        AmountChange("revenue", "EUR", Decimal(0), Decimal(5)),
        AmountChange("orders", "EUR", Decimal(0), Decimal(1)),
    )
    assert changed.tables == (
        RowChange("gold.fact_sales", 60_398, 60_400),
        RowChange("gold.fact_orders", 0, 3),
    )


def test_a_currency_and_a_table_that_are_gone(tmp_path: Path) -> None:
    changed = compare(past_of(report(), tmp_path), Figures(18_484, 295, ()), [])
    assert changed is not None
    assert [change.now for change in changed.figures] == [0, 0, 0]
    assert changed.tables == (RowChange("gold.fact_sales", 60_398, 0),)


def test_there_is_nothing_to_compare_the_first_run_with(tmp_path: Path) -> None:
    assert read_past_run(tmp_path / "latest.json") is None
    assert compare(None, None, []) is None


def test_a_damaged_or_older_report_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    file = tmp_path / "latest.json"
    file.write_text("{", encoding="utf-8")
    assert read_past_run(file) is None
    file.write_text(
        '{"run_id": "old", "started_at": "2026-01-01T00:00:00+00:00", "seconds": 1, '
        '"engine": "embedded", "exit_code": 0, "landing": "/x", "unknown": [1]}',
        encoding="utf-8",
    )
    past = read_past_run(file)
    assert past is not None
    changed = compare(past, report().figures, report().lake_tables)
    assert changed is not None
    assert (changed.figures, changed.tables) == ((), ())
