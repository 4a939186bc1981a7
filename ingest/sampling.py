"""The first records of a file, as they would land, without loading or even reading all of it.

Text is read as far as it takes to have the records, and held to the same reader that loads it; a
file of another format is read by that reader as it is. What stands further down is not known: where
columns get their types from values (cloudFiles.inferColumnTypes), these values alone are asked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from ingest.catalogue.tables import DeliveredTable
from ingest.files.discovery import DeliveredFile, hash_of
from ingest.files.path_columns import path_columns
from ingest.judge import Judge, uncounted
from ingest.raw.column_types import TEXT, name_of
from ingest.raw.columns import Columns
from ingest.raw.conversion import Values, as_text, fitted
from ingest.raw.rows import FileToLoad
from ingest.raw.table import RawTable
from ingest.readers import reader_of
from ingest.readers.base import CheckedFile, Records, RejectedRecord, UnreadableFileError, untold
from ingest.readers.bytes import decompressed, first_look, utf8_chunks

_TEXT_FORMATS = frozenset({"csv", "fixed_width", "json"})
_LARGEST_HEAD = 16 << 20
"""Bytes of text that are looked at, at most, for the sake of one file."""


@dataclass(frozen=True)
class RescuedValue:
    """A value that its column does not hold; it would land in ``_rescued_data``."""

    record_number: int
    column: str
    value: str


@dataclass(frozen=True)
class Sample:
    """The first records of a file.

    Attributes:
        path: relative to the landing folder.
        table: source and table.
        problem: why nothing can be shown, and the file would be set aside or left out; or None.
        is_left_out: whether that is why it would be left out; else it would be set aside.
        is_whole: whether the file holds no more records than these.
        columns: of the file and its path, in their order.
        types: what Spark SQL calls the types in which they land.
        new_columns: those that the table does not have.
        missing_columns: expected ones that the file does not have.
        record_numbers: of the records that fit.
        records: their values as they land, in the order of the columns; null where there is none.
        rescued: those of their values that their columns do not hold; they are null in the records.
        misfits: those that do not fit, with their line and reason.
    """

    path: str
    table: str
    problem: str | None = None
    is_left_out: bool = False
    is_whole: bool = True
    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    new_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    record_numbers: tuple[int, ...] = ()
    records: tuple[tuple[str | None, ...], ...] = ()
    rescued: tuple[RescuedValue, ...] = ()
    misfits: tuple[RejectedRecord, ...] = ()


@dataclass(frozen=True)
class _Look:
    """What a look at a file, or at the head of it, found: a reader of what was looked at."""

    checked: CheckedFile
    found: list[Records] = field(default_factory=list)

    # Which file is asked for is known, and it was read already.
    def check(self, file: Path, tell: Callable[[int], None] = untold) -> CheckedFile:  # noqa: ARG002
        """Return what was found."""
        return self.checked

    def records(
        self,
        file: Path,  # noqa: ARG002
        content_hash: str,  # noqa: ARG002
        checked: CheckedFile,  # noqa: ARG002
    ) -> Iterator[Records]:
        """Yield what was looked at."""
        yield from self.found

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the records."""
        return tuple(number for one in self.found for number in _whole(one.numbers))


def sample(file: DeliveredFile, raw: RawTable, count: int) -> Sample:
    """Return the first records of a file of a table; nothing is written into lake or landing.

    Text is copied, as far as it is looked at, into a temporary folder of this user's own.

    Args:
        file: the file; its content hash is not needed.
        raw: its table, which need not be there yet.
        count: how many records.
    """
    table = raw.table
    try:
        if table.format in _TEXT_FORMATS and not _spans_lines(table):
            look, has_more = _of_text(file, table, count)
        else:
            judge = Judge(raw, reader_of(table), uncounted)
            look, has_more = _first(judge, file.location, judge.read(file), count), False
    except (UnreadableFileError, OSError) as error:
        problem = error.reason if isinstance(error, UnreadableFileError) else "cannot be read"
        return Sample(file.path, table.name, problem)
    checked = look.checked
    if checked.empty:
        return Sample(file.path, table.name, checked.empty, is_left_out=True)
    try:
        given = path_columns(file.path, checked, table)
    except UnreadableFileError as error:
        return Sample(file.path, table.name, error.reason)
    checked = replace(checked, path_columns=given)
    columns = raw.columns_for([FileToLoad(file, checked)], look)
    new = columns.new or columns.rescued
    shown = [record for record in checked.rejected if record.record_number <= count]
    landed = [_landed(checked.complete(one), checked, columns) for one in look.found]
    return Sample(
        path=file.path,
        table=table.name,
        problem=_refused(new, table),
        is_whole=not has_more and checked.rows_read <= count,
        columns=checked.all_columns,
        types=tuple(name_of(_type_in(columns, name)) for name in checked.all_columns),
        new_columns=new,
        missing_columns=columns.missing,
        record_numbers=look.numbers,
        records=tuple(record for records, _ in landed for record in records),
        rescued=tuple(value for _, rescued in landed for value in rescued),
        misfits=tuple(shown),
    )


