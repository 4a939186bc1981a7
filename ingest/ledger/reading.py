"""The columns of the ledger, and its rows as events: read in a query, made column by column.

There may be an event of 100,000 files, and every run reads them all.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from ingest import delta
from ingest.ledger.events import Event, FileKey, FirstError, Owner, State
from ingest.ledger.rows import Life

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
    sequence, run_id, coalesce(attempts, 1) as attempts,
    cast(discovered_at as bigint) as discovered_at,
    (select max(batch_id) from t) as last_batch_id,
    coalesce(source, '') as source, coalesce(table_name, '') as table_name, file_path,
    coalesce(content_hash, '') as content_hash,
    coalesce(file_size, 0) as file_size,
    coalesce(cast(file_modified_at as bigint), 0) as modified_at,
    state, batch_id, reason,
    coalesce(rows_read, 0) as rows_read, coalesce(rows_loaded, 0) as rows_loaded,
    coalesce(rows_quarantined, 0) as rows_quarantined, replay_of,
    case when replay_of is not null then batch_id end as replay,
    cast(committed_at as bigint) as committed_at, table_version, columns_hash, error_limit,
    first_error, first_error_line, first_error_offset
from t
"""
# Grouped and looked up by the number: a window over the files takes five times as long.
_LATEST = """
where sequence in (
    select max(sequence)
    from t
    group by
        source, table_name, file_path, content_hash, file_modified_at,
        case when replay_of is not null then batch_id end
)
order by sequence
"""
_OF_TABLE = "where source = '{source}' and table_name = '{table}' order by sequence"

_STATES = {state.value: state for state in State}


class _Columns(NamedTuple):
    """The columns of _EVENTS."""

    sequence: list[int]
    run_id: list[str]
    attempts: list[int]
    discovered_at: list[int | None]
    last_batch_id: list[int | None]
    source: list[str]
    table_name: list[str]
    file_path: list[str]
    content_hash: list[str]
    file_size: list[int]
    modified_at: list[int]
    state: list[str]
    batch_id: list[int | None]
    reason: list[str | None]
    rows_read: list[int]
    rows_loaded: list[int]
    rows_quarantined: list[int]
    replay_of: list[int | None]
    replay: list[int | None]
    committed_at: list[int | None]
    table_version: list[int | None]
    columns_hash: list[str | None]
    error_limit: list[int | None]
    first_error: list[str | None]
    first_error_line: list[int | None]
    first_error_offset: list[int | None]


class Latest(NamedTuple):
    """The latest event of every file, in the order in which they were recorded.

    Attributes:
        events: of each file the latest.
        lives: what is known of their files, in the same order.
        last_sequence: number of the ledger's last event, 0 before the first.
        last_batch_id: the highest number of a batch, 0 before the first.
    """

    events: list[Event]
    lives: list[Life]
    last_sequence: int
    last_batch_id: int


def latest_events(path: Path, full: Collection[Owner]) -> Latest:
    """Read the latest event of every file.

    Args:
        path: folder of the ledger.
        full: the tables whose deliveries are full.
    """
    columns = _columns(path, _LATEST)
    lives = map(Life, map(_time, columns.discovered_at), columns.attempts, columns.run_id)
    return Latest(
        events=_events(columns, full),
        lives=list(lives),
        last_sequence=max(columns.sequence, default=0),
        # Of all events: after a restore a file's latest batch may be an earlier one.
        last_batch_id=next(iter(columns.last_batch_id), None) or 0,
    )


def events_of(path: Path, owner: Owner, full: Collection[Owner]) -> list[Event]:
    """Read all events of a table's files, the oldest first.

    Args:
        path: folder of the ledger.
        owner: the table.
        full: the tables whose deliveries are full.
    """
    source, table = map(delta.escaped, owner)
    return _events(_columns(path, _OF_TABLE.format(source=source, table=table)), full)


def _columns(path: Path, which: str) -> _Columns:
    found = delta.query(path, _EVENTS + which, SCHEMA).select(_Columns._fields)
    return _Columns._make(column.to_pylist() for column in found.columns)


def _events(columns: _Columns, full: Collection[Owner]) -> list[Event]:
    modified_at = list(map(delta.from_microseconds, columns.modified_at))
    owners = zip(columns.source, columns.table_name, strict=True)
    delivered_at = (
        time if owner in full else None for owner, time in zip(owners, modified_at, strict=True)
    )
    keys = map(
        FileKey,
        columns.source,
        columns.table_name,
        columns.file_path,
        columns.content_hash,
        delivered_at,
        columns.replay,
    )
    errors = map(
        _first_error, columns.first_error, columns.first_error_line, columns.first_error_offset
    )
    events = map(
        Event,
        keys,
        columns.file_size,
        modified_at,
        map(_STATES.__getitem__, columns.state),
        columns.batch_id,
        columns.reason,
        columns.rows_read,
        columns.rows_loaded,
        columns.rows_quarantined,
        columns.replay_of,
        map(_time, columns.committed_at),
        columns.table_version,
        columns.columns_hash,
        columns.error_limit,
        errors,
    )
    return list(events)


def _first_error(reason: str | None, line: int | None, offset: int | None) -> FirstError | None:
    return None if reason is None else FirstError(reason, line, offset)


@lru_cache  # a run gives all its events the same times
def _time(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else delta.from_microseconds(microseconds)
