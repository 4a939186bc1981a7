"""The first records of a file, as they would land, without loading or even reading all of it.

Text is read as far as it takes to have the records, and held to the same reader that loads it; a
file of another format is read by that reader as it is. What stands further down is not known.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.catalogue.entries import DeliveredTable
from ingest.files.discovery import DeliveredFile, hash_of
from ingest.files.path_columns import path_columns
from ingest.judge import Judge, uncounted
from ingest.raw.rows import FileToLoad
from ingest.raw.table import RawTable
from ingest.readers import reader_of
from ingest.readers.base import CheckedFile, RejectedRecord, UnreadableFileError
from ingest.readers.bytes import decompressed, first_look, utf8_chunks

_TEXT_FORMATS = frozenset({"csv", "fixed_width", "json"})
_LARGEST_HEAD = 16 << 20
"""Bytes of text that are looked at, at most, for the sake of one file."""


@dataclass(frozen=True)
class Sample:
    """The first records of a file.

    Attributes:
        path: relative to the landing folder.
        table: source and table.
        problem: why nothing can be shown, and the file would be set aside or left out; or None.
        is_whole: whether the file holds no more records than these.
        columns: of the file, in its order.
        new_columns: those that the table does not have.
        missing_columns: expected ones that the file does not have.
        record_numbers: of the records that fit.
        records: their values, in the order of the columns; null where there is none.
        misfits: those that do not fit, with their line and reason.
    """

    path: str
    table: str
    problem: str | None = None
    is_whole: bool = True
    columns: tuple[str, ...] = ()
    new_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    record_numbers: tuple[int, ...] = ()
    records: tuple[tuple[str | None, ...], ...] = ()
    misfits: tuple[RejectedRecord, ...] = ()


@dataclass(frozen=True)
class _Look:
    """What a look at a file, or at the head of it, found."""

    checked: CheckedFile
    numbers: list[int] = field(default_factory=list)
    records: list[tuple[str | None, ...]] = field(default_factory=list)


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
        return Sample(file.path, table.name, checked.empty)
    try:
        given = path_columns(file.path, checked, table)
    except UnreadableFileError as error:
        return Sample(file.path, table.name, error.reason)
    checked = replace(checked, path_columns=given)
    of_path = tuple(value for _, value in given)
    columns = raw.untyped_columns_for([FileToLoad(file, checked)])
    new = columns.new or columns.rescued
    shown = [record for record in checked.rejected if record.record_number <= count]
    return Sample(
        path=file.path,
        table=table.name,
        problem=_refused(new, table),
        is_whole=not has_more and checked.rows_read <= count,
        columns=checked.all_columns,
        new_columns=new,
        missing_columns=columns.missing,
        record_numbers=tuple(look.numbers),
        records=tuple((*record, *of_path) for record in look.records),
        misfits=tuple(shown),
    )


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
        columns = [column.to_pylist() for column in found.batch.columns]
        for number, *values in zip(found.numbers.to_pylist(), *columns, strict=True):
            if number is None or number > count:
                return look
            look.numbers.append(number)
            look.records.append(tuple(None if cell is None else str(cell) for cell in values))
    return look
