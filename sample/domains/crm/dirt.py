"""What goes wrong in the CRM's files. A right pipeline undoes all of it that matters to a total.

Kinds with the rate 0 are there to be asked for: a pipeline cannot tell what was right.
"""

from __future__ import annotations

from datetime import date, timedelta

from sample.dirt.changes import (
    blank,
    cell,
    day_in,
    instead,
    letters,
    number,
    one_of,
    padded_with_blanks,
    shifted,
    unchanged,
)
from sample.dirt.kinds import Kind
from sample.output.chunk import Row

TOO_MANY = 1
"""Pieces more that a line has until it is corrected."""

_CUSTOMERS, _PRODUCTS, _SALES = "crm.cust_info", "crm.prd_info", "crm.sales_details"


def _outdated(row: Row, detail: float) -> Row:
    """An earlier record of a customer: a first name that was not known yet, an earlier date."""
    created = date.fromisoformat(cell(row, "cst_create_date"))
    return {
        "cst_firstname": "",
        "cst_create_date": (created - timedelta(days=1 + int(detail * 90))).isoformat(),
    }


def _without_id(row: Row, detail: float) -> Row:
    """A record that tells of nobody."""
    return {**dict.fromkeys(row, ""), "cst_key": letters(detail, 4 + int(detail * 5))}


def _other_status(row: Row, _: float) -> Row:
    return {"cst_marital_status": "S" if row["cst_marital_status"] == "M" else "M"}


def _end_before_start(row: Row, detail: float) -> Row | None:
    if not row["prd_end_dt"]:
        return None
    start = date.fromisoformat(cell(row, "prd_start_dt"))
    return {"prd_end_dt": shifted(start, -day_in(detail, 200, 1500)).isoformat()}


def _negative_amount(row: Row, _: float) -> Row:
    return {"sls_sales": str(-number(row, "sls_sales"))}


def _inconsistent_amount(row: Row, detail: float) -> Row:
    extra = (1 + int(detail * 2)) * number(row, "sls_price")
    return {"sls_sales": str(number(row, "sls_sales") + extra)}


def _negative_price(row: Row, _: float) -> Row:
    return {"sls_price": str(-number(row, "sls_price"))}


def _outlier(row: Row, _: float) -> Row:
    return {column: f"{row[column]}00" for column in ("sls_sales", "sls_price")}


def _future_order(row: Row, detail: float) -> Row:
    year = 2040 + int(detail * 40)
    # A day that every year has.
    month_and_day = cell(row, "sls_order_dt")[4:].replace("0229", "0228")
    return {"sls_order_dt": f"{year}{month_and_day}"}


def _swapped(row: Row, _: float) -> Row:
    return {"sls_order_dt": row["sls_ship_dt"], "sls_ship_dt": row["sls_order_dt"]}


def _unreadable(_: Row, detail: float) -> Row:
    return {"sls_order_dt": str(4000 + int(detail * 46_000))}


def _nobody(_: Row, detail: float) -> Row:
    return {"sls_cust_id": str(900_000_000 + int(detail * 1_000_000))}


def _one_more(row: Row, _: float) -> Row:
    quantity = number(row, "sls_quantity") + TOO_MANY
    return {
        "sls_quantity": str(quantity),
        "sls_sales": str(quantity * number(row, "sls_price")),
    }


def _mistyped_price(row: Row, detail: float) -> Row:
    return {"sls_price": one_of(detail, (f"{row['sls_price']}$", f"USD {row['sls_price']}", "n/a"))}


