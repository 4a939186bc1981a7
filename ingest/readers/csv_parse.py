"""One pass of pyarrow over a CSV file: its header, its records and the numbers they have.

One thread parses: with more, pyarrow does not say which record it is that does not fit.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from functools import lru_cache, reduce
from typing import BinaryIO, Literal, cast

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from ingest.options import TableOptions
from ingest.readers.base import (
    MAX_RECORD,
    Misfits,
    Records,
    RejectedRecord,
    UnreadableFileError,
)
from ingest.readers.header import MAX_COLUMNS

_MARK = codecs.BOM_UTF8.decode()
"""A byte order mark; within the text where files were put together that begin with one."""


class LongRecordError(UnreadableFileError):
    """A record does not fit into the blocks that a file is parsed in."""

    def __init__(self) -> None:
        super().__init__(f"a record is longer than {MAX_RECORD >> 20} MB")


class RepeatedHeaderError(Exception):
    """The header may come again, which the first column alone cannot tell."""


@lru_cache(maxsize=64)
def _texts(columns: int) -> dict[str, pa.DataType]:
    """Return the types of so many columns; all that pyarrow can have take it 2 ms a file."""
    return {f"f{position}": pa.string() for position in range(columns)}


class _WholeLineEnds(io.RawIOBase):
    """A text of which no piece that is read ends between CR and LF.

    pyarrow drops a LF that begins a block after one that ended with CR, also within a value.

    Attributes:
        may_have_marks: a byte was read behind the beginning that begins a mark, and little else.
    """

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        is_utf8 = codecs.lookup(encoding).name == "utf-8"
        self._text = stream if is_utf8 else _transcoded(stream, encoding)
        self._held = b""
        self._own_mark = len(codecs.BOM_UTF8)
        self.may_have_marks = False

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many bytes of UTF-8, and none at the end; of at least two."""
        before, self._held = self._held, b""
        data = before + self._text.read(size - len(before))
        if not self.may_have_marks:
            self.may_have_marks = data.find(codecs.BOM_UTF8[0], self._own_mark) >= 0
            self._own_mark = 0
        if len(data) > len(before) and len(data) > 1 and data.endswith(b"\r"):
            self._held = b"\r"
            return data[:-1]
        return data


def _transcoded(stream: BinaryIO, encoding: str) -> BinaryIO:
    """Return a text as UTF-8, transcoded as it is read."""
    source = pa.PythonFile(cast(io.IOBase, stream), mode="r")
    return cast(BinaryIO, pa.transcoding_input_stream(source, encoding, "utf-8"))


