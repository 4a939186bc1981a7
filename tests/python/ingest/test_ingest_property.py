"""Generated ugly files: what is loaded, quarantined and set aside is what a reference reader says.

The same files in every run of the suite; `make soak` looks at many more, and at others each time.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from csv_files import HEADER, Written, damaged_files, files
from csv_reference import MARK, IllFormedError, Record, line_of, records_of
from hypothesis import given
from reader_bench import Records, load

from ingest.catalogue.entries import load_catalogue
from ingest.readers.base import CheckedFile, RejectedRecord, UnreadableFileError

TABLE = next(table for table in load_catalogue().tables if table.table == "px_cat_g1v2")


@dataclass(frozen=True)
class Expected:
    """What becomes of a file by docs/loader-options.md and docs/faults.md."""

    columns: tuple[str, ...]
    loaded: Records
    rejected: tuple[RejectedRecord, ...]


def read(written: Written) -> tuple[CheckedFile, Records]:
    """Check and read a file with the reader under test."""
    options = replace(
        TABLE.options,
        delimiter=written.dialect.delimiter,
        quote=written.dialect.quote or None,
        escape=written.dialect.escape or None,
        encoding=written.encoding,
        header=written.has_header,
    )
    table = replace(TABLE, options=options, columns=HEADER[: written.width])
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.readers.bytes.READ_SIZE", written.read_size)
        patch.setattr("ingest.readers.csv.BLOCK_SIZE", written.block_size)
        patch.setattr("ingest.readers.csv.MAX_COLUMNS", 16)  # pyarrow prepares for each of 4,096
        name = f"x.csv{written.packed}"
        return load(Path(folder), written.content, name=name, table=table)


def outcome(written: Written) -> Expected | str:
    """Return what the reader under test makes of a file, or why it sets it aside."""
    try:
        checked, found = read(written)
    except UnreadableFileError as error:
        return error.reason
    return Expected(checked.columns, found, checked.rejected)


def expected_outcome(written: Written) -> Expected | str:
    """Return what has to become of a file."""
    columns, text = HEADER[: written.width], written.text
    try:
        records = list(records_of(text, written.dialect))[written.has_header :]
    except IllFormedError as error:
        return f"line {line_of(text, error.begin)}: {error.reason}"
    if not text.strip() or not records:
        return Expected((), [], ())
    found, rejected = list[tuple[int | None, tuple[object, ...]]](), list[RejectedRecord]()
    for number, record in enumerate(records, start=1):
        misfit = _misfit(number, record, written)
        if misfit is None:
            found.append((number, record.fields))
        else:
            rejected.append(misfit)
    last = records[-1]
    if len(last.fields) < len(columns) and not last.is_ended:
        return f"line {line_of(text, last.begin)}: the last record has {rejected[-1].reason}"
    return Expected(columns, found, tuple(rejected))


def _misfit(number: int, record: Record, written: Written) -> RejectedRecord | None:
    fields, columns = record.fields, HEADER[: written.width]
    code, reason = "repeated_header", "the header again"
    if len(fields) != len(columns):
        counted = "1 field" if len(fields) == 1 else f"{len(fields)} fields"
        owner = "the header" if written.has_header else "the catalogue"
        code, reason = "field_count", f"{counted} where {owner} has {len(columns)}"
    elif not written.has_header or not _is_header(fields, written):
        return None
    misfit = RejectedRecord(number, code, reason, record.text)
    offset = None
    if written.encoding != "utf-16":
        before = written.text[: record.begin].encode(written.encoding)
        offset = len(written.mark + before)
    return misfit.at(line_of(written.text, record.begin), offset)


def _is_header(fields: tuple[str, ...], written: Written) -> bool:
    """Tell whether a record is the header again, or that of another file with its mark."""
    (name, *others), quote = HEADER[: written.width], written.dialect.quote
    again = (name, MARK + name, MARK + quote + name + quote)  # no quote begins a field there
    return fields[0] in again and fields[1:] == tuple(others)


@pytest.mark.fault(16, 17, 18)
@given(files())
def test_every_record_is_loaded_or_quarantined(written: Written) -> None:
    expected = expected_outcome(written)
    if isinstance(expected, Expected):
        assert outcome(written) == expected
    else:
        assert "no line end, so the upload was cut off" in str(outcome(written))


@pytest.mark.fault(15, 17)
@given(damaged_files())
def test_damage_sets_a_file_aside_where_no_record_could_be_told_from_it(written: Written) -> None:
    expected = expected_outcome(written)
    if isinstance(expected, Expected):
        assert outcome(written) == expected
    else:
        assert str(outcome(written)).startswith(expected)


@given(files())
def test_the_reference_reads_well_formed_files_as_python_does(written: Written) -> None:
    dialect = written.dialect
    reader = partial(csv.reader, delimiter=dialect.delimiter, escapechar=dialect.escape or None)
    source = io.StringIO(written.text, newline="")
    rows = (
        reader(source, quotechar=dialect.quote)
        if dialect.quote
        else reader(source, quotechar=None, quoting=csv.QUOTE_NONE)
    )
    records = [record.fields for record in records_of(written.text, dialect)]
    assert records == [tuple(row) for row in rows if row]
