"""The report as a person reads it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from reports import AT, BUILT, FAILED, PASSED, report_of

from command.report.comparison import AmountChange, Comparison
from command.report.terminal import render
from ingest.result import HeldBack, NotLoaded, TableResult

WIDTH = 100


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
        "left out LICENSE: no pattern",
        "make docs",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"set_aside": [NotLoaded("crm/x.csv", "line 7: cut off")]}, 3, "SET ASIDE crm/x.csv"),
        ({"rows_quarantined": 2}, 3, "records set aside"),
        ({"failure": "OSError: no space left on device"}, 1, "FAILED crm.cust_info: OSError"),
        (
            {"held_back": [HeldBack("crm/full", "lacks 3 keys", is_incomplete=False)]},
            3,
            "HELD BACK crm/full of crm.cust_info: it lacks 3 keys",
        ),
        ({"duplicates": ["crm/copy.csv"]}, 0, "not loaded twice crm/copy.csv"),
        ({"new_columns": ["cst_email"]}, 0, "new columns in crm.cust_info: cst_email"),
        (
            {"rows_rescued": 2},
            0,
            "rescued in crm.cust_info: 2 records with values that have no place: see _rescued_data",
        ),
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


def test_what_changed_since_the_run_before() -> None:
    report = report_of((BUILT, PASSED), TableResult("crm", "cust_info", files_loaded=1))
    changes = (
        AmountChange("customers", "", Decimal(18_484), Decimal(18_485)),
        AmountChange("revenue", "USD", Decimal(300), Decimal(100)),
        AmountChange("orders", "USD", Decimal(3), Decimal(5)),
    )
    text = render(replace(report, changes=Comparison("run-0", AT, changes, ())))
    assert "customers +1, revenue \N{MINUS SIGN}200 USD, orders in USD +2" in text


def test_the_page_and_the_verdict_are_named() -> None:
    text = render(report_of((BUILT, PASSED), TableResult("crm", "cust_info", files_known=1)))
    assert text.splitlines()[1] == "1 table built, 1 test passed."
    assert text.splitlines()[-1] == "Page    /lake/ops/reports/latest.html"


def test_a_file_s_name_cannot_write_on_the_terminal() -> None:
    landed = TableResult("crm", "cust_info")
    landed.set_aside.append(NotLoaded("crm/\x1b[2J\n.csv", "cut off"))
    text = render(report_of((BUILT, PASSED), landed))
    assert r"SET ASIDE crm/\x1b[2J\n.csv: cut off" in text
    assert "\x1b" not in text
