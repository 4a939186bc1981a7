"""The grammar of delimited text as docs/loader-options.md has it, read character by character.

Python's own csv module reads the same of a well-formed text, and a test holds the two together. It
does not do alone: it takes text after a closing quote, a quote that is never closed and an escape
before nothing, all of which set a file aside here, and does not say where a record lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LINE_ENDS = "\r\n"
MARK = "\ufeff"
"""A byte order mark, which is part of a value where it does not begin the file."""


@dataclass(frozen=True)
class Dialect:
    """The characters that mean something; quote and escape are empty where there is none."""

    delimiter: str
    quote: str
    escape: str


@dataclass(frozen=True)
class Record:
    """A record: its values, its text without a line end, and the place of it in the whole text."""

    fields: tuple[str, ...]
    text: str
    begin: int
    is_ended: bool


class IllFormedError(Exception):
    """A text is not well-formed: why, and where the field begins in which that is."""

    def __init__(self, reason: str, begin: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.begin = begin


def records_of(text: str, dialect: Dialect) -> Iterator[Record]:
    """Yield the records of a text. A line without a character is none, whatever ends it."""
    at = 0
    while at < len(text):
        if text[at] in LINE_ENDS:
            at += 1
            continue
        begin, fields, stop = at, list[str](), dialect.delimiter
        while stop == dialect.delimiter:
            value, end = _field(text, at, dialect)
            fields.append(value)
            stop, at = text[end : end + 1], end + 1
        yield Record(tuple(fields), text[begin:end], begin, is_ended=bool(stop))


def line_of(text: str, place: int) -> int:
    """Return the line of a place, 1 for the first."""
    before = text[:place]
    return 1 + before.count("\n") + before.count("\r") - before.count("\r\n")


def _field(text: str, begin: int, dialect: Dialect) -> tuple[str, int]:
    """Return the value of a field, and the place behind it: a delimiter, a line end or the end."""
    is_quoted = bool(dialect.quote) and text.startswith(dialect.quote, begin)
    value, at, is_escaped = "", begin + is_quoted, False
    while at < len(text):
        character = text[at]
        is_doubled = is_quoted and text.startswith(2 * dialect.quote, at)
        if is_escaped:
            is_escaped = False
            value += character
        elif character == dialect.escape:
            is_escaped = True
        elif is_doubled:
            value += character
            at += 1
        elif is_quoted and character == dialect.quote:
            if text[at + 1 : at + 2] not in ("", dialect.delimiter, *LINE_ENDS):
                raise IllFormedError("text follows a closing quote", begin)
            return value, at + 1
        elif not is_quoted and character in dialect.delimiter + LINE_ENDS:
            return value, at
        else:
            value += character
        at += 1
    if is_quoted:
        raise IllFormedError("a quote is opened and never closed", begin)
    if is_escaped:
        raise IllFormedError("the last character is an escape", begin)
    return value, at
