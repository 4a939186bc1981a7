"""Changes that kinds of dirt of several of the web shop's tables make."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sample.dirt.changes import cell
from sample.dirt.kinds import Change
from sample.output.chunk import Row


def amount(row: Row, column: str) -> Decimal:
    """Return an amount of money, exactly."""
    return Decimal(cell(row, column))


def put(row: Row, column: str, value: Decimal) -> Row:
    """Return a changed amount, as a text where the table has texts."""
    return {column: str(value) if isinstance(row[column], str) else value}


def times(column: str, factor: int) -> Change:
    """Multiply an amount; leave one of zero."""

    def change(row: Row, _: float) -> Row | None:
        value = amount(row, column)
        return put(row, column, value * factor) if value else None

    return change


def off_by_cents(column: str) -> Change:
    """Change an amount by 1.00 to 40.00, so that it goes together with nothing."""

    def change(row: Row, detail: float) -> Row:
        cents = 100 + int(detail * 3900)
        return put(row, column, amount(row, column) + Decimal(cents).scaleb(-2))

    return change


def years_ahead(column: str) -> Change:
    """Put a date decades ahead of every other, on a day that every year has."""

    def change(row: Row, detail: float) -> Row:
        day = date(2040 + int(detail * 40), 1 + int(detail * 12), 1 + int(detail * 28))
        return {column: day.isoformat() if isinstance(row[column], str) else day}

    return change


def unknown_order(_: Row, detail: float) -> Row:
    """Refer to an order that no file tells of: none is ever of a month 99."""
    return {"transaction_id": f"TXN_9999{int(detail * 1_000_000):06d}"}
