"""CSV by pyarrow: every column as text exactly as delivered, every record accounted for.

The header is read as the first record rather than by pyarrow's own header logic, so that one
parser decides about header and records, and a record's number means the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, reduce
from pathlib import Path
from typing import BinaryIO, Literal, cast

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from ingest.catalogue.entries import DeliveredTable
from ingest.options import TableOptions
from ingest.readers.base import (
    MAX_RECORD,
    MAX_REJECTED,
    CheckedFile,
    Records,
    RejectedRecord,
    UnreadableFileError,
    untold,
)
from ingest.readers.bytes import decompressed, first_look, utf8_chunks, while_unchanged
from ingest.readers.dialect import Dialect, Scan
from ingest.readers.header import MAX_COLUMNS, column_names
from ingest.readers.places import mark_length, measure_of


@lru_cache(maxsize=64)
def _texts(columns: int) -> dict[str, pa.DataType]:
    """Return the types of so many columns; all that pyarrow can have take it 2 ms a file."""
    return {f"f{position}": pa.string() for position in range(columns)}


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
        with file.open("rb") as stream:
            most = MAX_COLUMNS if scan.delimiters is None else scan.delimiters + 1
            parse = self._parse(decompressed(stream, file.name), most)
            size, loaded = file.stat().st_size, 0
            for records in parse:
                loaded += records.batch.num_rows
                tell(size + stream.tell())
        if not parse.total:
            return CheckedFile(empty="the file holds a header and no record")
        columns = self._table.columns
        if self._options.header:
            columns = column_names(parse.header, self._table)
        rejected = self._with_places(file, parse.rejected)
        last = rejected[-1] if rejected else None
        cut_off = parse.last_is_short and not scan.ends_with_newline
        if last and last.record_number == parse.total and cut_off:
            raise UnreadableFileError(
                f"line {last.line_number}: the last record has {last.reason} and no line end, "
                "so the upload was cut off"
            )
        return CheckedFile(columns, loaded, rejected)

    def records(self, file: Path, content_hash: str, checked: CheckedFile) -> Iterator[Records]:
        """Yield the good records of a file that was checked.

        Raises:
            FileChangedError: after the last record: what was read has another SHA-256.
        """
        return while_unchanged(
            file, content_hash, lambda content: iter(self._parse(content, len(checked.columns)))
        )

    def _scan(self, file: Path, tell: Callable[[int], None]) -> Scan:
        with file.open("rb") as stream:
            first_look(stream, file, self._options.encoding)
            return self._dialect.scan(_told(self._chunks(stream, file.name), stream, tell))

    def _parse(self, content: BinaryIO, most_columns: int) -> _Parse:
        names = () if self._options.header else self._table.columns
        return _Parse(content, self._options, names, min(most_columns, MAX_COLUMNS))

    def _chunks(self, stream: BinaryIO, name: str) -> Iterator[bytes]:
        return utf8_chunks(decompressed(stream, name), self._options.encoding)

    def _with_places(
        self, file: Path, rejected: list[RejectedRecord]
    ) -> tuple[RejectedRecord, ...]:
        if not rejected:
            return ()
        before = 0 if self._options.header else 1  # the dialect counts from 0, header or not
        measure = measure_of(self._options.encoding)
        with file.open("rb") as stream:
            chunks = self._chunks(stream, file.name)
            wanted = {record.record_number - before for record in rejected}
            places = self._dialect.places_of(chunks, wanted, measure or len)
        mark = mark_length(file, self._options.encoding)

        def placed(record: RejectedRecord) -> RejectedRecord:
            place = places.get(record.record_number - before)
            if place is None:
                return record
            return record.at(place.line, place.byte_offset + mark if measure else None)

        return tuple(map(placed, rejected))


def _told(
    chunks: Iterator[bytes], stream: BinaryIO, tell: Callable[[int], None]
) -> Iterator[bytes]:
    """Yield chunks and tell how far the file has been read for each."""
    for chunk in chunks:
        yield chunk
        tell(stream.tell())


class _Parse:
    """One pass of pyarrow over a file. Iterate it to its end, then read its findings.

    Args:
        stream: the file's content.
        options: how it is written.
        names: its columns, where the first record does not name them.
        most_columns: how many it has at most.

    Attributes:
        header: the first record, or the given names.
        rejected: the records that do not fit it, in order of their numbers.
        total: number of records after the header.
        last_is_short: the last rejected record has fewer fields than the header.
    """

    def __init__(
        self, stream: BinaryIO, options: TableOptions, names: tuple[str, ...], most_columns: int
    ) -> None:
        self._stream = stream
        self._options = options
        self._names = [f"f{position}" for position in range(len(names))]
        self._types = _texts(max(most_columns, len(names)))
        self._misfits: set[int] = set()
        self._last = 0 if names else -1  # a header has number 0
        self.header = names
        self.rejected: list[RejectedRecord] = []
        self.last_is_short = False

    @property
    def total(self) -> int:
        return max(self._last, max(self._misfits, default=0))

    def __iter__(self) -> Iterator[Records]:
        try:
            batches = self._open()
            if len(batches.schema) > MAX_COLUMNS:
                raise UnreadableFileError(
                    f"the header has {len(batches.schema)} columns; at most {MAX_COLUMNS} are read"
                )
            for batch in batches:
                yield from self._good(Records(self._numbers(batch.num_rows), batch))
        except pa.ArrowInvalid as error:
            if "Empty CSV" in str(error):  # a header without a line end
                return
            # pyarrow's own message may quote a cell.
            if "straddl" in str(error):
                reason = f"a record is longer than {MAX_RECORD >> 20} MB"
                raise UnreadableFileError(reason) from None
            if len(self.rejected) > MAX_REJECTED:
                reason = (
                    f"more than {MAX_REJECTED:,} records do not have as many fields as columns; "
                    "look at the table's options delimiter and quote"
                )
                raise UnreadableFileError(reason) from None
            raise UnreadableFileError("the file cannot be parsed as CSV") from None
        self.rejected.sort(key=lambda record: record.record_number)

    def _open(self) -> csv.CSVStreamingReader:
        options = self._options
        return csv.open_csv(
            self._stream,
            read_options=csv.ReadOptions(
                use_threads=False,  # threads would leave misfits without a number
                block_size=MAX_RECORD,
                autogenerate_column_names=not self._names,
                column_names=self._names or None,
                encoding=options.encoding,
            ),
            parse_options=csv.ParseOptions(
                delimiter=options.delimiter,
                quote_char=options.quote or False,
                escape_char=options.escape or False,
                newlines_in_values=options.quote is not None,
                invalid_row_handler=self._reject_misfit,
            ),
            convert_options=csv.ConvertOptions(
                column_types=self._types, strings_can_be_null=False, null_values=[]
            ),
        )

    def _reject_misfit(self, row: csv.InvalidRow) -> Literal["skip", "error"]:
        # pyarrow counts from 1, and a header is a record to it.
        number = (row.number or 1) - (0 if self._names else 1)
        self._misfits.add(number)
        fields = "1 field" if row.actual_columns == 1 else f"{row.actual_columns} fields"
        expected = "the catalogue" if self._names else "the header"
        reason = f"{fields} where {expected} has {row.expected_columns}"
        self.rejected.append(RejectedRecord(number, "field_count", reason, row.text))
        self.last_is_short = row.actual_columns < row.expected_columns
        return "error" if len(self.rejected) > MAX_REJECTED else "skip"

    def _numbers(self, count: int) -> pa.Int64Array:
        """Return the numbers of the next good records; the header has number 0."""
        first = self._last + 1
        if not self._misfits:
            self._last += count
            return cast(pa.Int64Array, pa.arange(first, first + count))  # type: ignore[attr-defined]
        numbers: list[int] = []
        while len(numbers) < count:
            self._last += 1
            if self._last not in self._misfits:
                numbers.append(self._last)
        return pa.array(numbers, pa.int64())

    def _good(self, records: Records) -> Iterator[Records]:
        numbers, batch = records.numbers, records.batch
        if not self.header and batch.num_rows:
            self.header = tuple(str(column[0]) for column in batch.columns)
            numbers, batch = numbers.slice(1), batch.slice(1)
        if not batch.num_rows:
            return
        repeats = None if self._names else self._repeats(batch)
        if repeats is not None:
            text = self._options.delimiter.join(self.header)
            self.rejected += [
                RejectedRecord(number.as_py(), "repeated_header", "the header again", text)
                for number in numbers.filter(repeats)
            ]
            keep = pc.invert(repeats)
            numbers, batch = numbers.filter(keep), batch.filter(keep)
        yield Records(numbers, batch)

    def _repeats(self, batch: pa.RecordBatch) -> pa.BooleanArray | None:
        """Mark the records that are the header again; None when none is."""
        first = pc.equal(batch.column(0), pa.scalar(self.header[0]))
        if not pc.any(first).as_py():
            return None
        equal = [
            pc.equal(column, pa.scalar(name))
            for column, name in zip(batch.columns, self.header, strict=True)
        ]
        marked = reduce(pc.and_, equal)
        return marked if pc.any(marked).as_py() else None
