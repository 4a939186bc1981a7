"""Raw tables: the delivered columns, then where each record came from.

Columns of text files are text unless the catalogue says otherwise. A column that the table does not
have yet is added by the same commit that brings its first values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, Schema

from ingest import delta
from ingest.catalogue.tables import DeliveredTable
from ingest.names import (
    RESCUED_DATA,
    RESERVED_COLUMNS,
)
from ingest.raw.column_types import TEXT
from ingest.raw.columns import (
    Columns,
    Types,
    decide_columns,
    declared_columns,
    expected_columns,
    hints_of,
    is_typed,
    refuse_other_types,
    with_types,
)
from ingest.raw.inference import inferred_types
from ingest.raw.rows import OWN_FIELDS, FileToLoad, Rows
from ingest.readers.base import Reader, untold
from saleslake.lake import delta_version, is_delta_table, newest_commit


def hash_of_columns(names: Sequence[str]) -> str:
    """Return what tells files with other columns, or another order of them, apart."""
    return hashlib.sha256("\0".join(names).encode()).hexdigest()[:16]


def stream_of(table: str) -> str:
    """Return the name of a raw table's stream of batches, from its source and table."""
    return f"saleslake:raw:{table}"


@lru_cache(maxsize=64)
def _delivered_columns(path: Path, *_commit: str | int) -> Mapping[str, pa.DataType]:
    """Return a table's delivered columns as of a commit: opening a table for each file takes long.

    Args:
        path: folder of the table.
        _commit: what is different with every commit.
    """
    fields = delta.arrow_schema(DeltaTable(path))
    return {field.name: field.type for field in fields if field.name not in RESERVED_COLUMNS}


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
        """Create the table where there is none, and add what the catalogue has new.

        A table whose columns get their types from files is created by its first batch, unless the
        catalogue gives the types of all of them.

        Raises:
            CatalogueError: a hint says another type than a column has.
        """
        fields = declared_columns(self.table)
        if not is_delta_table(self.path):
            if len(fields) == len(expected_columns(self.table)):
                self._create(fields)
            return
        self.require_types()
        held = self.delivered_columns()
        existing = {name.lower() for name in held}
        added = [field for field in fields if field.name.lower() not in existing]
        if added:
            DeltaTable(self.path).alter.add_columns(Schema.from_arrow(pa.schema(added)).fields)

    def require_types(self) -> None:
        """Make sure that hints fit the table's columns.

        Raises:
            CatalogueError: a hint says another type than a column has.
        """
        refuse_other_types(self.table, self._decided_types())

    def holds(self, batch_id: int) -> bool:
        """Say whether a batch was written already."""
        return self.last_batch_id() >= batch_id

    def last_batch_id(self) -> int:
        """Return the number of the last batch written, 0 before the first."""
        return delta.last_batch(self.path, self._stream)

    def version_of(self, batch_id: int) -> int | None:
        """Return the table's version that brought a batch; None once the log has forgotten it."""
        return delta.version_of_batch(self.path, batch_id)

    def untyped_columns_for(self, files: Sequence[FileToLoad]) -> Columns:
        """Decide where the columns of a batch go, whatever their types."""
        delivered = [to_load.checked.all_columns for to_load in files]
        adds = self.table.options.adds_columns
        return decide_columns(self._columns(), self.table.columns, delivered, adds=adds)

    def delivered_columns(self) -> dict[str, pa.DataType]:
        """Return the delivered columns that the table has, with their types."""
        commit = newest_commit(self.path)
        if commit is None:
            return {}
        status = commit.stat()
        return dict(_delivered_columns(self.path, commit.name, status.st_ino, status.st_mtime_ns))

    def key_types(self) -> Types:
        """Return the types of the business key's columns that are no text, by lower-case name."""
        types = {**hints_of(self.table), **self._decided_types()}
        keys = [key.lower() for key in self.table.business_key]
        return {key: types[key] for key in keys if types.get(key, TEXT) != TEXT}

    def has_one_batch(self) -> bool:
        """Tell whether the table was created, one batch was appended, and nothing else was done."""
        return delta_version(self.path) == 1

    def columns_for(self, files: Sequence[FileToLoad], reader: Reader) -> Columns:
        """Decide where the columns of a batch go, and of which types those are that it adds.

        Args:
            files: of the batch.
            reader: of the files, which are read where the types are in their values.

        Raises:
            FileChangedError: a file is no longer what was checked.
        """
        table, options = self.table, self.table.options
        columns = self.untyped_columns_for(files)
        held = self._decided_types()
        hints = hints_of(table)
        types: list[Types] = [to_load.checked.types_by_name() for to_load in files]
        if options.infer_column_types and not any(types):
            # Of a key every value has to be there, so it is text unless the catalogue says more.
            known = {*held, *hints, *map(str.lower, table.business_key)}
            open_ones = [name for name in columns.names if name.lower() not in known]
            types = [self._inferred(files, reader, open_ones)]
        return with_types(columns, held, hints, types, widens=options.widens_columns)

    def unknown_columns(self, delivered: Sequence[str]) -> tuple[str, ...]:
        """Return those of a file's columns that the table does not have."""
        return decide_columns(self._columns(), (), [delivered]).new

    def write(  # noqa: PLR0913 - what is written, and as whose batch
        self,
        files: Sequence[FileToLoad],
        reader: Reader,
        columns: Columns,
        *,
        batch_id: int,
        run_id: str,
        now: datetime,
        tell_rescued: Callable[[int], None] = untold,
    ) -> None:
        """Append the good records of some files as one batch, in one commit.

        Columns that get wider do so in a commit before it. Of some records values are rescued;
        ``tell_rescued`` is told of how many.

        Raises:
            FileChangedError: a file is no longer what was checked; nothing was written.
        """
        schema = pa.schema([*columns.fields, *OWN_FIELDS])
        self._create(columns.fields)
        if self._has_open_types():
            delta.retype(self.path, columns.types)
        if columns.widened:
            delta.widen(self.path, {name: columns.types[name.lower()] for name in columns.widened})
        # delta-rs turns an exception of the stream into text; this keeps it as it was.
        raised: list[Exception] = []

        def stream() -> Iterator[pa.RecordBatch]:
            for to_load in files:
                rows = Rows(self.table, to_load, batch_id, now)
                file = to_load.file
                try:
                    for records in reader.records(
                        file.location, file.content_hash, to_load.checked
                    ):
                        complete = to_load.checked.complete(records)
                        batch = rows.batch(complete, schema, columns.rescued)
                        tell_rescued(len(batch) - batch.column(RESCUED_DATA).null_count)
                        yield batch
                except Exception as error:
                    raised.append(error)
                    raise

        try:
            numbered = delta.Batch(self._stream, batch_id, run_id)
            delta.append(self.path, stream(), schema, numbered)
        except Exception as error:
            if raised:
                raise raised[0] from error
            raise

    def _has_open_types(self) -> bool:
        """Tell whether a typed table is there without a row: nothing holds it to its types."""
        typed = is_typed(self.table) or bool(hints_of(self.table))
        return typed and is_delta_table(self.path) and delta.is_empty(self.path)

    def _decided_types(self) -> Types:
        """Return the types that the table's columns keep, by their names in lower case."""
        if self._has_open_types():
            return {}
        return {name.lower(): data_type for name, data_type in self.delivered_columns().items()}

    @property
    def _stream(self) -> str:
        return stream_of(self.table.name)

    def _create(self, fields: Sequence[pa.Field[pa.DataType]]) -> None:
        schema = pa.schema([*fields, *OWN_FIELDS])
        delta.ensure(self.path, schema, self.table.name, self.table.description)

    def _inferred(self, files: Sequence[FileToLoad], reader: Reader, names: Sequence[str]) -> Types:
        """Return the types of text columns by all their values; for none, nothing is read."""
        records = (
            (to_load.checked.columns, found.batch)
            for to_load in files
            for found in reader.records(
                to_load.file.location, to_load.file.content_hash, to_load.checked
            )
        )
        return inferred_types(names, records) if names else {}

    def _columns(self) -> list[str]:
        """Return the delivered columns that the table has, and those it gets for the catalogue."""
        held = list(self.delivered_columns())
        known = {name.lower() for name in held}
        return held + [name for name in expected_columns(self.table) if name.lower() not in known]
