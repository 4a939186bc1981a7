"""One sample file: its form, and how its records get to disk, a chunk at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from sample.output.chunk import Chunk, Fault
from sample.output.text import delimited, json_lines

ROW_GROUP_ROWS = 100_000
"""Of Parquet files, whatever chunks their records come in."""


@dataclass(frozen=True)
class Csv:
    """Comma-separated text with a header line.

    Attributes:
        line_end: between two lines.
        ends_with_line_end: some exports leave the last line open, and readers must cope.
    """

    line_end: str = "\n"
    ends_with_line_end: bool = True


@dataclass(frozen=True)
class JsonLines:
    """One JSON object in each line."""


@dataclass(frozen=True)
class Parquet:
    """Typed columns."""


Form: TypeAlias = Csv | JsonLines | Parquet


@dataclass(frozen=True)
class SampleFile:
    """A file that can be made by itself, in this process or in another one.

    Attributes:
        table: source and table that it belongs to; empty for what is no delivered file.
        path: relative to the folder that it is written to.
        form: how records are written.
        chunks: makes the records; picklable, so a function of a module or a partial of one.
        month: of whose orders it is, if of one: files of the same are best made one after another.
    """

    table: str
    path: str
    form: Form
    chunks: Callable[[], Iterator[Chunk]]
    month: str = ""


@dataclass(frozen=True)
class PlacedFault:
    """A fault by its place in a file.

    Attributes:
        table: source and table that the file belongs to.
        path: of the file.
        line: of the record, from 1; a header is line 1; in Parquet the number of the record.
        fault: what is wrong.
    """

    table: str
    path: str
    line: int
    fault: Fault


@dataclass(frozen=True)
class Written:
    """What became of a file.

    Attributes:
        table: source and table that it belongs to.
        path: of the file.
        rows: records in it; a file without any is not written.
        bytes: its size.
        faults: what is wrong in it.
    """

    table: str
    path: str
    rows: int
    bytes: int
    faults: tuple[PlacedFault, ...]


class _Writer(Protocol):
    first_line: int

    def write(self, table: pa.Table) -> None: ...

    def finish(self) -> None: ...


class _CsvWriter:
    first_line = 2

    def __init__(self, stream: BinaryIO, form: Csv, schema: pa.Schema) -> None:
        self._stream = stream
        self._form = form
        stream.write(",".join(schema.names).encode())

    def write(self, table: pa.Table) -> None:
        self._stream.write(delimited(table, self._form.line_end))

    def finish(self) -> None:
        if self._form.ends_with_line_end:
            self._stream.write(self._form.line_end.encode())


class _JsonWriter:
    first_line = 1

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, table: pa.Table) -> None:
        self._stream.write(json_lines(table))

    def finish(self) -> None:
        """A JSON line ends itself."""


class _ParquetWriter:
    first_line = 1

    def __init__(self, stream: BinaryIO, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(stream, schema, compression="zstd")
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def write(self, table: pa.Table) -> None:
        self._waiting.append(table)
        self._rows += table.num_rows
        if self._rows >= ROW_GROUP_ROWS:
            self._flush(self._rows - self._rows % ROW_GROUP_ROWS)

    def finish(self) -> None:
        self._flush(self._rows)
        self._writer.close()

    def _flush(self, rows: int) -> None:
        if not rows:
            return
        table = pa.concat_tables(self._waiting).combine_chunks()
        self._writer.write_table(table.slice(0, rows), ROW_GROUP_ROWS)
        self._waiting, self._rows = [table.slice(rows)], self._rows - rows


def write_file(file: SampleFile, folder: Path, modified_at: float) -> Written:
    """Write a file whole, under a name of its own until it is safe on disk.

    Args:
        file: what to write.
        folder: that its path is relative to.
        modified_at: the file's modification time, in seconds since 1970.

    Raises:
        OSError: the folder cannot be written, or is full.
    """
    path = folder / file.path
    part = path.with_name(f".{path.name}.part")
    rows = 0
    faults: list[PlacedFault] = []
    writer: _Writer | None = None
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with part.open("wb") as stream:
            for chunk in file.chunks():
                if not chunk.table.num_rows:
                    continue
                writer = writer or _writer_of(file.form, stream, chunk.table.schema)
                writer.write(chunk.table)
                first = rows + writer.first_line
                faults += [
                    PlacedFault(file.table, file.path, first + it.row, it) for it in chunk.faults
                ]
                rows += chunk.table.num_rows
            if writer is None:
                return Written(file.table, file.path, 0, 0, ())
            writer.finish()
            stream.flush()
            os.fsync(stream.fileno())
            size = stream.tell()
        os.utime(part, (modified_at, modified_at))
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return Written(file.table, file.path, rows, size, tuple(faults))


def _writer_of(form: Form, stream: BinaryIO, schema: pa.Schema) -> _Writer:
    if isinstance(form, Csv):
        return _CsvWriter(stream, form, schema)
    return _JsonWriter(stream) if isinstance(form, JsonLines) else _ParquetWriter(stream, schema)
