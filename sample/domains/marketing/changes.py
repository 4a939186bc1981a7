"""Changes that make marketing's records wrong."""

from __future__ import annotations

from datetime import date

from sample.dirt.changes import cell, day_in, number, one_of, shifted
from sample.dirt.kinds import Change
from sample.output.chunk import Row


def swapped_days(row: Row, _: float) -> Row:
    """Swap the first and the last day."""
    return {"starts": row["ends"], "ends": row["starts"]}


def in_words(column: str) -> Change:
    """Write an amount as people do: ``1,234.50 USD``."""

    def change(row: Row, detail: float) -> Row:
        amount = f"{float(cell(row, column)):,.2f}"
        return {column: one_of(detail, (f"{amount} USD", f"${amount}"))}

    return change


def other_case(column: str) -> Change:
    """Write a text in other letters than it is written in."""

    def change(row: Row, detail: float) -> Row | None:
        text = cell(row, column)
        wrong = one_of(detail, (text.upper(), text.title(), text.swapcase()))
        return {column: wrong} if wrong != text else None

    return change


def negative(column: str) -> Change:
    """Turn the sign of a number."""

    def change(row: Row, _: float) -> Row | None:
        value = number(row, column)
        return {column: str(-value)} if value else None

    return change


def in_future(column: str) -> Change:
    """Put a date, or a date and time, decades ahead."""

    def change(row: Row, detail: float) -> Row:
        # A day that every year has.
        month_and_day = cell(row, column)[4:].replace("-02-29", "-02-28")
        return {column: f"{2091 + int(detail * 8)}{month_and_day}"}

    return change


def more_clicks(row: Row, detail: float) -> Row:
    """Count more clicks than impressions."""
    return {"clicks": str(number(row, "impressions") + day_in(detail, 1, 500))}


def hundredfold_cost(row: Row, _: float) -> Row:
    """Make the cost a hundredfold."""
    return {"cost": f"{100 * float(cell(row, 'cost')):.2f}"}


def unknown_campaign(row: Row, detail: float) -> Row | None:
    """Name a campaign of which no file tells."""
    if not row["campaign_id"]:
        return None
    return {"campaign_id": f"CMP-{90_000 + int(detail * 10_000)}"}


def not_final(column: str) -> Change:
    """Leave out what was counted later: a tenth."""

    def change(row: Row, _: float) -> Row | None:
        value = number(row, column)
        return {column: str(value - max(1, value // 10))} if value else None

    return change


def american(row: Row, _: float) -> Row:
    """Write the day of a touch as month/day/year."""
    day = date.fromisoformat(cell(row, "touched_at")[:10])
    return {"touched_at": f"{day:%m/%d/%Y}{cell(row, 'touched_at')[10:]}"}


def unknown_order(row: Row, detail: float) -> Row | None:
    """Name an order of which no file tells."""
    if not row["transaction_id"]:
        return None
    return {"transaction_id": f"TXN_0000{int(detail * 1_000_000):06d}"}


def above_highest(_: Row, detail: float) -> Row:
    """Make the index higher than its highest value."""
    return {"search_index": str(day_in(detail, 101, 900))}


def a_day_off(row: Row, detail: float) -> Row:
    """Begin the week on another day."""
    day = date.fromisoformat(cell(row, "week_start"))
    return {"week_start": shifted(day, 1 if detail < 0.5 else -1).isoformat()}
