"""Writes rows to a CSV or Parquet file: whole or not at all, and safe to open in a spreadsheet."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from saleslake.errors import OutputError

SUFFIXES = [".csv", ".parquet"]

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = r"^([=+\-@\t\r])"
_NUMBER = r"^[+-]?(\d[\d.,]*|[.,]\d+)([eE][+-]?\d+)?$"


def check_output(path: Path, *, force: bool) -> None:
    """Refuse a file that could not or must not be written, before anything is read.

    Raises:
        OutputError: its suffix is unknown, its folder is missing, or it is there already.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise OutputError(
            path, "is neither CSV nor Parquet", "Let its name end in .csv or .parquet"
        )
    if not path.parent.is_dir():
        raise OutputError(path, "has no folder to be in", f"Create {path.parent} first.")
    if path.is_dir() or (path.exists() and not force):
        raise OutputError(path, "is there already", "Give another name, or --force to replace it.")


def write_rows(
    path: Path,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    on_progress: Callable[[int], None],
) -> int:
    """Write rows to a file that appears under its name only when it is whole.

    Args:
        path: see ``check_output``.
        schema: of the rows.
        batches: the rows.
        on_progress: called with the number of rows written so far.

    Returns:
        The number of rows.

    Raises:
        OutputError: the disk refused.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    rows = 0
    try:
        try:
            with part.open("wb") as sink, _writer(path, sink, schema) as writer:
                for batch in batches:
                    writer.write(_csv_batch(batch) if isinstance(writer, csv.CSVWriter) else batch)
                    rows += batch.num_rows
                    on_progress(rows)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        why = (error.strerror or "the disk refused").lower()
        raise OutputError(
            path, f"cannot be written: {why}", "Free space, or write elsewhere."
        ) from error
    return rows


def _writer(path: Path, sink: BinaryIO, schema: pa.Schema) -> csv.CSVWriter | pq.ParquetWriter:
    if path.suffix.lower() == ".parquet":
        return pq.ParquetWriter(sink, schema)
    return csv.CSVWriter(sink, _csv_batch(pa.RecordBatch.from_pylist([], schema)).schema)


def _csv_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return rows as a CSV file may hold them: nested values as JSON, no cell a formula."""
    columns = [_csv_column(batch, place) for place in range(batch.num_columns)]
    return pa.RecordBatch.from_arrays(columns, [_escaped_name(name) for name in batch.schema.names])


def _csv_column(batch: pa.RecordBatch, place: int) -> pa.Array[pa.Scalar[pa.DataType]]:
    kind = batch.schema.field(place).type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        name = batch.schema.names[place]
        values = [row[name] for row in batch.select([name]).to_pylist()]
        return pa.array([_text(value) for value in values], pa.string())
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return batch.column(place)
    texts = batch.column(place).cast(pa.string())
    escaped = pc.replace_substring_regex(texts, pattern=_FORMULA, replacement=r"'\1")
    found: pa.StringArray = pc.if_else(pc.match_substring_regex(texts, _NUMBER), texts, escaped)
    return found


def _text(value: object) -> str | None:
    if value is None or isinstance(value, bytes):
        return None if value is None else value.hex()
    return json.dumps(value, default=str, ensure_ascii=False)


def _escaped_name(name: str) -> str:
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name
