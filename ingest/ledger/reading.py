"""The columns of the ledger, and its rows as they are read: in a query, column by column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from ingest import delta

_FIELDS: list[pa.Field[pa.DataType]] = [
    pa.field("sequence", pa.int64()),  # order of the events, over the whole lake
    pa.field("batch_id", pa.int64()),
    pa.field("run_id", pa.string()),
    pa.field("source", pa.string()),
    pa.field("table_name", pa.string()),
    pa.field("file_path", pa.string()),
    pa.field("file_name", pa.string()),
    pa.field("file_size", pa.int64()),
    pa.field("file_modified_at", delta.TIMESTAMP),
    pa.field("content_hash", pa.string()),
    pa.field("state", pa.string()),
    pa.field("reason", pa.string()),
    pa.field("rows_read", pa.int64()),
    pa.field("rows_loaded", pa.int64()),
    pa.field("rows_quarantined", pa.int64()),
    pa.field("recorded_at", delta.TIMESTAMP),
    # Since version 2; a ledger that is older gets them with its next run.
    pa.field("replay_of", pa.int64()),
    pa.field("discovered_at", delta.TIMESTAMP),
    pa.field("committed_at", delta.TIMESTAMP),
    pa.field("attempts", pa.int64()),
    pa.field("table_version", pa.int64()),
    pa.field("columns_hash", pa.string()),
    pa.field("error_limit", pa.int64()),
    pa.field("first_error", pa.string()),
    pa.field("first_error_line", pa.int64()),
    pa.field("first_error_offset", pa.int64()),
    pa.field("archived_at", delta.TIMESTAMP),
    pa.field("archived_to", pa.string()),
]
SCHEMA = pa.schema(_FIELDS)

# The time as a number: pyarrow imports pandas, half a second, to make a datetime of a timestamp.
_EVENTS = """
select
    sequence, batch_id, run_id, source, table_name, file_path, content_hash, file_size,
    cast(file_modified_at as bigint) as modified_microseconds, state, reason,
    rows_read, rows_loaded, rows_quarantined, replay_of, attempts, table_version, columns_hash,
    error_limit, first_error, first_error_line, first_error_offset,
    cast(committed_at as bigint) as committed_microseconds,
    cast(discovered_at as bigint) as discovered_microseconds,
    (select max(batch_id) from t) as highest_batch_id
from t
"""
# Grouped and looked up by the number: a window over the files takes five times as long.
LATEST = """
where sequence in (
    select max(sequence)
    from t
    group by
        source, table_name, file_path, content_hash, file_modified_at,
        case when replay_of is not null then batch_id end
)
order by sequence
"""
OF_TABLE = "where source = '{source}' and table_name = '{table}' order by sequence"


class Stored(NamedTuple):
    """A row of _EVENTS."""

    sequence: int
    batch_id: int | None
    run_id: str
    source: str | None
    table_name: str | None
    file_path: str
    content_hash: str | None
    file_size: int
    modified_microseconds: int
    state: str
    reason: str | None
    rows_read: int | None
    rows_loaded: int | None
    rows_quarantined: int | None
    replay_of: int | None
    attempts: int | None
    table_version: int | None
    columns_hash: str | None
    error_limit: int | None
    first_error: str | None
    first_error_line: int | None
    first_error_offset: int | None
    committed_microseconds: int | None
    discovered_microseconds: int | None
    highest_batch_id: int | None


def rows_of(path: Path, which: str) -> Iterator[Stored]:
    """Yield rows of the ledger; made column by column, for there may be 100,000."""
    found = delta.query(path, _EVENTS + which, SCHEMA)
    columns = [column.to_pylist() for column in found.select(Stored._fields).columns]
    return map(Stored._make, zip(*columns, strict=True))
