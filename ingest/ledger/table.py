"""The ledger: what happened to every delivered file, as a Delta table of events.

Events are only ever added. The latest event of a file (source, table, path, content hash) is its
state, and the state alone decides whether a file is new: names and times of files prove nothing.
The states are told in ``ingest.ledger.events``, the columns and what they are elsewhere in
docs/ledger.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ingest import delta
from ingest.catalogue.tables import Catalogue
from ingest.ledger.events import Event, FileKey, FirstError, Owner, State
from ingest.ledger.reading import SCHEMA, events_of, latest_events
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
        self, path: Path, run_id: str, now: datetime, full: Collection[Owner] = ()
    ) -> None:
        self._path = path
        self.run_id = run_id
        self.now = now
        self._full = full
        delta.ensure(path, SCHEMA, f"ops.{NAME}", _DESCRIPTION)
        self._states: dict[FileKey, Event] = {}
        self._in_order: list[Event] | None = None
        self._loaded_batches: dict[Owner, int] | None = None
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
        if self._loaded_batches is None:
            self._loaded_batches = _last_loaded_batches(self._states.values())
        return self._loaded_batches.get((source, table), 0)

    def history(self, source: str, table: str) -> list[Event]:
        """Return all events of a table's files, the oldest first.

        Args:
            source: name of its source.
            table: its own name.
        """
        return events_of(self._path, (source, table), self._full)

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
        latest = latest_events(self._path, self._full)
        self._sequence, self.last_batch_id = latest.last_sequence, latest.last_batch_id
        self._states = {event.key: event for event in latest.events}
        keys = (event.key for event in latest.events)
        self._lives = dict(zip(keys, latest.lives, strict=True))

    def _take(self, event: Event) -> None:
        self._states[event.key] = event
        self._in_order = self._loaded_batches = None
        self.last_batch_id = max(self.last_batch_id, event.batch_id or 0)

    def _dated(self, event: Event) -> Event:
        """Return an event with the time at which its records were committed."""
        is_loaded = event.state in State.loaded()
        committed_at = (event.committed_at or self.now) if is_loaded else None
        return event._replace(committed_at=committed_at)

    def _row(self, event: Event) -> tuple[Event, Row]:
        self._sequence += 1
        key = event.key
        life = self._lives[key] = Life.of(self._lives.get(key), self.run_id, self.now)
        return event, row_of(event, life, self._sequence, self.now)


def _last_loaded_batches(events: Iterable[Event]) -> dict[Owner, int]:
    """Return the last batch of each table whose records must be in it."""
    loaded, found = State.loaded(), dict[Owner, int]()
    for event in events:
        if event.state in loaded:
            owner = (event.key.source, event.key.table)
            found[owner] = max(found.get(owner, 0), event.batch_id or 0)
    return found


def open_ledger(lake: Lake, catalogue: Catalogue, run_id: str, now: datetime) -> Ledger:
    """Open the ledger of a lake, to be read and written by one run."""
    full = {(table.source, table.table) for table in catalogue.tables if table.delivery == "full"}
    return Ledger(lake.ops_table(NAME), run_id, now, full)
