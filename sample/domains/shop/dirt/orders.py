"""What goes wrong in the web shop's orders and order lines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sample.dirt.changes import (
    blank,
    cell,
    instead,
    misspelt,
    number,
    one_of,
    padded_with_blanks,
    same_again,
    unchanged,
    unknown_product,
)
from sample.dirt.kinds import Kind
from sample.domains.shop.dirt.changes import (
    amount,
    off_by_cents,
    put,
    times,
    unknown_order,
    years_ahead,
)
from sample.output.chunk import Row

SHIPPING_HUNDREDTHS = 495
"""Cents more that an order has until it is corrected."""
TOO_MANY = 1
"""Pieces more, sold or returned, that a line has until it is corrected."""

_ORDERS, _LINES = "shop.orders", "shop.order_lines"


def _nobody(_: Row, detail: float) -> Row:
    return {"customer_id": f"CUST_{900_000_000 + int(detail * 1_000_000)}"}


def _mistyped_amount(row: Row, detail: float) -> Row:
    text = cell(row, "transaction_amount")
    column = "transaction_amount"
    return {column: one_of(detail, (f"${text}", f"{text} USD", text.replace(".", ",")))}


def _american_date(row: Row, _: float) -> Row:
    day = date.fromisoformat(cell(row, "transaction_date"))
    return {"transaction_date": f"{day:%m/%d/%Y}"}


def _other_case(row: Row, detail: float) -> Row:
    method = cell(row, "payment_method")
    return {"payment_method": one_of(detail, (method.upper(), method.title()))}


def _with_shipping(row: Row, _: float) -> Row:
    more = Decimal(SHIPPING_HUNDREDTHS).scaleb(-2)
    return put(row, "transaction_amount", amount(row, "transaction_amount") + more)


def _price_outlier(row: Row, _: float) -> Row:
    return {column: str(amount(row, column) * 100) for column in ("unit_price", "line_amount")}


def _one_more(row: Row, _: float) -> Row:
    quantity = number(row, "quantity")
    quantity += TOO_MANY if quantity > 0 else -TOO_MANY
    return {
        "quantity": str(quantity),
        "line_amount": str(quantity * amount(row, "unit_price")),
    }


_OF_ORDERS = (
    Kind(
        _ORDERS,
        "record_repeated",
        "repeated",
        0.004,
        "the same record twice",
        same_again,
        adds=True,
    ),
    Kind(
        _ORDERS,
        "customer_unknown",
        "orphan key",
        0.003,
        "a customer of whom no file tells",
        _nobody,
    ),
    Kind(_ORDERS, "customer_blank", "missing", 0.002, "no customer", blank("customer_id")),
    Kind(
        _ORDERS,
        "amount_inconsistent",
        "inconsistent",
        0.003,
        "the amount is not the sum of the order's lines",
        off_by_cents("transaction_amount"),
    ),
    Kind(
        _ORDERS,
        "amount_outlier",
        "outlier",
        0.001,
        "the amount a hundredfold",
        times("transaction_amount", 100),
    ),
    Kind(
        _ORDERS,
        "amount_negative",
        "out of range",
        0.001,
        "the right amount with the wrong sign",
        times("transaction_amount", -1),
    ),
    Kind(
        _ORDERS,
        "amount_mistyped",
        "mistyped",
        0.002,
        "the amount with a currency, or a decimal comma",
        _mistyped_amount,
    ),
    Kind(
        _ORDERS,
        "date_future",
        "future date",
        0.001,
        "the order was placed decades ahead",
        years_ahead("transaction_date"),
    ),
    Kind(
        _ORDERS,
        "date_mistyped",
        "mistyped",
        0.002,
        "the date as month/day/year",
        _american_date,
    ),
    Kind(
        _ORDERS,
        "payment_method_misspelt",
        "misspelt",
        0.004,
        "a letter is missing in the payment method",
        misspelt("payment_method"),
    ),
    Kind(
        _ORDERS,
        "payment_method_case",
        "misspelt",
        0.01,
        "the payment method with capital letters",
        _other_case,
    ),
    Kind(
        _ORDERS,
        "category_untrimmed",
        "white space",
        0.005,
        "blanks around the category",
        padded_with_blanks("product_category"),
    ),
    Kind(
        _ORDERS,
        "sales_rep_blank",
        "missing",
        0.01,
        "no sales rep; each customer has one in all orders",
        blank("sales_rep"),
    ),
    Kind(_ORDERS, "late", "late", 0.02, "the order comes some days late", unchanged),
    Kind(
        _ORDERS,
        "amount_corrected",
        "corrected",
        0.02,
        "first delivered with the shipping in the amount",
        _with_shipping,
    ),
)

_OF_LINES = (
    Kind(
        _LINES,
        "record_repeated",
        "repeated",
        0.002,
        "the same record twice",
        same_again,
        adds=True,
    ),
    Kind(
        _LINES,
        "product_unknown",
        "orphan key",
        0.001,
        "a product that no file tells of",
        unknown_product,
    ),
    Kind(
        _LINES,
        "order_unknown",
        "orphan key",
        0.001,
        "an order that no file tells of",
        unknown_order,
    ),
    Kind(
        _LINES,
        "line_amount_inconsistent",
        "inconsistent",
        0.002,
        "the amount is not quantity times unit price",
        off_by_cents("line_amount"),
    ),
    Kind(
        _LINES,
        "line_amount_blank",
        "missing",
        0.002,
        "no amount",
        blank("line_amount"),
    ),
    Kind(
        _LINES,
        "unit_price_outlier",
        "outlier",
        0.0005,
        "unit price and amount a hundredfold",
        _price_outlier,
    ),
    Kind(
        _LINES,
        "unit_price_negative",
        "out of range",
        0.001,
        "the right unit price with the wrong sign",
        times("unit_price", -1),
    ),
    Kind(
        _LINES,
        "list_price_zero",
        "out of range",
        0.001,
        "the list price is 0.00",
        instead("list_price", "0.00"),
    ),
    Kind(
        _LINES,
        "date_future",
        "future date",
        0.0005,
        "the line is dated decades ahead",
        years_ahead("transaction_date"),
    ),
    Kind(
        _LINES,
        "promotion_blank",
        "missing",
        0.003,
        "a discount without its promotion",
        blank("promotion_id"),
    ),
    Kind(_LINES, "late", "late", 0.02, "the line comes some days late", unchanged),
    Kind(
        _LINES,
        "quantity_corrected",
        "corrected",
        0.01,
        "first delivered with one piece more, sold or returned",
        _one_more,
    ),
)

KINDS = (*_OF_ORDERS, *_OF_LINES)
