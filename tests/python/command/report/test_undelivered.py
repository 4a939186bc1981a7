"""Tables that nothing was delivered for take one line, and nothing else takes less than its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reports import BUILT, FACT_SALES, PASSED, UNCLEAN, report_of

from command.report.page import render_page
from command.report.run_report import RunReport, TableReport
from command.report.terminal import render
from command.report.unclean import ReasonCount
from command.report.undelivered import by_source, undelivered
from ingest.result import NotLoaded, TableResult

EMPTY = replace(FACT_SALES, layer="raw", schema="raw_shop", name="orders", rows=0, newest_date=None)
LINE = "othing delivered yet: shop (2 tables), traffic.stores"


def landed_with(*others: TableResult) -> RunReport:
    """A run of crm.cust_info and other tables, in a lake with an empty raw_shop.orders."""
    report = report_of((BUILT, PASSED), TableResult("crm", "cust_info", files_loaded=1))
    tables = (*report.tables, *(TableReport(other, 0, 0) for other in others))
    return replace(report, tables=tables, lake_tables=(EMPTY, FACT_SALES))


@pytest.fixture
def report() -> RunReport:
    """A run in which nothing came for three tables; two of them are not even in the lake."""
    return landed_with(
        TableResult("shop", "orders"),
        TableResult("shop", "prices"),
        TableResult("traffic", "stores"),
    )


def test_the_terminal_and_the_page_sum_them_up(report: RunReport) -> None:
    text = render(report)
    assert f"  n{LINE}\n" in text
    assert "crm.cust_info" in text
    assert "shop.orders" not in text
    page = render_page(report)
    assert f"N{LINE}." in page
    assert "<code>crm.cust_info</code>" in page
    assert "shop.orders" not in page


def test_a_run_that_found_files_of_all_tables_says_nothing_of_it() -> None:
    report = report_of((BUILT, PASSED), TableResult("crm", "cust_info", files_known=1))
    assert "othing delivered" not in render(report) + render_page(report)


@pytest.mark.parametrize(
    "landed",
    [
        TableResult("shop", "orders", files_known=1),
        TableResult("shop", "orders", files_without_records=1),
        TableResult("shop", "orders", set_aside=[NotLoaded("shop/orders.csv", "cut off")]),
        TableResult("shop", "orders", failure="OSError"),
    ],
)
def test_a_table_with_a_file_has_a_row_of_its_own(landed: TableResult) -> None:
    assert undelivered(landed_with(landed)) == []


def test_files_that_were_taken_out_of_landing_were_delivered() -> None:
    report = landed_with(TableResult("shop", "orders"))
    assert undelivered(report) == ["shop.orders"]
    for rows in (1, None):  # None: it cannot be read
        assert undelivered(replace(report, lake_tables=(replace(EMPTY, rows=rows),))) == []
    reason = ReasonCount("shop.orders", "", "field_count", "quarantined", "Fields.", 1)
    for unclean in (
        replace(UNCLEAN, quarantined=(reason,)),
        replace(UNCLEAN, closed=(reason,)),
    ):
        assert undelivered(replace(report, unclean=unclean)) == []


def test_they_are_counted_by_source_in_their_order() -> None:
    names = ["supply.a", "shop.x", "supply.b", "crm.c", "crm.d"]
    assert by_source(names) == ["supply (2 tables)", "shop.x", "crm (2)"]
    assert by_source([]) == []
