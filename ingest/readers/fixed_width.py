"""Fixed-width text: a record is a line, a field a number of characters of it.

The spaces that fill a field up are no part of its value. A line that is shorter or longer than the
catalogue says is quarantined; only its last field may be cut short, and spaces may follow it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.compute as pc

from ingest.catalogue import DeliveredTable
from ingest.readers.base import (
    MAX_RECORD,
    MAX_REJECTED,
    CheckedFile,
    FileChangedError,
    HashingStream,
    Records,
    RejectedRecord,
    UnreadableFileError,
    untold,
)
from ingest.readers.bytes import decompressed
from ingest.readers.lines import Line, Misfit, checked_lines, lines_of

ROWS_PER_BATCH = 50_000


class FixedWidthReader:
    """Reads the fixed-width files of one table; see ``ingest.readers.base.Reader``."""

    def __init__(self, table: DeliveredTable) -> None:
        self._columns = table.columns
        self._encoding = table.options.encoding
        self._places = list(pairwise(accumulate(table.widths, initial=0)))
        self._width = sum(table.widths)
        self._shortest = self._width - table.widths[-1]

    def check(self, file: Path, tell: Callable[[int], None] = untold) -> CheckedFile:
        """Read a file whole and say what is in it.

        Raises:
            UnreadableFileError: it has to be set aside.
        """
        loaded, rejected = 0, list[RejectedRecord]()
        line = None
        for line in checked_lines(file, self._encoding, tell):
            misfit = self._misfit(line)
            if misfit is None:
                loaded += 1
                continue
            rejected.append(misfit.at(line))
            if len(rejected) > MAX_REJECTED:
                reason = f"more than {MAX_REJECTED:,} lines are not {self._width} characters long"
                raise UnreadableFileError(reason)
        if line is None:
            return CheckedFile(empty="the file is empty")
        if not loaded:
            raise UnreadableFileError(f"line {rejected[0].line_number}: {rejected[0].reason}")
        is_cut_off = len(line.text) < self._width and not line.is_ended
        if is_cut_off and self._misfit(line):
            raise UnreadableFileError(
                f"line {line.number}: the last line has {len(line.text)} characters and no line "
                "end, so the upload was cut off"
            )
        return CheckedFile(self._columns, loaded, tuple(rejected))

    def records(self, file: Path, content_hash: str, _: CheckedFile) -> Iterator[Records]:
        """Yield the good lines of a file that was checked.

        Raises:
            FileChangedError: after the last record: what was read has another SHA-256.
        """
        try:
            with HashingStream(file) as stream:
                content = decompressed(cast(BinaryIO, stream), file.name)
                yield from self._batches(lines_of(content, self._encoding))
                content_is_same = stream.hexdigest() == content_hash
        except (UnreadableFileError, EOFError, OSError) as error:
            raise FileChangedError(file) from error
        if not content_is_same:
            raise FileChangedError(file)

    def _misfit(self, line: Line) -> Misfit | None:
        length = len(line.text)
        if self._shortest <= length <= self._width:
            return None
        if length > self._width and not line.text[self._width :].strip():
            return None
        return Misfit("line_length", f"{length} characters where the catalogue has {self._width}")

    def _batches(self, lines: Iterator[Line]) -> Iterator[Records]:
        numbers, texts, size = list[int](), list[str](), 0
        for line in lines:
            if self._misfit(line):
                continue
            numbers.append(line.record_number)
            texts.append(line.text)
            size += len(line.text)
            if len(texts) == ROWS_PER_BATCH or size > MAX_RECORD:
                yield self._batch(numbers, texts)
                numbers, texts, size = [], [], 0
        if texts:
            yield self._batch(numbers, texts)

    def _batch(self, numbers: list[int], texts: list[str]) -> Records:
        lines = pa.array(texts, pa.string())
        fields = [
            pc.utf8_trim(pc.utf8_slice_codeunits(lines, start, stop), " ")
            for start, stop in self._places
        ]
        batch = pa.RecordBatch.from_arrays(fields, names=list(self._columns))
        return Records(pa.array(numbers, pa.int64()), batch)
