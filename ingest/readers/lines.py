"""The lines of a text file, for formats in which a record is a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

import pyarrow as pa

from ingest.readers.base import MAX_RECORD, Misfits, RejectedRecord, UnreadableFileError
from ingest.readers.bytes import decompressed, first_look, utf8_chunks
from ingest.readers.places import mark_length, measure_of

Found = TypeVar("Found")


@dataclass(frozen=True)
class Line:
    """A line that is not blank.

    Attributes:
        number: of the line in the file, from 1.
        record_number: of the lines that are not blank, from 1.
        text: without its line end.
        is_ended: whether it has one.
        byte_offset: of its first byte in the text, without a byte order mark; None when not known.
    """

    number: int
    record_number: int
    text: str
    is_ended: bool = True
    byte_offset: int | None = None


Split = Callable[[BinaryIO, str], Iterator[Line]]
"""Yields the records of a text of an encoding."""


@dataclass(frozen=True)
class Misfit:
    """Why a line is not loaded: a code, and one sentence without values."""

    code: str
    reason: str

    def at(self, line: Line, mark: int) -> RejectedRecord:
        """Return the record that this line is.

        Args:
            line: the line.
            mark: length in bytes of the byte order mark before the text.
        """
        record = RejectedRecord(line.record_number, self.code, self.reason, line.text)
        offset = line.byte_offset
        return record.at(line.number, None if offset is None else offset + mark)


@dataclass(frozen=True)
class Sifted:
    """What a look at all lines of a file found.

    Attributes:
        loaded: how many lines fit.
        rejected: those that do not.
        last: the last line; None for a file without any.
    """

    loaded: int
    rejected: tuple[RejectedRecord, ...]
    last: Line | None

    def refuse_unfit(self) -> None:
        """Set the file aside if none of its lines fits.

        Raises:
            UnreadableFileError: none does.
        """
        if self.rejected and not self.loaded:
            first = self.rejected[0]
            raise UnreadableFileError(f"line {first.line_number}: {first.reason}")

    def refuse_cut_off(self, problem: str) -> None:
        """Set the file aside if its last line is a misfit without a line end.

        Args:
            problem: what the line is not, in words that follow "the last line".

        Raises:
            UnreadableFileError: it is.
        """
        last, rejected = self.last, self.rejected
        if last is None or last.is_ended or not rejected:
            return
        if rejected[-1].record_number == last.record_number:
            raise UnreadableFileError(
                f"line {last.number}: the last line {problem} and has no line end, "
                "so the upload was cut off"
            )


def sift(  # noqa: PLR0913, PLR0917 - of what, how, and whom to tell
    file: Path,
    encoding: str,
    tell: Callable[[int], None],
    misfit_of: Callable[[Line], Misfit | None],
    fit: str,
    split: Split | None = None,
) -> Sifted:
    """Look at all lines of a file.

    Args:
        file: the file.
        encoding: of its text.
        tell: see ``ingest.readers.base.Reader.check``.
        misfit_of: why a line is not loaded; None for one that is.
        fit: what lines that fit are, in words that follow "are not".
        split: yields the records of a text, where they are not its lines.

    Raises:
        UnreadableFileError: it is no text of this encoding, damaged, has a line too long, or too
            many that do not fit.
    """
    loaded, misfits = 0, Misfits()
    line, mark = None, None
    for line in _checked_lines(file, encoding, tell, split or lines_of):
        misfit = misfit_of(line)
        if misfit is None:
            loaded += 1
            continue
        mark = mark_length(file, encoding) if mark is None else mark
        misfits.add(misfit.at(line, mark))
        if limit := misfits.too_many:
            raise UnreadableFileError(f"more than {limit} lines are not {fit}")
    return Sifted(loaded, tuple(misfits.records), line)


def in_batches(
    found: Iterable[tuple[Line, Found]], largest: int
) -> Iterator[tuple[pa.Int64Array, list[Found]]]:
    """Yield the numbers of records, and what was found of each, in batches of bounded size.

    Args:
        found: lines that fit.
        largest: how many of them are a batch at most.
    """
    numbers, batch, size = list[int](), list[Found](), 0
    for line, one in found:
        numbers.append(line.record_number)
        batch.append(one)
        size += len(line.text)
        if len(batch) == largest or size > MAX_RECORD:
            yield pa.array(numbers, pa.int64()), batch
            numbers, batch, size = [], [], 0
    if batch:
        yield pa.array(numbers, pa.int64()), batch


def _checked_lines(
    file: Path, encoding: str, tell: Callable[[int], None], split: Split
) -> Iterator[Line]:
    """Yield the lines of a file that is looked at for the first time.

    Raises:
        UnreadableFileError: it is no text of this encoding, damaged, or has a line too long.
    """
    with file.open("rb") as stream:
        first_look(stream, file, encoding)
        for line in split(decompressed(stream, file.name), encoding):
            yield line
            tell(2 * stream.tell())  # every byte is read twice


def lines_of(content: BinaryIO, encoding: str) -> Iterator[Line]:
    """Yield the lines of a text.

    Raises:
        UnreadableFileError: it is no text of this encoding, damaged, or has a line too long.
    """
    rest, number, record = b"", 0, 0
    measure = measure_of(encoding)
    offset = None if measure is None else 0
    for chunk in utf8_chunks(content, encoding):
        *lines, rest = (rest + chunk).split(b"\n")
        for text in lines:
            number += 1
            if text.strip():
                record += 1
                yield Line(number, record, text.removesuffix(b"\r").decode(), byte_offset=offset)
            if measure is not None and offset is not None:
                offset += measure(text) + 1
        if len(rest) > MAX_RECORD:
            raise UnreadableFileError(
                f"line {number + 1}: a line is longer than {MAX_RECORD >> 20} MB"
            )
    if rest.strip():
        last = rest.removesuffix(b"\r").decode()
        yield Line(number + 1, record + 1, last, is_ended=False, byte_offset=offset)
