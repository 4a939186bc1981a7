"""The few things ingest does to Delta tables: create, append once, read.

An append carries the application transaction (name of the stream, batch number), so a replayed
batch is recognised by the table itself, whatever else was lost in between.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, QueryBuilder, Schema, Transaction
from deltalake import write_deltalake as _write_deltalake

from saleslake.lake import is_delta_table

TIMESTAMP = pa.timestamp("us", tz="UTC")


def from_microseconds(since_1970: int) -> datetime:
    """Return a time in UTC, exactly: seconds as a float would round it."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=since_1970)


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
            custom_metadata={"saleslake.runId": batch.run_id, "saleslake.batchId": batch.batch_id},
        )
    _write_deltalake(
        DeltaTable(path),
        pa.RecordBatchReader.from_batches(schema, rows),
        mode="append",
        schema_mode="merge",
        commit_properties=properties,
    )


def last_batch(path: Path, stream: str) -> int:
    """Return the number of a stream's last batch, 0 when there is none, or no table."""
    return (DeltaTable(path).transaction_version(stream) or 0) if is_delta_table(path) else 0


def query(path: Path, sql: str) -> pa.Table:
    """Run a query over one table, called ``t`` in it."""
    rows = QueryBuilder().register("t", DeltaTable(path)).execute(sql)
    return pa.RecordBatchReader.from_stream(rows).read_all()  # pa.table would import pandas


def compact(path: Path, *, above: int) -> None:
    """Merge a table's small files when it has more than so many of them."""
    table = DeltaTable(path)
    if len(table.file_uris()) > above:
        table.optimize.compact()
