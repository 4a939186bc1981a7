"""What goes wrong with counters at doors, and with the list of stores."""

from __future__ import annotations

from datetime import date

from sample.dirt.changes import (
    blank,
    cell,
    day_in,
    number,
    padded_with_blanks,
    same_again,
    unchanged,
)
from sample.dirt.kinds import Kind
from sample.domains.states import state_misspelt
from sample.output.chunk import Row

_STORES, _VISITS = "traffic.stores", "traffic.store_visits"


def _negative(row: Row, _: float) -> Row | None:
    """Turn the sign: a counter that was mounted the wrong way."""
    visits = number(row, "num_visit")
    return {"num_visit": -visits} if visits else None


def _outlier(row: Row, detail: float) -> Row | None:
    """Count everybody who passes by."""
    visits = number(row, "num_visit")
    return {"num_visit": visits * day_in(detail, 15, 60)} if visits else None


def _half(row: Row, _: float) -> Row | None:
    """Count one of two doors."""
    visits = number(row, "num_visit")
    return {"num_visit": visits // 2} if visits else None


def _in_future(row: Row, detail: float) -> Row:
    day = date.fromisoformat(cell(row, "day_date"))
    # A day that every year has.
    return {"day_date": day.replace(year=2091 + int(detail * 8), day=min(day.day, 28))}


def _unknown_store(row: Row, detail: float) -> Row:
    return {"store_code": f"{cell(row, 'store_code')[:6]}{day_in(detail, 70, 99)}"}


KINDS = (
    Kind(
        _STORES,
        "state_misspelt",
        "misspelt",
        0.06,
        "the state is not written with two capitals",
        state_misspelt("state"),
    ),
    Kind(
        _STORES,
        "code_untrimmed",
        "white space",
        0.06,
        "blanks around the code",
        padded_with_blanks("store_code"),
    ),
    Kind(_STORES, "area_blank", "missing", 0.06, "no area", blank("area_m2")),
    Kind(_VISITS, "visits_null", "missing", 0.004, "the counter was off", blank("num_visit")),
    Kind(
        _VISITS,
        "visits_negative",
        "out of range",
        0.001,
        "the right number with the wrong sign",
        _negative,
    ),
    Kind(
        _VISITS,
        "visits_outlier",
        "outlier",
        0.001,
        "15 to 60 times the right number",
        _outlier,
    ),
    Kind(
        _VISITS,
        "state_misspelt",
        "misspelt",
        0.003,
        "the state is not written with two capitals",
        state_misspelt("state"),
    ),
    Kind(
        _VISITS,
        "store_untrimmed",
        "white space",
        0.002,
        "blanks around the store's code",
        padded_with_blanks("store_code"),
    ),
    Kind(
        _VISITS,
        "store_unknown",
        "orphan key",
        0.001,
        "a store of which no file tells",
        _unknown_store,
    ),
    Kind(_VISITS, "day_future", "future date", 0.0005, "the day lies decades ahead", _in_future),
    Kind(
        _VISITS, "row_repeated", "repeated", 0.003, "the same record twice", same_again, adds=True
    ),
    Kind(_VISITS, "late", "late", 0.01, "the day's record comes some days late", unchanged),
    Kind(
        _VISITS,
        "visits_corrected",
        "corrected",
        0.01,
        "first delivered with half of the visits: one of two doors was missing",
        _half,
    ),
)