def _type_in(columns: Columns, name: str) -> pa.DataType:
    return columns.types.get(name.lower(), TEXT)


def _landed(
    records: Records, checked: CheckedFile, columns: Columns
) -> tuple[list[tuple[str | None, ...]], list[RescuedValue]]:
    """Return records as they land, and the values that their columns do not hold."""
    numbers, rescued = _whole(records.numbers), list[RescuedValue]()
    cells: list[list[str | None]] = []
    for name, values in zip(checked.all_columns, records.batch.columns, strict=True):
        fit = fitted(values, _type_in(columns, name))
        cells.append(_texts(fit.values))
        misfits = [] if fit.misfits is None else fit.misfits.to_pylist()
        rescued += [
            RescuedValue(number, name, text or "")
            for number, text, is_misfit in zip(numbers, _texts(values), misfits, strict=False)
            if is_misfit
        ]
    rescued.sort(key=lambda value: value.record_number)
    return list(zip(*cells, strict=True)), rescued


def _texts(values: Values) -> list[str | None]:
    return [None if cell is None else str(cell) for cell in as_text(values).to_pylist()]


def _whole(numbers: pa.Int64Array) -> list[int]:
    return [int(number or 0) for number in numbers.to_pylist()]


def _spans_lines(table: DeliveredTable) -> bool:
    """Tell whether the head of a file, cut at a line end, is no file of its own."""
    return table.format == "json" and table.options.multi_line


def _refused(new: tuple[str, ...], table: DeliveredTable) -> str | None:
    if new and table.options.refuses_columns:
        return f"brings new columns: {', '.join(new)} (schemaEvolutionMode is failOnNewColumns)"
    return None


def _of_text(file: DeliveredFile, table: DeliveredTable, count: int) -> tuple[_Look, bool]:
    """Look at more and more of a text, until it holds the records; says whether there is more."""
    # The head is written as UTF-8, so that it can be cut at a line end.
    options = replace(table.options, encoding="utf-8")
    as_utf8 = replace(table, options=options)
    judge = Judge(RawTable(Path(), as_utf8), reader_of(as_utf8), uncounted)
    with tempfile.TemporaryDirectory() as folder:
        head = Path(folder) / "head"
        size = 0
        has_more = True
        with head.open("wb") as stream:
            for chunk, has_more in _chunks(file.location, table.options.encoding):
                stream.write(chunk)
                stream.flush()
                size += len(chunk)
                try:
                    found = _first(judge, head, judge.reader.check(head), count)
                except UnreadableFileError:
                    if not has_more or size >= _LARGEST_HEAD:
                        raise
                    continue
                enough = found.checked.rows_read >= count or size >= _LARGEST_HEAD
                if enough or not has_more:
                    return found, has_more
    raise UnreadableFileError("the file is empty")


def _chunks(file: Path, encoding: str) -> Iterator[tuple[bytes, bool]]:
    """Yield a text, each piece but the last up to a line end, and whether more comes."""
    with file.open("rb") as stream:
        first_look(stream, file, encoding)
        rest, before = b"", None
        for chunk in utf8_chunks(decompressed(stream, file.name), encoding):
            if before is not None:
                yield before, True
            whole, end, rest_of_line = (rest + chunk).rpartition(b"\n")
            before, rest = whole + end, rest_of_line
        yield (before or b"") + rest, False


def _first(judge: Judge, file: Path, checked: CheckedFile, count: int) -> _Look:
    """Return the first records that fit, and the check that says which ones do not."""
    look = _Look(checked)
    if checked.empty:
        return look
    for found in judge.reader.records(file, hash_of(file), checked):
        here = sum(number <= count for number in _whole(found.numbers))
        if here:
            look.found.append(Records(found.numbers.slice(0, here), found.batch.slice(0, here)))
        if here < found.batch.num_rows:
            break
    return look
