"""Raw tables: the delivered columns as text, then where each record came from.

Columns are found by name without case; a column that the table does not have yet is added by the
same commit that brings its first values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, Schema

from ingest import delta
from ingest.catalogue import DeliveredTable
from ingest.discovery import DeliveredFile
from ingest.names import (
    BATCH_ID,
    CURRENCY_CODE,
    IDENTITY_NAMESPACE,
    INGESTION_TIMESTAMP,
    METADATA,
    RESCUED_DATA,
    RESERVED_COLUMNS,
)
from ingest.readers.base import CheckedFile, Reader, Records
from ingest.rescue import rescued
from saleslake.lake import is_delta_table

_FILE = pa.struct(
    [
        ("file_path", pa.string()),
        ("file_name", pa.string()),
        ("file_size", pa.int64()),
        ("file_modification_time", delta.TIMESTAMP),
        ("row_number", pa.int64()),
        ("content_hash", pa.string()),  # since version 2: null in the rows of older lakes
    ]
)
_OWN_FIELDS = [
    pa.field(RESCUED_DATA, pa.string()),
    pa.field(METADATA, _FILE),
    pa.field(IDENTITY_NAMESPACE, pa.string()),
    pa.field(CURRENCY_CODE, pa.string()),
    pa.field(INGESTION_TIMESTAMP, delta.TIMESTAMP),
    pa.field(BATCH_ID, pa.int64()),
]


@dataclass(frozen=True)
class FileToLoad:
    """A delivered file of a table and what its check found."""

    file: DeliveredFile
    checked: CheckedFile


@dataclass(frozen=True)
class Columns:
    """The delivered columns of a batch.

    Attributes:
        names: all that the table then has: its own in its order, then the added ones.
        new: those that the batch adds.
        rescued: those that the table does not have and does not get.
        missing: expected ones that some file of the batch does not have.
    """

    names: tuple[str, ...]
    new: tuple[str, ...]
    rescued: tuple[str, ...]
    missing: tuple[str, ...]


def decide_columns(
    existing: Sequence[str],
    expected: Sequence[str],
    delivered: Sequence[Sequence[str]],
    *,
    adds: bool = True,
) -> Columns:
    """Decide where the columns of a batch go. Names are the same without regard to case.

    Args:
        existing: delivered columns the table has.
        expected: columns of the catalogue.
        delivered: columns of each file.
        adds: whether the table gets the columns that it does not have.
    """
    names = {name.lower(): name for name in existing}
    for columns in delivered:
        for name in columns:
            names.setdefault(name.lower(), name)
    per_file = [{name.lower() for name in columns} for columns in delivered]
    unknown = tuple(names.values())[len(existing) :]
    return Columns(
        names=tuple(names.values()) if adds else tuple(existing),
        new=unknown if adds else (),
        rescued=() if adds else unknown,
        missing=tuple(
            name for name in expected if any(name.lower() not in columns for columns in per_file)
        ),
    )


def hash_of_columns(names: Sequence[str]) -> str:
    """Return what tells files with other columns, or another order of them, apart."""
    return hashlib.sha256("\0".join(names).encode()).hexdigest()[:16]


def stream_of(table: str) -> str:
    """Return the name of a raw table's stream of batches, from its source and table."""
    return f"saleslake:raw:{table}"


