"""Fixed-width text: a record is a line, a field a number of characters of it.

The spaces that fill a field up are no part of its value. A line that is shorter or longer than the
catalogue says is quarantined; only its last field may be cut short, and spaces may follow it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from ingest.catalogue.tables import DeliveredTable
from ingest.readers.base import CheckedFile, Records, untold
from ingest.readers.bytes import while_unchanged
from ingest.readers.lines import Line, Misfit, in_batches, lines_of, sift

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
        fit = f"{self._width} characters long"
        lines = sift(file, self._encoding, tell, self._misfit, fit)
        if lines.last is None:
            return CheckedFile(empty="the file is empty")
        if len(lines.last.text) < self._width:
            lines.refuse_cut_off(f"has {len(lines.last.text)} characters")
        lines.refuse_unfit()
        return CheckedFile(self._columns, lines.loaded, lines.rejected)

    def records(self, file: Path, content_hash: str, _: CheckedFile) -> Iterator[Records]:
        """Yield the good lines of a file that was checked.

        Raises:
            FileChangedError: after the last record: what was read has another SHA-256.
        """
        return while_unchanged(file, content_hash, self._records_of)

    def _misfit(self, line: Line) -> Misfit | None:
        length = len(line.text)
        if self._shortest <= length <= self._width:
            return None
        if length > self._width and not line.text[self._width :].strip():
            return None
        return Misfit("line_length", f"{length} characters where the catalogue has {self._width}")

    def _records_of(self, content: BinaryIO) -> Iterator[Records]:
        lines = lines_of(content, self._encoding)
        fitting = ((line, line.text) for line in lines if not self._misfit(line))
        for numbers, texts in in_batches(fitting, ROWS_PER_BATCH):
            text = pa.array(texts, pa.string())
            fields = [
                pc.utf8_trim(pc.utf8_slice_codeunits(text, start, stop), " ")
                for start, stop in self._places
            ]
            batch = pa.RecordBatch.from_arrays(fields, names=list(self._columns))
            yield Records(numbers, batch)