class Parse:
    """One pass of pyarrow over a file. Iterate it to its end, then read its findings.

    Args:
        stream: the file's content.
        options: how it is written.
        names: its columns, where the first record does not name them.
        most_columns: how many it has at most.
        block_size: bytes that are parsed at once; a record that fills a block is too long.
        known_header: the first record, where it is known. Then all records are looked at, but only
            the values of the first column are made: half the work, and enough to count them.

    Attributes:
        header: the first record, or the given names.
        total: number of records after the header.
        last_is_short: the last rejected record has fewer fields than the header.
    """

    def __init__(  # noqa: PLR0913 - what is parsed, and how
        self,
        stream: BinaryIO,
        options: TableOptions,
        names: tuple[str, ...],
        most_columns: int,
        *,
        block_size: int = MAX_RECORD,
        known_header: tuple[str, ...] = (),
    ) -> None:
        self._text = _WholeLineEnds(stream, options.encoding)
        self._options = options
        self._block_size = block_size
        self._counts_only = bool(known_header)
        self._names = [f"f{position}" for position in range(len(names))]
        self._types = _texts(max(most_columns, len(names)))
        self._misfit_numbers: set[int] = set()
        self._misfits = Misfits()
        self._last = 0 if names else -1  # a header has number 0
        self._is_at_header = not names
        self.header = names or known_header
        self.last_is_short = False

    @property
    def rejected(self) -> list[RejectedRecord]:
        """The records that do not fit, in order of their numbers."""
        return sorted(self._misfits.records, key=lambda record: record.record_number)

    @property
    def total(self) -> int:
        """Number of records after the header, good or not."""
        return max(self._last, max(self._misfit_numbers, default=0))

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
                raise LongRecordError from None
            self._refuse_too_many()
            raise UnreadableFileError("the file cannot be parsed as CSV") from None

    def _open(self) -> csv.CSVStreamingReader:
        options = self._options
        return csv.open_csv(
            cast(BinaryIO, self._text),
            read_options=csv.ReadOptions(
                use_threads=False,  # threads would leave misfits without a number
                block_size=self._block_size,
                autogenerate_column_names=not self._names,
                column_names=self._names or None,
            ),
            parse_options=csv.ParseOptions(
                delimiter=options.delimiter,
                quote_char=options.quote or False,
                escape_char=options.escape or False,
                # An escaped line end is part of a value too, without any quote.
                newlines_in_values=options.quote is not None or options.escape is not None,
                invalid_row_handler=self._reject_misfit,
            ),
            convert_options=csv.ConvertOptions(
                column_types=self._types,
                strings_can_be_null=False,
                null_values=[],
                include_columns=["f0"] if self._counts_only else None,
            ),
        )

    def _refuse_too_many(self) -> None:
        if limit := self._misfits.too_many:
            raise UnreadableFileError(
                f"more than {limit} records do not have as many fields as columns, or are the "
                "header again; look at the table's options delimiter and quote"
            ) from None

    def _reject_misfit(self, row: csv.InvalidRow) -> Literal["skip", "error"]:
        # pyarrow counts from 1, and a header is a record to it.
        number = (row.number or 1) - (0 if self._names else 1)
        self._misfit_numbers.add(number)
        fields = "1 field" if row.actual_columns == 1 else f"{row.actual_columns} fields"
        expected = "the catalogue" if self._names else "the header"
        reason = f"{fields} where {expected} has {row.expected_columns}"
        self._misfits.add(RejectedRecord(number, "field_count", reason, row.text))
        self.last_is_short = row.actual_columns < row.expected_columns
        return "error" if self._misfits.too_many else "skip"

    def _numbers(self, count: int) -> pa.Int64Array:
        """Return the numbers of the next good records; the header has number 0."""
        first = self._last + 1
        if not self._misfit_numbers:
            self._last += count
            return cast(pa.Int64Array, pa.arange(first, first + count))  # type: ignore[attr-defined]
        numbers: list[int] = []
        while len(numbers) < count:
            self._last += 1
            if self._last not in self._misfit_numbers:
                numbers.append(self._last)
        return pa.array(numbers, pa.int64())

    def _good(self, records: Records) -> Iterator[Records]:
        numbers, batch = records.numbers, records.batch
        if self._is_at_header and batch.num_rows:
            self._is_at_header = False
            self.header = self.header or tuple(str(column[0]) for column in batch.columns)
            numbers, batch = numbers.slice(1), batch.slice(1)
        if not batch.num_rows:
            return
        repeats = None if self._names else self._repeats(batch)
        if repeats is not None:
            text = self._options.delimiter.join(self.header)
            for number in numbers.filter(repeats):
                again = (number.as_py(), "repeated_header", "the header again", text)
                self._misfits.add(RejectedRecord(*again))
            self._refuse_too_many()
            keep = pc.invert(repeats)
            numbers, batch = numbers.filter(keep), batch.filter(keep)
        yield Records(numbers, batch)

    def _repeats(self, batch: pa.RecordBatch) -> pa.BooleanArray | None:
        """Mark the records that are the header again; None when none is."""
        name = self.header[0]
        first = pc.equal(batch.column(0), pa.scalar(name))
        if self._text.may_have_marks:
            # A quote behind a mark does not begin the field: it is part of the value.
            quote = self._options.quote or ""
            marked = pa.array([_MARK + name, _MARK + quote + name + quote])
            first = pc.or_(first, pc.is_in(batch.column(0), value_set=marked))
        if not pc.any(first).as_py():
            return None
        if self._counts_only:
            raise RepeatedHeaderError
        others = zip(batch.columns[1:], self.header[1:], strict=True)
        equal = (pc.equal(column, pa.scalar(name)) for column, name in others)
        repeats = reduce(pc.and_, equal, first)
        return repeats if pc.any(repeats).as_py() else None
