"""JSON over several lines: the elements of an array, or objects one after the other.

The text is read piece by piece: no more of it is held than one record and what was read with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from ingest.readers.base import MAX_RECORD, UnreadableFileError
from ingest.readers.bytes import utf8_chunks
from ingest.readers.lines import Line

_BLANK = re.compile(r"[ \t\n\r]*")
_ENDS_A_NUMBER = frozenset(" \t\n\r,]}")


def documents_of(content: BinaryIO, encoding: str) -> Iterator[Line]:
    """Yield each record as the text that it is, with the line in which it begins.

    A record need not be an object; its reader says so.

    Raises:
        UnreadableFileError: it is no text of this encoding, damaged, or no JSON, so that the end of
            a record cannot be found; or it ends within one, or has one too long.
    """
    text = _Text(content, encoding)
    in_array = text.next() == "["
    if in_array:
        text.skip()
    record, is_first = 0, True
    while (character := text.next()) and not (in_array and character == "]"):
        if in_array and not is_first:
            if character != ",":
                raise text.problem("there is no comma between the records of the array")
            text.skip()
            text.next()
        line, value = text.line, text.value()
        record, is_first = record + 1, False
        yield Line(line, record, value)
    if not in_array:
        return
    if not character:
        raise text.problem("the array is not closed, so the upload was cut off")
    text.skip()
    if text.next():
        raise text.problem("there is text after the end of the array")


class _Text:
    """A text that is read from its start to its end.

    Attributes:
        line: the line in which the next character lies.
    """

    def __init__(self, content: BinaryIO, encoding: str) -> None:
        self._chunks = utf8_chunks(content, encoding)
        self._decode = json.JSONDecoder().raw_decode
        self._held = ""
        self._at = 0
        self._is_read = False
        self.line = 1

    def next(self) -> str:
        """Go past white space and return the character after it; none at the end."""
        while True:
            blank = _BLANK.match(self._held, self._at)
            self._go_to(blank.end() if blank else self._at)
            if self._at < len(self._held):
                return self._held[self._at]
            if self._is_read:
                return ""
            self._read_on()

    def skip(self) -> None:
        """Go past one character."""
        self._go_to(self._at + 1)

    def value(self) -> str:
        """Go past one value and return its text.

        Raises:
            UnreadableFileError: there is none, it is not closed, or it is too long.
        """
        while (end := self._end_of_value()) is None:
            if len(self._held) - self._at > MAX_RECORD:
                raise self.problem(f"no valid JSON, or a record longer than {MAX_RECORD >> 20} MB")
            if self._is_read:
                raise self.problem("no valid JSON from here to the end of the file")
            self._read_on()
        found = self._held[self._at : end]
        self._go_to(end)
        return found

    def _end_of_value(self) -> int | None:
        """Return the place after the value that begins here; None if it cannot be told yet."""
        try:
            end = self._decode(self._held, self._at)[1]
        except (ValueError, RecursionError):
            return None
        # A number may go on in what was not read yet.
        is_number = self._held[end - 1].isdigit()
        may_go_on = is_number and self._held[end : end + 1] not in _ENDS_A_NUMBER
        return None if may_go_on and not self._is_read else end

    def problem(self, what: str) -> UnreadableFileError:
        """Return an error that names the line."""
        return UnreadableFileError(f"line {self.line}: {what}")

    def _go_to(self, place: int) -> None:
        self.line += self._held.count("\n", self._at, place)
        self._at = place

    def _read_on(self) -> None:
        chunk = next(self._chunks, b"")
        self._held, self._at = self._held[self._at :] + chunk.decode(), 0
        self._is_read = not chunk
