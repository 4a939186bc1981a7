"""The ledger: what happened to every delivered file, as a Delta table of events.

Events are only ever added. The latest event of a file (source, table, path, content hash) is its
state, and the state alone decides whether a file is new: names and times of files prove nothing.
The states are told in ``ingest.ledger.events``, the columns and what they are elsewhere in
docs/ledger.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ingest import delta
from ingest.catalogue.entries import Catalogue
from ingest.ledger.events import Event, FileKey, FirstError, State
from ingest.ledger.rows import Life, Row, row_of
from saleslake.lake import Lake

__all__ = [
    "NAME",
    "SCHEMA",
    "Event",
    "FileKey",
    "FirstError",
    "Ledger",
    "State",
    "open_ledger",
]

NAME = "ingested_files"

_SMALL_FILES = 50


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

_DESCRIPTION = "One row per event of a delivered file; the latest of a file is its state."
# The time as a number: pyarrow imports pandas, half a second, to make a datetime of a timestamp.
_EVENTS = """
select
    sequence, batch_id, run_id, source, table_name, file_path, content_hash, file_size,
    cast(file_modified_at as bigint) as modified_microseconds, state, reason,
    rows_read, rows_loaded, rows_quarantined, replay_of, attempts, table_version, columns_hash,
    error_limit, first_error, first_error_line, first_error_offset,
    cast(committed_at as bigint) as committed_microseconds,
    cast(discovered_at as bigint) as discovered_microseconds,
    max(batch_id) over () as highest_batch_id,
    row_number() over (
        partition by
            source, table_name, file_path, content_hash, file_modified_at,
            case when replay_of is not null then batch_id end
        order by sequence desc
    ) as age
from t
"""
_LATEST = f"select * from ({_EVENTS}) where age = 1 order by sequence"  # noqa: S608 - constants
_OF_TABLE = "where source = '{source}' and table_name = '{table}' order by sequence"


class Ledger:
    """The ledger of one lake: its table, and the state of every file in memory.

    Args:
        path: folder of the table.
        run_id: of the run that writes.
        now: time of the run, UTC.
        full: source and table of those whose deliveries are full.
    """

    def __init__(
        self, path: Path, run_id: str, now: datetime, full: Collection[tuple[str, str]] = ()
    ) -> None:
        self._path = path
        self.run_id = run_id
        self.now = now
        self._full = full
        delta.ensure(path, SCHEMA, f"ops.{NAME}", _DESCRIPTION)
        self._states: dict[FileKey, Event] = {}
        self._in_order: list[Event] | None = None
        self._lives: dict[FileKey, Life] = {}
        self._sequence = 0
        self.last_batch_id = 0
        self._read()

    def state_of(self, key: FileKey) -> Event | None:
        """Return the latest event of a file, None for a new one."""
        return self._states.get(key)

    def events(self) -> Sequence[Event]:
        """Return the latest event of every file, in order of batches and paths."""
        if self._in_order is None:
            self._in_order = sorted(
                self._states.values(), key=lambda event: (event.batch_id or 0, event.key.path)
            )
        return self._in_order

    def loaded_batch_id(self, source: str, table: str) -> int:
        """Return the last batch whose records must be in a raw table, 0 when there is none."""
        loaded = State.loaded()
        return max(
            (
                event.batch_id or 0
                for event in self._states.values()
                if event.key.table == table and event.key.source == source and event.state in loaded
            ),
            default=0,
        )

    def history(self, source: str, table: str) -> list[Event]:
        """Return all events of a table's files, the oldest first.

        Args:
            source: name of its source.
            table: its own name.
        """
        owner = {"source": delta.escaped(source), "table": delta.escaped(table)}
        rows = delta.query(self._path, _EVENTS + _OF_TABLE.format(**owner), SCHEMA)
        return [self._event(row) for row in rows.to_pylist()]

    def ensure_columns(self) -> None:
        """Give a ledger of an older version the columns that it lacks."""
        delta.add_columns(self._path, SCHEMA)

    def record(self, events: Iterable[Event]) -> None:
        """Append events, in one commit; none are no commit."""
        rows = [self._row(self._dated(event)) for event in events]
        if rows:
            batch = pa.RecordBatch.from_pylist([row for _, row in rows], schema=SCHEMA)
            delta.append(self._path, [batch], SCHEMA)
        for event, _ in rows:
            self._take(event)

    def tidy(self) -> None:
        """Merge the small files that many runs leave, so that reading stays fast."""
        delta.compact(self._path, above=_SMALL_FILES)

    def _read(self) -> None:
        for row in delta.query(self._path, _LATEST, SCHEMA).to_pylist():
            self._sequence = max(self._sequence, row["sequence"])
            # Of all events: after a restore a file's latest batch may be an earlier one.
            self.last_batch_id = row["highest_batch_id"] or 0
            event = self._event(row)
            self._take(event)
            self._lives[event.key] = Life(
                discovered_at=_time(row["discovered_microseconds"]),
                attempts=int(row["attempts"] or 1),
                run_id=str(row["run_id"]),
            )

    def _event(self, row: Mapping[str, str | int | None]) -> Event:
        """Return the event of a row of _EVENTS."""

        def text(name: str) -> str:
            return str(row[name] or "")

        def number(name: str) -> int:
            return int(row[name] or 0)

        def whole(name: str) -> int | None:
            return None if row[name] is None else number(name)

        owner = (text("source"), text("table_name"))
        modified_at = delta.from_microseconds(number("modified_microseconds"))
        delivered_at = modified_at if owner in self._full else None
        batch_id, replay_of = whole("batch_id"), whole("replay_of")
        replay = batch_id if replay_of is not None else None
        error = row["first_error"]
        return Event(
            key=FileKey(*owner, text("file_path"), text("content_hash"), delivered_at, replay),
            file_size=number("file_size"),
            file_modified_at=modified_at,
            state=State(text("state")),
            batch_id=batch_id,
            reason=None if row["reason"] is None else text("reason"),
            rows_read=number("rows_read"),
            rows_loaded=number("rows_loaded"),
            rows_quarantined=number("rows_quarantined"),
            replay_of=replay_of,
            committed_at=_time(whole("committed_microseconds")),
            table_version=whole("table_version"),
            columns_hash=None if row["columns_hash"] is None else text("columns_hash"),
            error_limit=whole("error_limit"),
            first_error=None
            if error is None
            else FirstError(str(error), whole("first_error_line"), whole("first_error_offset")),
        )

    def _take(self, event: Event) -> None:
        self._states[event.key] = event
        self._in_order = None
        self.last_batch_id = max(self.last_batch_id, event.batch_id or 0)

    def _dated(self, event: Event) -> Event:
        """Return an event with the time at which its records were committed."""
        is_loaded = event.state in State.loaded()
        return replace(event, committed_at=(event.committed_at or self.now) if is_loaded else None)

    def _row(self, event: Event) -> tuple[Event, Row]:
        self._sequence += 1
        key = event.key
        life = self._lives[key] = Life.of(self._lives.get(key), self.run_id, self.now)
        return event, row_of(event, life, self._sequence, self.now)


def _time(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else delta.from_microseconds(microseconds)


def open_ledger(lake: Lake, catalogue: Catalogue, run_id: str, now: datetime) -> Ledger:
    """Open the ledger of a lake, to be read and written by one run."""
    full = {(table.source, table.table) for table in catalogue.tables if table.delivery == "full"}
    return Ledger(lake.ops_table(NAME), run_id, now, full)
