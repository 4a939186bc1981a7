"""Reads quarantined records again, from their raw text, by the present options of their table.

The texts are written into a file as it would have been delivered, and the table's own reader reads
it: what fits is decided where it always is. The header of a CSV file is made of its columns.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from ingest.catalogue.tables import DeliveredTable
from ingest.readers import reader_of
from ingest.readers.base import CheckedFile, Reader, Records, UnreadableFileError, untold
from ingest.readers.dialect import ends_with_escape

CHUNK = 5_000
"""Records to read together: one that spoils a file costs a look at half of them, and so on."""


@dataclass(frozen=True)
class QuarantinedRecord:
    """A record that waits: its number in its file, and its text as it was delivered."""

    number: int
    text: str


@dataclass(frozen=True)
class Reread:
    """Records of one file that fit now.

    Attributes:
        file: holds them and nothing else, as the table's reader reads it.
        checked: what that reader says of it.
        numbers: of the records in the file they were delivered in.
    """

    file: Path
    checked: CheckedFile
    numbers: tuple[int, ...]


class Rereader:
    """Reads records of one delivered file again.

    Args:
        table: with the options to read by.
        columns: of the delivered file, in its order; None where they are not known.
        folder: for files that are made and read.
    """

    def __init__(self, table: DeliveredTable, columns: Sequence[str] | None, folder: Path) -> None:
        # What is in the quarantine was decoded already.
        self.table = replace(table, options=replace(table.options, encoding="utf-8"))
        self._reader = reader_of(self.table)
        self._columns = columns
        self._folder = folder

    def fitting(self, records: Sequence[QuarantinedRecord], name: str) -> Reread | None:
        """Return the records that fit now, None where none does.

        Args:
            records: in order of their numbers.
            name: of the file to be made of them, without an ending.
        """
        if self._has_header and self._columns is None:
            return None
        found: list[QuarantinedRecord] = []
        for chunk in self._chunks(records):
            found += self._fitting(chunk)
        found.sort(key=lambda record: record.number)
        if not found:
            return None
        file = self._write(found, name)
        checked = self._check(file)
        if checked is None or checked.rejected or checked.rows_loaded != len(found):
            return None  # each fits, and all of them are no file
        return Reread(file, checked, tuple(record.number for record in found))

    @property
    def _has_header(self) -> bool:
        return self.table.format == "csv" and self.table.options.header

    @property
    def _is_array(self) -> bool:
        return self.table.format == "json" and self.table.options.multi_line

    def _chunks(self, records: Sequence[QuarantinedRecord]) -> Iterator[list[QuarantinedRecord]]:
        """Yield what may be read together: a record that could swallow its neighbour is alone."""
        options = self.table.options
        marks = [mark for mark in ("\n", "\r", options.quote, options.escape) if mark]
        marks = marks if self.table.format == "csv" else []
        plain = []
        for record in records:
            if any(mark in record.text for mark in marks):
                if not (options.escape and ends_with_escape(record.text, options.escape)):
                    yield [record]
            else:
                plain.append(record)
        for start in range(0, len(plain), CHUNK):
            yield plain[start : start + CHUNK]

    def _fitting(self, records: list[QuarantinedRecord]) -> list[QuarantinedRecord]:
        checked = self._check(self._write(records, "tried"))
        if checked is not None and checked.rows_read == len(records):
            bad = {rejected.record_number for rejected in checked.rejected}
            return [record for at, record in enumerate(records, start=1) if at not in bad]
        if len(records) == 1:
            return []
        half = len(records) // 2
        return self._fitting(records[:half]) + self._fitting(records[half:])

    def _check(self, file: Path) -> CheckedFile | None:
        try:
            checked = self._reader.check(file)
        except UnreadableFileError:
            return None
        if self._has_header and checked.columns != tuple(self._columns or ()):
            return None
        return None if checked.empty else checked

    def _write(self, records: Sequence[QuarantinedRecord], name: str) -> Path:
        file = self._folder / f"{name}.{self.table.format}"
        lines = [record.text for record in records]
        if self._is_array:  # of its own, so that a record that is one stays a record
            lines = ["[", ",\n".join(lines), "]"]
        if self._has_header:
            lines.insert(0, self._header())
        file.write_text("\n".join([*lines, ""]), encoding="utf-8", newline="")
        return file

    def _header(self) -> str:
        out, options, columns = io.StringIO(newline=""), self.table.options, self._columns or ()
        if not options.quote and not options.escape:
            return options.delimiter.join(columns)
        write = partial(csv.writer, out, delimiter=options.delimiter, lineterminator="")
        writer = (
            write(quotechar=options.quote, escapechar=options.escape)
            if options.quote
            else write(quoting=csv.QUOTE_NONE, quotechar=None, escapechar=options.escape)
        )
        writer.writerow(columns)
        return out.getvalue()


class RereadingReader:
    """Yields records that fit now, with the numbers that they were delivered with.

    Args:
        reader: of the table that they were read again by.
        found: by the file that was made of them.
    """

    def __init__(self, reader: Reader, found: Mapping[Path, Reread]) -> None:
        self._reader = reader
        self._found = found

    def check(self, file: Path, tell: object = untold) -> CheckedFile:  # noqa: ARG002
        """Return what the check said."""
        return self._found[file].checked

    def records(self, file: Path, content_hash: str, checked: CheckedFile) -> Iterator[Records]:  # noqa: ARG002 - it is of the delivered file
        """Yield the records; see ``ingest.readers.base.Reader``."""
        numbers = self._found[file].numbers
        made = hashlib.sha256(file.read_bytes()).hexdigest()
        for records in self._reader.records(file, made, checked):
            places = records.numbers.to_pylist()
            delivered = pa.array([numbers[int(at or 0) - 1] for at in places], pa.int64())
            yield Records(delivered, records.batch)
