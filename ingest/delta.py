"""The few things ingest does to Delta tables: create, append once, read.

An append carries the application transaction (name of the stream, batch number), so a replayed
batch is recognised by the table itself, whatever else was lost in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from deltalake import (
    CommitProperties,
    DeltaTable,
    QueryBuilder,
    Schema,
    Transaction,
    WriterProperties,
)
from deltalake import write_deltalake as _write_deltalake

from saleslake.lake import is_delta_table

TIMESTAMP = pa.timestamp("us", tz="UTC")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BATCH = "saleslake.batchId"
_PARQUET = WriterProperties(compression="ZSTD", dictionary_page_size_limit=128 << 10)
"""Half as large as with Snappy for the same work; large dictionaries cost more than they save."""

_FILE_SIZE = 32 << 20
"""Bytes of a data file: delta-rs holds a file in memory until it is whole, so memory would grow
with what is delivered up to its own 100 MB, and twice that while its buffer grows."""

_RECENT = 10
"""Commits to look for a batch in: that of an interrupted run is among the last."""


def from_microseconds(since_1970: int) -> datetime:
    """Return a time in UTC, exactly: seconds as a float would round it."""
    return _EPOCH + timedelta(microseconds=since_1970)


def ensure(path: Path, schema: pa.Schema, name: str, description: str) -> None:
    """Create an empty table where there is none."""
    if not is_delta_table(path):
        path.mkdir(parents=True, exist_ok=True)
        DeltaTable.create(
            str(path),
            schema=Schema.from_arrow(schema),
            name=name,
            description=description,
            mode="ignore",
        )


@dataclass(frozen=True)
class Batch:
    """What makes an append happen once.

    Attributes:
        stream: name of the stream of batches that the append is part of.
        batch_id: its number; a stream's numbers only grow.
        run_id: the run that makes it, recorded in the table's history.
    """

    stream: str
    batch_id: int
    run_id: str


def append(
    path: Path, rows: Iterable[pa.RecordBatch], schema: pa.Schema, batch: Batch | None = None
) -> None:
    """Append rows in one commit, adding columns that the table does not have yet.

    Args:
        path: folder of an existing table.
        rows: what to append; none at all is a commit too.
        schema: of the rows.
        batch: the batch they are; None for an append that is not numbered.
    """
    properties = CommitProperties()
    if batch:
        properties = CommitProperties(
            app_transactions=[Transaction(batch.stream, batch.batch_id)],
            custom_metadata={"saleslake.runId": batch.run_id, _BATCH: batch.batch_id},
        )
    _write_deltalake(
        DeltaTable(path),
        pa.RecordBatchReader.from_batches(schema, rows),
        mode="append",
        schema_mode="merge",
        target_file_size=_FILE_SIZE,
        writer_properties=_PARQUET,
        commit_properties=properties,
    )


def arrow_schema(table: DeltaTable) -> pa.Schema:
    """Return a table's columns as Arrow types."""
    return pa.schema(table.schema())  # type: ignore[arg-type]  # by Arrow's own interface


def widen(path: Path, types: Mapping[str, pa.DataType]) -> None:
    """Give columns wider types by writing the whole table again, in one commit.

    delta-rs knows no widening in place (the table feature typeWidening). Transactions of the table
    stay as they are.

    Args:
        path: folder of an existing table.
        types: the new types by column; each holds every value of the old one.
    """
    table = DeltaTable(path)
    schema = pa.schema(
        [pa.field(field.name, types.get(field.name, field.type)) for field in arrow_schema(table)]
    )
    rows = pa.RecordBatchReader.from_stream(
        QueryBuilder().register("t", table).execute("select * from t")
    )
    cast = (
        pa.RecordBatch.from_arrays(
            [column.cast(field.type) for column, field in zip(batch.columns, schema, strict=True)],
            schema=schema,
        )
        for batch in rows
    )
    _write_deltalake(
        table,
        pa.RecordBatchReader.from_batches(schema, cast),
        mode="overwrite",
        schema_mode="overwrite",
        writer_properties=_PARQUET,
        commit_properties=CommitProperties(
            custom_metadata={"saleslake.widened": ", ".join(types)},
        ),
    )


def is_empty(path: Path) -> bool:
    """Say whether a table certainly has no row: each of its files says so."""
    table = DeltaTable(path)
    if table.version() == 0:
        return True
    files = pa.RecordBatchReader.from_stream(table.get_add_actions()).read_all()
    return all(count == 0 for count in files.column("num_records").to_pylist())


def retype(path: Path, types: Mapping[str, pa.DataType]) -> None:
    """Give columns of a table without a row other types; nothing is done where they have them.

    Args:
        path: folder of an existing table.
        types: by the columns' names in lower case; other columns stay as they are.
    """
    table = DeltaTable(path)
    held = arrow_schema(table)
    schema = pa.schema(
        [field.with_type(types.get(field.name.lower(), field.type)) for field in held]
    )
    if schema == held:
        return
    _write_deltalake(
        table,
        pa.RecordBatchReader.from_batches(schema, []),
        mode="overwrite",
        schema_mode="overwrite",
        commit_properties=CommitProperties(custom_metadata={"saleslake.retyped": ", ".join(types)}),
    )


def last_batch(path: Path, stream: str) -> int:
    """Return the number of a stream's last batch, 0 when there is none, or no table."""
    return (DeltaTable(path).transaction_version(stream) or 0) if is_delta_table(path) else 0


def version_of_batch(path: Path, batch_id: int) -> int | None:
    """Return the version that appended a batch, None where the newest commits do not tell."""
    for commit in DeltaTable(path).history(_RECENT):
        if str(commit.get(_BATCH)) == str(batch_id):
            return int(commit["version"])
    return None


_SQL_TYPES = {
    pa.int64(): "Int64",
    pa.string(): "Utf8",
    TIMESTAMP: 'Timestamp(Microsecond, Some("UTC"))',
}


def escaped(text: str) -> str:
    """Return a text as it stands between single quotes in a query."""
    return text.replace("'", "''")


def query(path: Path, sql: str, schema: pa.Schema | None = None) -> pa.Table:
    """Run a query over one table, called ``t`` in it.

    Args:
        path: folder of the table.
        sql: DataFusion's dialect.
        schema: columns that the query may use although a table of an older version lacks them;
            they are null in all its rows.
    """
    table = DeltaTable(path)
    lacking = _lacking(table, schema) if schema else []
    name = "t"
    if lacking:
        nulls = [f"arrow_cast(null, '{_SQL_TYPES[f.type]}') as {f.name}" for f in lacking]
        name = "stored"
        sql = f"with t as (select *, {', '.join(nulls)} from stored) {sql}"  # noqa: S608 - constants
    rows = QueryBuilder().register(name, table).execute(sql)
    return pa.RecordBatchReader.from_stream(rows).read_all()  # pa.table would import pandas


def add_columns(path: Path, schema: pa.Schema) -> None:
    """Add the columns that a table of an older version lacks; no file of it is written again."""
    table = DeltaTable(path)
    lacking = _lacking(table, schema)
    if lacking:
        table.alter.add_columns(Schema.from_arrow(pa.schema(lacking)).fields)


def _lacking(table: DeltaTable, schema: pa.Schema) -> list[pa.Field[pa.DataType]]:
    """Return the fields of a schema that a table has no column for."""
    there = {field.name for field in table.schema().fields}
    return [field for field in schema if field.name not in there]


def compact(path: Path, *, above: int) -> None:
    """Merge a table's small files when it has more than so many of them."""
    table = DeltaTable(path)
    if len(table.file_uris()) > above:
        table.optimize.compact()
