"""The grammar of quotes: finds what a lenient CSV parser would swallow without a word.

An opening quote that is never closed makes pyarrow, Spark and Python's csv module take the rest of
the file as one value, silently. So the quotes of a file are checked before it is parsed: at the
speed of one regular expression per chunk, and not at all in a file without quotes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import AnyStr

from ingest.options import TableOptions
from ingest.readers.base import MAX_RECORD, UnreadableFileError
from ingest.readers.bytes import LineCounter
from ingest.readers.places import Measure


@dataclass(frozen=True)
class Scan:
    """What one pass over a file's text found.

    Attributes:
        blank: it is nothing but white space.
        ends_with_newline: its last character ends a line, and is no part of a value.
        delimiters: how many delimiters are in it; None for a larger file, where it is not counted.
        size: of its text, in bytes of UTF-8.
    """

    blank: bool
    ends_with_newline: bool
    delimiters: int | None
    size: int


@dataclass(frozen=True)
class Place:
    """Where a record begins.

    Attributes:
        line: of the file, from 1.
        byte_offset: in the text, without a byte order mark.
        text: the record as UTF-8, without its line end.
    """

    line: int
    byte_offset: int
    text: bytes


class Dialect:
    """The regular expressions of one delimiter, quote and escape character."""

    def __init__(self, options: TableOptions) -> None:
        self.delimiter = options.delimiter.encode()
        delimiter = re.escape(self.delimiter)
        self.quote = options.quote.encode() if options.quote else None
        self.escape = options.escape.encode() if options.escape else None
        escape = re.escape(self.escape) if self.escape else b""
        escaped = escape + b".|" if escape else b""
        field = rb"(?:" + escaped + rb"[^" + delimiter + escape + rb"\r\n]++)*+"
        self.stray = None
        if self.quote:
            quote = re.escape(self.quote)
            body = rb"(?:" + escaped + rb"[^" + quote + escape + rb"]++|" + quote * 2 + rb")*+"
            quoted = quote + body + quote
            field = rb"(?:" + quoted + rb"|(?!" + quote + rb")" + field + rb")"
            # A closed quote, and then neither a delimiter nor the end of the record.
            stray = quoted + rb"(?=[^" + quote + delimiter + rb"\r\n])"
            self.stray = re.compile(stray, re.DOTALL)
        self.field = re.compile(field, re.DOTALL)
        self.run = re.compile(rb"(?:" + field + rb"[" + delimiter + rb"\r\n])*+", re.DOTALL)
        row = rb"(?:" + field + delimiter + rb")*+" + field
        self.row = re.compile(rb"(" + row + rb")(?:\r\n|\n|\r(?!\Z))", re.DOTALL)

    def scan(self, chunks: Iterable[bytes]) -> Scan:
        """Check the quotes of a whole file.

        Args:
            chunks: its text as UTF-8.

        Raises:
            UnreadableFileError: a quote is not closed, text follows a closing quote, an escape
                escapes nothing, or a record is too long to be held.
        """
        lines = LineCounter()
        blank, has_quotes, last, rest = True, False, b"", b""
        delimiters: int | None = 0
        size = 0
        for position, chunk in enumerate(chunks):
            delimiters = None if position else chunk.count(self.delimiter)
            size += len(chunk)
            blank = blank and not chunk.strip()
            has_quotes = has_quotes or (self.quote is not None and self.quote in chunk)
            last = chunk[-1:]
            if has_quotes:
                rest = self._consume(rest + chunk, lines)
            else:
                # Nothing to check yet; keep the open field, in which a quote is plain text.
                rest = self._after_last_line(rest, chunk, lines)
            if len(rest) > MAX_RECORD:
                raise UnreadableFileError(
                    f"line {lines.line}: a record is longer than {MAX_RECORD >> 20} MB"
                    + (" (perhaps a quote is not closed)" if self._is_quoted(rest) else "")
                )
        rest = self._consume(rest, lines)
        if self._is_quoted(rest) and not self.field.fullmatch(rest):
            raise UnreadableFileError(f"line {lines.line}: a quote is opened and never closed")
        if self.escape and ends_with_escape(rest, self.escape):
            raise UnreadableFileError(
                f"line {lines.line}: the last character is an escape, so the upload was cut off"
            )
        return Scan(blank, not rest and last in {b"\n", b"\r"}, delimiters, size)

    def _is_quoted(self, field: bytes) -> bool:
        """Tell whether a field begins with a quote."""
        return self.quote is not None and field.startswith(self.quote)

    def _after_last_line(self, rest: bytes, chunk: bytes, lines: LineCounter) -> bytes:
        cut = max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1
        before = chunk[cut - 2 : cut - 1] if cut > 1 else rest[-1:]
        if self.escape and before == self.escape:
            return self._consume(rest + chunk, lines)  # the line end may be part of a value
        if not cut:
            return rest + chunk
        lines.count(rest)
        lines.count(chunk)  # no line ends behind the cut
        return chunk[cut:]

    def _consume(self, text: bytes, lines: LineCounter) -> bytes:
        run = self.run.match(text)
        end = run.end() if run else 0
        lines.count(text[:end])
        if self.stray and self.stray.match(text, end):
            raise UnreadableFileError(
                f"line {lines.line}: text follows a closing quote; perhaps a quote is not closed"
            )
        return text[end:]

    def places_of(
        self, chunks: Iterable[bytes], records: Collection[int], measure: Measure
    ) -> Iterator[tuple[int, Place]]:
        """Yield where some records of a well-formed file begin, with their numbers, in their order.

        Args:
            chunks: the file's text as UTF-8.
            records: numbers of records, 0 for the header; blank lines are no records.
            measure: returns how many bytes of the file a text is.
        """
        wanted, left = set(records), len(records)
        lines, rest, number, offset = LineCounter(), b"", 0, 0
        for chunk in _terminated(chunks):
            text, start = rest + chunk, 0
            while row := self.row.match(text, start):
                if row[1]:
                    if number in wanted:
                        left -= 1
                        yield number, Place(lines.line, offset, row[1])
                    number += 1
                lines.count(row[0])
                offset += measure(row[0])
                start = row.end()
            rest = text[start:]
            if not left:
                return


def ends_with_escape(text: AnyStr, escape: AnyStr) -> bool:
    """Tell whether a text ends with an escape that is not escaped itself."""
    return (len(text) - len(text.rstrip(escape))) % 2 == 1


def _terminated(chunks: Iterable[bytes]) -> Iterable[bytes]:
    yield from chunks
    yield b"\n\n"