KINDS = (
    Kind(
        _CUSTOMERS,
        "customer_id_blank",
        "missing",
        0.002,
        "beside a customer: a record with nothing but a key of some other kind",
        _without_id,
        adds=True,
    ),
    Kind(
        _CUSTOMERS,
        "row_outdated",
        "repeated",
        0.004,
        "beside a customer: an earlier record, without the first name, created earlier",
        _outdated,
        adds=True,
    ),
    Kind(
        _CUSTOMERS,
        "first_name_untrimmed",
        "white space",
        0.01,
        "blanks around the first name",
        padded_with_blanks("cst_firstname"),
    ),
    Kind(
        _CUSTOMERS,
        "last_name_untrimmed",
        "white space",
        0.01,
        "blanks around the last name",
        padded_with_blanks("cst_lastname"),
    ),
    Kind(
        _CUSTOMERS,
        "marital_status_blank",
        "missing",
        0.005,
        "the CRM does not know",
        blank("cst_marital_status"),
    ),
    Kind(
        _CUSTOMERS,
        "gender_blank",
        "missing",
        0.2,
        "the CRM does not know; the ERP fills most gaps",
        blank("cst_gndr"),
    ),
    Kind(
        _CUSTOMERS,
        "late",
        "late",
        0.05,
        "a new customer comes some days late",
        unchanged,
    ),
    Kind(
        _CUSTOMERS,
        "marital_status_corrected",
        "corrected",
        0.05,
        "first delivered with the other marital status",
        _other_status,
    ),
    Kind(
        _PRODUCTS,
        "end_before_start",
        "swapped dates",
        0.85,
        "a superseded version ends before it starts",
        _end_before_start,
    ),
    Kind(_PRODUCTS, "cost_blank", "missing", 0.02, "no cost", blank("prd_cost")),
    Kind(
        _PRODUCTS,
        "line_untrimmed",
        "white space",
        0.05,
        "blanks around the code",
        padded_with_blanks("prd_line"),
    ),
    Kind(_PRODUCTS, "line_blank", "missing", 0.03, "no code", blank("prd_line")),
    Kind(
        _SALES,
        "order_date_zero",
        "missing",
        0.003,
        "0 instead of the order date",
        instead("sls_order_dt", "0"),
    ),
    Kind(
        _SALES,
        "order_date_unreadable",
        "mistyped",
        0.001,
        "a number that is no date instead of the order date",
        _unreadable,
    ),
    Kind(_SALES, "amount_blank", "missing", 0.002, "no amount", blank("sls_sales")),
    Kind(
        _SALES,
        "amount_zero",
        "out of range",
        0.001,
        "the amount is 0",
        instead("sls_sales", "0"),
    ),
    Kind(
        _SALES,
        "amount_negative",
        "out of range",
        0.0015,
        "the right amount with the wrong sign",
        _negative_amount,
    ),
    Kind(
        _SALES,
        "amount_inconsistent",
        "inconsistent",
        0.0025,
        "the amount is not quantity times price",
        _inconsistent_amount,
    ),
    Kind(_SALES, "price_blank", "missing", 0.002, "no price", blank("sls_price")),
    Kind(
        _SALES,
        "price_negative",
        "out of range",
        0.0015,
        "the right price with the wrong sign",
        _negative_price,
    ),
    Kind(
        _SALES,
        "price_mistyped",
        "mistyped",
        0.0005,
        "the price with a currency sign, or n/a",
        _mistyped_price,
    ),
    Kind(
        _SALES,
        "amount_outlier",
        "outlier",
        0.0,
        "amount and price a hundredfold",
        _outlier,
    ),
    Kind(
        _SALES,
        "order_date_future",
        "future date",
        0.0,
        "the order date lies decades ahead",
        _future_order,
    ),
    Kind(
        _SALES,
        "dates_swapped",
        "swapped dates",
        0.0,
        "order date and ship date in each other's place",
        _swapped,
    ),
    Kind(
        _SALES,
        "customer_unknown",
        "orphan key",
        0.0,
        "a customer of whom no file tells",
        _nobody,
    ),
    Kind(
        _SALES,
        "late",
        "late",
        0.02,
        "the line comes some days late",
        unchanged,
    ),
    Kind(
        _SALES,
        "quantity_corrected",
        "corrected",
        0.02,
        "first delivered with one piece more",
        _one_more,
    ),
)
