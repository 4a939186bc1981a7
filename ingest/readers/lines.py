"""The lines of a text file, for formats in which a record is a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.readers.base import MAX_RECORD, RejectedRecord, UnreadableFileError
from ingest.readers.bytes import decompressed, foreign, utf8_chunks


@dataclass(frozen=True)
class Line:
    """A line that is not blank.

    Attributes:
        number: of the line in the file, from 1.
        record_number: of the lines that are not blank, from 1.
        text: without its line end.
        is_ended: whether it has one.
    """

    number: int
    record_number: int
    text: str
    is_ended: bool = True


@dataclass(frozen=True)
class Misfit:
    """Why a line is not loaded: a code, and one sentence without values."""

    code: str
    reason: str

    def at(self, line: Line) -> RejectedRecord:
        """Return the record that this line is."""
        return RejectedRecord(line.record_number, self.code, self.reason, line.text, line.number)


def checked_lines(file: Path, encoding: str, tell: Callable[[int], None]) -> Iterator[Line]:
    """Yield the lines of a file that is looked at for the first time.

    Raises:
        UnreadableFileError: it is no text of this encoding, damaged, or has a line too long.
    """
    with file.open("rb") as stream:
        problem = foreign(stream.read(512), file.name, encoding)
        if problem and file.stat().st_size:
            raise UnreadableFileError(problem)
        stream.seek(0)
        for line in lines_of(decompressed(stream, file.name), encoding):
            yield line
            tell(2 * stream.tell())  # every byte is read twice


def lines_of(content: BinaryIO, encoding: str) -> Iterator[Line]:
    """Yield the lines of a text.

    Raises:
        UnreadableFileError: it is no text of this encoding, damaged, or has a line too long.
    """
    rest, number, record = b"", 0, 0
    for chunk in utf8_chunks(content, encoding):
        *lines, rest = (rest + chunk).split(b"\n")
        for text in lines:
            number += 1
            if text.strip():
                record += 1
                yield Line(number, record, text.removesuffix(b"\r").decode())
        if len(rest) > MAX_RECORD:
            raise UnreadableFileError(
                f"line {number + 1}: a line is longer than {MAX_RECORD >> 20} MB"
            )
    if rest.strip():
        yield Line(number + 1, record + 1, rest.removesuffix(b"\r").decode(), is_ended=False)
