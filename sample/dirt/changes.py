"""Changes that kinds of dirt of many tables make, and what they are made with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sample.dirt.kinds import Change
from sample.output.chunk import Row

_ALPHABET = "ABKQTX0123456789"


def cell(row: Row, column: str) -> str:
    """Return a value as text; nothing for null."""
    value = row[column]
    return "" if value is None else str(value)


def number(row: Row, column: str) -> int:
    """Return a value as a whole number."""
    return int(cell(row, column))


def one_of(detail: float, texts: Sequence[str]) -> str:
    """Choose one of some texts."""
    return texts[int(detail * len(texts))]


def day_in(detail: float, least: int, most: int) -> int:
    """Choose a number of days."""
    return least + int(detail * (most - least + 1))


def shifted(day: date, days: int) -> date:
    """Return another day, so many days later."""
    return day + timedelta(days=days)


def letters(detail: float, length: int) -> str:
    """Return letters and digits without a meaning."""
    places = int(detail * 2**48)
    return "".join(_ALPHABET[(places >> (4 * place)) % 16] for place in range(length))


def blank(column: str) -> Change:
    """Leave a value out, where there is one: an empty text, or null where values have a type."""

    def change(row: Row, _: float) -> Row | None:
        value = row[column]
        if value is None or value == "":
            return None
        return {column: "" if isinstance(value, str) else None}

    return change


def instead(column: str, text: str) -> Change:
    """Put one text in the place of every value."""

    def change(row: Row, _: float) -> Row | None:
        return {column: text} if row[column] != text else None

    return change


def unchanged(_: Row, __: float) -> None:
    """Leave every value: of records that are right, and late."""


def same_again(_: Row, __: float) -> Row:
    """Change nothing: of kinds that deliver a record twice."""
    return {}


def unknown_product(_: Row, detail: float) -> Row:
    """Refer to a product that no file tells of."""
    return {"product_number": f"ZZ-{letters(detail, 4)}"}


def padded_with_blanks(column: str) -> Change:
    """Put blanks around a text."""

    def change(row: Row, detail: float) -> Row | None:
        text = cell(row, column)
        around = (f" {text}", f"{text} ", f"  {text}", f" {text} ", f"{text}  ")
        return {column: one_of(detail, around)} if text else None

    return change


def misspelt(column: str) -> Change:
    """Leave one of the inner letters of a text out."""

    def change(row: Row, detail: float) -> Row | None:
        text = cell(row, column)
        if len(text) < 4:
            return None
        place = 1 + int(detail * (len(text) - 2))
        wrong = text[:place] + text[place + 1 :]
        return {column: wrong} if wrong != text else None

    return change


def mojibake(column: str) -> Change:
    """Read a text's UTF-8 bytes as Latin-1, as systems with a wrong setting do."""

    def change(row: Row, _: float) -> Row | None:
        text = cell(row, column)
        wrong = text.encode().decode("latin-1")
        return {column: wrong} if wrong != text else None

    return change
