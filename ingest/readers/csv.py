"""CSV by pyarrow: every column as text exactly as delivered, every record accounted for.

The header is read as the first record rather than by pyarrow's own header logic, so that one
parser decides about header and records, and a record's number means the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from ingest.catalogue.tables import DeliveredTable
from ingest.readers.base import (
    MAX_RECORD,
    CheckedFile,
    Records,
    RejectedRecord,
    UnreadableFileError,
    untold,
)
from ingest.readers.bytes import decompressed, first_look, utf8_chunks, while_unchanged
from ingest.readers.csv_parse import LongRecordError, Parse, RepeatedHeaderError
from ingest.readers.dialect import Dialect, Scan
from ingest.readers.header import MAX_COLUMNS, column_names
from ingest.readers.places import mark_length, measure_of

BLOCK_SIZE = 512 << 10
"""Bytes that are parsed at once: few enough for the processor's caches, and for little memory."""

_ROOM = 64
"""Bytes beyond a small file's text, for a byte order mark."""


class CsvReader:
    """Reads the CSV files of one table; see ``ingest.readers.base.Reader``."""

    def __init__(self, table: DeliveredTable) -> None:
        self._table = table
        self._options = table.options
        self._dialect = Dialect(table.options)

    def check(self, file: Path, tell: Callable[[int], None] = untold) -> CheckedFile:
        """Read a file whole and say what is in it.

        Raises:
            UnreadableFileError: it has to be set aside.
        """
        scan = self._scan(file, tell)
        if scan.blank:
            return CheckedFile(empty="the file is empty")
        parse, loaded, block_size = self._count(file, scan, tell)
        if not parse.total:
            return CheckedFile(empty="the file holds a header and no record")
        columns = self._table.columns
        if self._options.header:
            columns = column_names(parse.header, self._table)
        rejected = self._with_places(file, parse.rejected)
        last = rejected[-1] if rejected else None
        is_open = parse.last_is_short and not scan.ends_with_newline
        end = ("field_count", parse.total)
        if last and is_open and (last.reason_code, last.record_number) == end:
            raise UnreadableFileError(
                f"line {last.line_number}: the last record has {last.reason} and no line end, "
                "so the upload was cut off"
            )
        return CheckedFile(columns, loaded, rejected, block_size=block_size)

    def records(self, file: Path, content_hash: str, checked: CheckedFile) -> Iterator[Records]:
        """Yield the good records of a file that was checked.

        Raises:
            FileChangedError: after the last record: what was read has another SHA-256.
        """
        columns, block_size = len(checked.columns), checked.block_size
        return while_unchanged(
            file, content_hash, lambda content: iter(self._parse(content, columns, block_size))
        )

    def _count(self, file: Path, scan: Scan, tell: Callable[[int], None]) -> tuple[Parse, int, int]:
        """Parse a whole file for its findings.

        What is cheap is tried first, because what it cannot do is rare: small blocks do not hold
        every record, and the first column does not tell whether the header comes again.

        Returns:
            The findings, the number of good records, and the size of the blocks.
        """
        block_size = min(BLOCK_SIZE, scan.size + _ROOM)
        try:
            try:
                header = self._first_record(file, scan, block_size)
                return self._parsed(file, scan, block_size, header, tell)
            except RepeatedHeaderError:
                return self._parsed(file, scan, block_size, (), tell)
        except LongRecordError:
            return self._parsed(file, scan, MAX_RECORD, (), tell)

    def _first_record(self, file: Path, scan: Scan, block_size: int) -> tuple[str, ...]:
        """Return the header of a file, or nothing for one that is so small that it does not pay."""
        if not self._options.header or scan.delimiters is not None:
            return () if self._options.header else self._table.columns
        with file.open("rb") as stream:
            parse = self._parse(decompressed(stream, file.name), MAX_COLUMNS, block_size)
            next(iter(parse), None)
            return parse.header

    def _parsed(
        self,
        file: Path,
        scan: Scan,
        block_size: int,
        known_header: tuple[str, ...],
        tell: Callable[[int], None],
    ) -> tuple[Parse, int, int]:
        most = MAX_COLUMNS if scan.delimiters is None else scan.delimiters + 1
        size, loaded = file.stat().st_size, 0
        with file.open("rb") as stream:
            content = decompressed(stream, file.name)
            parse = self._parse(content, len(known_header) or most, block_size, known_header)
            for records in parse:
                loaded += records.batch.num_rows
                tell(size + stream.tell())
        if not parse.header and scan.size + _ROOM > block_size:
            raise LongRecordError  # pyarrow calls a file empty whose first block ends no record
        return parse, loaded, block_size

    def _scan(self, file: Path, tell: Callable[[int], None]) -> Scan:
        with file.open("rb") as stream:
            first_look(stream, file, self._options.encoding)
            return self._dialect.scan(_told(self._chunks(stream, file.name), stream, tell))

    def _parse(
        self,
        content: BinaryIO,
        most_columns: int,
        block_size: int,
        known_header: tuple[str, ...] = (),
    ) -> Parse:
        return Parse(
            content,
            self._options,
            () if self._options.header else self._table.columns,
            min(most_columns, MAX_COLUMNS),
            block_size=block_size,
            known_header=known_header,
        )

    def _chunks(self, stream: BinaryIO, name: str) -> Iterator[bytes]:
        return utf8_chunks(decompressed(stream, name), self._options.encoding)

    def _with_places(
        self, file: Path, rejected: list[RejectedRecord]
    ) -> tuple[RejectedRecord, ...]:
        if not rejected:
            return ()
        before = 0 if self._options.header else 1  # the dialect counts from 0, header or not
        records = {record.record_number - before: record for record in rejected}
        measure = measure_of(self._options.encoding)
        mark = mark_length(file, self._options.encoding)
        with file.open("rb") as stream:
            chunks = self._chunks(stream, file.name)
            for number, place in self._dialect.places_of(chunks, set(records), measure or len):
                offset = place.byte_offset + mark if measure else None
                record, text = records[number].at(place.line, offset), place.text.decode()
                # The parser has only the values of a repeated header, and leaves a line end out
                # with which a record ends, also an escaped one.
                is_whole = record.raw_record == text
                records[number] = record if is_whole else replace(record, raw_record=text)
        return tuple(records.values())


def _told(
    chunks: Iterator[bytes], stream: BinaryIO, tell: Callable[[int], None]
) -> Iterator[bytes]:
    """Yield chunks and tell how far the file has been read for each."""
    for chunk in chunks:
        yield chunk
        tell(stream.tell())
