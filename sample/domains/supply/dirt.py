"""What goes wrong in the files of the supply side."""

from __future__ import annotations

from datetime import date

from sample.dirt.changes import (
    blank,
    cell,
    misspelt,
    mojibake,
    number,
    one_of,
    padded_with_blanks,
    same_again,
    unchanged,
    unknown_product,
)
from sample.dirt.kinds import Change, Kind
from sample.output.chunk import Cell, Row

MISCOUNTED = 2
"""Pieces more that a count or a delivery has until it is corrected."""

_SUPPLIERS, _STOCK, _DELIVERIES = "supply.suppliers", "supply.stock_on_hand", "supply.deliveries"


def _lower_case(row: Row, _: float) -> Row:
    return {"warehouse": cell(row, "warehouse").lower()}


def _pieces(column: str, factor: int, more: int = 0) -> Change:
    """Multiply a number of pieces, or add to it; a text stays a text."""

    def change(row: Row, _: float) -> Row | None:
        right = number(row, column)
        wrong = right * factor + more
        value: Cell = str(wrong) if isinstance(row[column], str) else wrong
        return {column: value} if wrong != right else None

    return change


def _mistyped_cost(row: Row, detail: float) -> Row:
    cost = cell(row, "unit_cost")
    return {"unit_cost": one_of(detail, (f"${cost}", f"USD {cost}", cost.replace(".", ","), "tbd"))}


def _swapped(row: Row, _: float) -> Row:
    return {"ordered_date": row["received_date"], "received_date": row["ordered_date"]}


def _future(_: Row, detail: float) -> Row:
    # A day that every month has.
    return {
        "received_date": date(2040 + int(detail * 40), 1 + int(detail * 12), 1 + int(detail * 28))
    }


KINDS = (
    Kind(
        _SUPPLIERS,
        "name_misspelt",
        "misspelt",
        0.15,
        "a letter is missing in the name",
        misspelt("supplier_name"),
    ),
    Kind(
        _SUPPLIERS,
        "city_garbled",
        "encoding",
        0.25,
        "UTF-8 that was read as Latin-1",
        mojibake("city"),
    ),
    Kind(_SUPPLIERS, "country_blank", "missing", 0.1, "no country", blank("country")),
    Kind(
        _STOCK,
        "warehouse_untrimmed",
        "white space",
        0.002,
        "blanks around the code",
        padded_with_blanks("warehouse"),
    ),
    Kind(_STOCK, "warehouse_lower_case", "misspelt", 0.002, "the code in lower case", _lower_case),
    Kind(_STOCK, "quantity_blank", "missing", 0.001, "no count", blank("on_hand_quantity")),
    Kind(
        _STOCK,
        "quantity_negative",
        "out of range",
        0.0005,
        "the right count with the wrong sign",
        _pieces("on_hand_quantity", -1),
    ),
    Kind(
        _STOCK,
        "quantity_outlier",
        "outlier",
        0.0005,
        "the count a hundredfold",
        _pieces("on_hand_quantity", 100),
    ),
    Kind(
        _STOCK,
        "product_unknown",
        "orphan key",
        0.0002,
        "beside a count: one of a product of which no file tells",
        unknown_product,
        adds=True,
    ),
    Kind(
        _STOCK,
        "row_repeated",
        "repeated",
        0.001,
        "beside a count: the same again",
        same_again,
        adds=True,
    ),
    Kind(_STOCK, "late", "late", 0.005, "the count comes some days late", unchanged),
    Kind(
        _STOCK,
        "quantity_corrected",
        "corrected",
        0.01,
        "first delivered with two pieces more",
        _pieces("on_hand_quantity", 1, MISCOUNTED),
    ),
    Kind(
        _DELIVERIES,
        "received_date_blank",
        "missing",
        0.004,
        "not said when the goods came",
        blank("received_date"),
    ),
    Kind(
        _DELIVERIES,
        "received_date_future",
        "future date",
        0.001,
        "the goods come decades ahead",
        _future,
    ),
    Kind(
        _DELIVERIES,
        "dates_swapped",
        "swapped dates",
        0.003,
        "order and receipt in each other's place",
        _swapped,
    ),
    Kind(
        _DELIVERIES,
        "quantity_outlier",
        "outlier",
        0.001,
        "the quantity a hundredfold",
        _pieces("quantity", 100),
    ),
    Kind(
        _DELIVERIES,
        "quantity_negative",
        "out of range",
        0.0015,
        "the right quantity with the wrong sign",
        _pieces("quantity", -1),
    ),
    Kind(
        _DELIVERIES,
        "row_repeated",
        "repeated",
        0.004,
        "beside a delivery: the same again",
        same_again,
        adds=True,
    ),
    Kind(
        _DELIVERIES,
        "product_unknown",
        "orphan key",
        0.001,
        "a product of which no file tells",
        unknown_product,
    ),
    Kind(
        _DELIVERIES,
        "warehouse_untrimmed",
        "white space",
        0.004,
        "blanks around the code",
        padded_with_blanks("warehouse"),
    ),
    Kind(
        _DELIVERIES,
        "warehouse_lower_case",
        "misspelt",
        0.004,
        "the code in lower case",
        _lower_case,
    ),
    Kind(
        _DELIVERIES,
        "unit_cost_mistyped",
        "mistyped",
        0.003,
        "the cost with a currency or a comma, or tbd",
        _mistyped_cost,
    ),
    Kind(_DELIVERIES, "late", "late", 0.03, "the delivery is told of some days late", unchanged),
    Kind(
        _DELIVERIES,
        "quantity_corrected",
        "corrected",
        0.02,
        "first delivered with two pieces more",
        _pieces("quantity", 1, MISCOUNTED),
    ),
)
