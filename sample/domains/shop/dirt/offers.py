"""What goes wrong in the web shop's prices and promotions."""

from __future__ import annotations

from decimal import Decimal

from sample.dirt.changes import blank
from sample.dirt.kinds import Kind
from sample.domains.shop.dirt.changes import amount, times
from sample.output.chunk import Row

_PRICES, _PROMOTIONS = "shop.prices", "shop.promotions"


def _zero_price(_: Row, __: float) -> Row:
    return {"list_price": Decimal("0.00")}


def _swapped(row: Row, _: float) -> Row:
    return {"valid_from": row["valid_to"], "valid_to": row["valid_from"]}


def _per_cent(row: Row, _: float) -> Row:
    return {"discount_rate": amount(row, "discount_rate") * 100}


def _other_category(row: Row, _: float) -> Row:
    return {"category_id": f"{str(row['category_id'])[:4]}Z"}


KINDS = (
    Kind(_PRICES, "price_blank", "missing", 0.02, "no price", blank("list_price")),
    Kind(_PRICES, "price_zero", "out of range", 0.02, "the price is 0.00", _zero_price),
    Kind(
        _PRICES,
        "price_negative",
        "out of range",
        0.02,
        "the right price with the wrong sign",
        times("list_price", -1),
    ),
    Kind(
        _PRICES,
        "price_outlier",
        "outlier",
        0.02,
        "the price a hundredfold",
        times("list_price", 100),
    ),
    Kind(
        _PROMOTIONS,
        "dates_swapped",
        "swapped dates",
        0.06,
        "first and last day in each other's place",
        _swapped,
    ),
    Kind(
        _PROMOTIONS,
        "discount_in_per_cent",
        "out of range",
        0.04,
        "20 instead of 0.20",
        _per_cent,
    ),
    Kind(
        _PROMOTIONS,
        "category_unknown",
        "orphan key",
        0.03,
        "a category that no product carries",
        _other_category,
    ),
)
