"""The ledger: what happened to every delivered file, as a Delta table of events.

Events are only ever added. The latest event of a file (source, table, path, content hash) is its
state, and the state alone decides whether a file is new: names and times of files prove nothing.
The states are told in ``ingest.ledger.events``, the columns and what they are elsewhere in
docs/ledger.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from ingest import delta
from ingest.catalogue.entries import Catalogue
from ingest.ledger.events import Event, FileKey, FirstError, State
from ingest.ledger.reading import LATEST, OF_TABLE, SCHEMA, Stored, rows_of
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
_DESCRIPTION = "One row per event of a delivered file; the latest of a file is its state."


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
        return [self._event(row) for row in rows_of(self._path, OF_TABLE.format(**owner))]

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
        for row in rows_of(self._path, LATEST):
            self._sequence = max(self._sequence, row.sequence)
            # Of all events: after a restore a file's latest batch may be an earlier one.
            self.last_batch_id = row.highest_batch_id or 0
            event = self._event(row)
            self._take(event)
            self._lives[event.key] = Life(
                _time(row.discovered_microseconds), row.attempts or 1, row.run_id
            )

    def _event(self, row: Stored) -> Event:
        owner = (row.source or "", row.table_name or "")
        modified_at = delta.from_microseconds(row.modified_microseconds or 0)
        delivered_at = modified_at if owner in self._full else None
        replay = row.batch_id if row.replay_of is not None else None
        error = row.first_error
        return Event(
            key=FileKey(*owner, row.file_path, row.content_hash or "", delivered_at, replay),
            file_size=row.file_size or 0,
            file_modified_at=modified_at,
            state=State(row.state),
            batch_id=row.batch_id,
            reason=row.reason,
            rows_read=row.rows_read or 0,
            rows_loaded=row.rows_loaded or 0,
            rows_quarantined=row.rows_quarantined or 0,
            replay_of=row.replay_of,
            committed_at=_time(row.committed_microseconds),
            table_version=row.table_version,
            columns_hash=row.columns_hash,
            error_limit=row.error_limit,
            first_error=None
            if error is None
            else FirstError(error, row.first_error_line, row.first_error_offset),
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


@lru_cache  # a run gives all its events the same times
def _time(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else delta.from_microseconds(microseconds)


def open_ledger(lake: Lake, catalogue: Catalogue, run_id: str, now: datetime) -> Ledger:
    """Open the ledger of a lake, to be read and written by one run."""
    full = {(table.source, table.table) for table in catalogue.tables if table.delivery == "full"}
    return Ledger(lake.ops_table(NAME), run_id, now, full)