@dataclass(frozen=True)
class RawTable:
    """The raw Delta table of one delivered table.

    Attributes:
        path: its folder.
        table: its entry in the catalogue.
    """

    path: Path
    table: DeliveredTable

    def ensure(self) -> None:
        """Create the table where there is none, and add what the catalogue has new."""
        fields = [pa.field(name, pa.string()) for name in self.table.columns]
        schema = pa.schema([*fields, *_OWN_FIELDS])
        if not is_delta_table(self.path):
            delta.ensure(self.path, schema, self.table.name, self.table.description)
            return
        existing = {name.lower() for name in self._columns()}
        added = [field for field in fields if field.name.lower() not in existing]
        if added:
            DeltaTable(self.path).alter.add_columns(Schema.from_arrow(pa.schema(added)).fields)

    def holds(self, batch_id: int) -> bool:
        """Say whether a batch was written already."""
        return self.last_batch_id() >= batch_id

    def last_batch_id(self) -> int:
        """Return the number of the last batch written, 0 before the first."""
        return delta.last_batch(self.path, self._stream)

    def version_of(self, batch_id: int) -> int | None:
        """Return the table's version that brought a batch; None once the log has forgotten it."""
        return delta.version_of_batch(self.path, batch_id)

    def columns_for(self, files: Sequence[FileToLoad]) -> Columns:
        """Decide where the columns of a batch go."""
        delivered = [to_load.checked.columns for to_load in files]
        adds = self.table.options.adds_columns
        return decide_columns(self._columns(), self.table.columns, delivered, adds=adds)

    def unknown_columns(self, delivered: Sequence[str]) -> tuple[str, ...]:
        """Return those of a file's columns that the table does not have."""
        return decide_columns(self._columns(), (), [delivered]).new

    def write(
        self,
        files: Sequence[FileToLoad],
        reader: Reader,
        *,
        batch_id: int,
        run_id: str,
        now: datetime,
    ) -> None:
        """Append the good records of some files as one batch, in one commit.

        Raises:
            FileChangedError: a file is no longer what was checked; nothing was written.
        """
        columns = self.columns_for(files)
        fields = [pa.field(name, pa.string()) for name in columns.names]
        schema = pa.schema([*fields, *_OWN_FIELDS])
        # delta-rs turns an exception of the stream into text; this keeps it as it was.
        raised: list[Exception] = []

        def stream() -> Iterator[pa.RecordBatch]:
            for to_load in files:
                rows = _Rows(self.table, to_load, batch_id, now)
                file = to_load.file
                try:
                    for records in reader.records(
                        file.location, file.content_hash, to_load.checked
                    ):
                        yield rows.batch(records, schema, columns.rescued)
                except Exception as error:
                    raised.append(error)
                    raise

        try:
            batch = delta.Batch(self._stream, batch_id, run_id)
            delta.append(self.path, stream(), schema, batch)
        except Exception as error:
            if raised:
                raise raised[0] from error
            raise

    @property
    def _stream(self) -> str:
        return stream_of(self.table.name)

    def _columns(self) -> list[str]:
        if not is_delta_table(self.path):
            return list(self.table.columns)
        names = [field.name for field in DeltaTable(self.path).schema().fields]
        return [name for name in names if name not in RESERVED_COLUMNS]


@dataclass(frozen=True)
class _Rows:
    """Makes the rows of a raw table from the records of one file."""

    table: DeliveredTable
    to_load: FileToLoad
    batch_id: int
    now: datetime

    def batch(
        self, records: Records, schema: pa.Schema, to_rescue: Sequence[str]
    ) -> pa.RecordBatch:
        """Return the records in a table's columns; those the file does not have are null."""
        count = records.batch.num_rows
        position = {name.lower(): at for at, name in enumerate(self.to_load.checked.columns)}
        own = self._own_columns(records.numbers, count)
        places = {name: position[name.lower()] for name in to_rescue if name.lower() in position}
        homeless = {name: records.batch.column(at) for name, at in places.items()}
        own[RESCUED_DATA] = rescued(homeless, count, self.to_load.file.path)
        arrays: list[pa.Array[pa.Scalar[pa.DataType]]] = []
        for field in schema:
            at = position.get(field.name.lower())
            if field.name in own:
                arrays.append(own[field.name])
            elif at is None:
                arrays.append(pa.nulls(count, pa.string()))
            else:
                arrays.append(records.batch.column(at))
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _own_columns(
        self, numbers: pa.Int64Array, count: int
    ) -> dict[str, pa.Array[pa.Scalar[pa.DataType]]]:
        file = self.to_load.file

        origin: list[pa.Array[pa.Scalar[pa.DataType]]] = [
            pa.repeat(file.path, count),
            pa.repeat(file.name, count),
            pa.repeat(pa.scalar(file.size, pa.int64()), count),
            pa.repeat(pa.scalar(file.modified_at, delta.TIMESTAMP), count),
            numbers,
            pa.repeat(file.content_hash, count),
        ]
        no_text = pa.nulls(count, pa.string())
        currency = self.table.currency
        return {
            METADATA: pa.StructArray.from_arrays(origin, fields=list(_FILE)),
            IDENTITY_NAMESPACE: pa.repeat(self.table.identity_namespace, count),
            CURRENCY_CODE: pa.repeat(currency, count) if currency else no_text,
            INGESTION_TIMESTAMP: pa.repeat(pa.scalar(self.now, delta.TIMESTAMP), count),
            BATCH_ID: pa.repeat(pa.scalar(self.batch_id, pa.int64()), count),
        }
