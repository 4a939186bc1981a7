"""The ledger: what happened to every delivered file, as a Delta table of events.

Events are only ever added. The latest event of a file (source, table, path, content hash) is its
state, and the state alone decides whether a file is new: names and times of files prove nothing.

    planned     belongs to a batch that is not finished; a run that finds it replays the batch
    committed   its records are in the raw table, its misfits in the quarantine
    accepted    committed, and part of a full delivery that somebody said is right
    set_aside   cannot be loaded; stays so until its content changes
    duplicate   the same content was loaded for the table under another path
    ignored     of no table, or of a table but without records
    left_out    of a table whose options leave it out; loaded once they do not any more
    restored    its records were taken out again by a restore; the file is new where it still lies
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import pyarrow as pa

from ingest import delta
from ingest.catalogue import Catalogue
from saleslake.lake import Lake

NAME = "ingested_files"
_SMALL_FILES = 50


class State(StrEnum):
    """What became of a file."""

    PLANNED = "planned"
    COMMITTED = "committed"
    ACCEPTED = "accepted"
    SET_ASIDE = "set_aside"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    LEFT_OUT = "left_out"
    RESTORED = "restored"

    @classmethod
    def loaded(cls) -> frozenset[State]:
        """States of a file whose records are in its raw table."""
        return frozenset({cls.COMMITTED, cls.ACCEPTED})

    @classmethod
    def claiming(cls) -> frozenset[State]:
        """States of a file whose records are in its raw table or about to be."""
        return cls.loaded() | {cls.PLANNED}


@dataclass(frozen=True)
class FileKey:
    """What makes a file the same file: its table, its path and its content.

    Source and table are empty (null in the table) for a file of no table, the hash for one that
    could not be read. A file of a full delivery has its time too: the same content delivered again
    later says that nothing else is there any more.
    """

    source: str
    table: str
    path: str
    content_hash: str
    delivered_at: datetime | None = None


@dataclass(frozen=True)
class Event:
    """One row of the ledger, without the run's id and time.

    Attributes:
        key: the file.
        file_size: in bytes.
        file_modified_at: UTC.
        state: what became of it.
        batch_id: the batch it is part of, None when it is part of none.
        reason: why, for a file that was not loaded.
        rows_read: records in the file.
        rows_loaded: those in the raw table.
        rows_quarantined: those in the quarantine.
    """

    key: FileKey
    file_size: int
    file_modified_at: datetime
    state: State
    batch_id: int | None = None
    reason: str | None = None
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0

    def becomes(self, state: State, reason: str | None = None) -> Event:
        """Return the event of the same file's next state."""
        if state in {State.SET_ASIDE, State.RESTORED}:
            none = replace(self, rows_read=0, rows_loaded=0, rows_quarantined=0)
            return replace(none, state=state, reason=reason)
        return replace(self, state=state, reason=reason)


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
]
SCHEMA = pa.schema(_FIELDS)

_DESCRIPTION = "One row per event of a delivered file; the latest of a file is its state."
# The time as a number: pyarrow imports pandas, half a second, to make a datetime of a timestamp.
_EVENTS = """
select
    sequence, batch_id, source, table_name, file_path, content_hash, file_size,
    cast(file_modified_at as bigint) as modified_microseconds, state, reason,
    rows_read, rows_loaded, rows_quarantined,
    max(batch_id) over () as highest_batch_id,
    row_number() over (
        partition by source, table_name, file_path, content_hash, file_modified_at
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
        self._run_id = run_id
        self._now = now
        self._full = full
        delta.ensure(path, SCHEMA, f"ops.{NAME}", _DESCRIPTION)
        self._states: dict[FileKey, Event] = {}
        self._sequence = 0
        self.last_batch_id = 0
        self._read()

    def state_of(self, key: FileKey) -> Event | None:
        """Return the latest event of a file, None for a new one."""
        return self._states.get(key)

    def events(self) -> Sequence[Event]:
        """Return the latest event of every file, in order of batches and paths."""
        return sorted(
            self._states.values(), key=lambda event: (event.batch_id or 0, event.key.path)
        )

    def loaded_batch_id(self, source: str, table: str) -> int:
        """Return the last batch whose records must be in a raw table, 0 when there is none."""
        return max(
            (
                event.batch_id or 0
                for event in self._states.values()
                if event.state in State.loaded()
                and (event.key.source, event.key.table) == (source, table)
            ),
            default=0,
        )

    def history(self, source: str, table: str) -> list[Event]:
        """Return all events of a table's files, the oldest first.

        Args:
            source: name of its source.
            table: its own name.
        """
        owner = {"source": source.replace("'", "''"), "table": table.replace("'", "''")}
        rows = delta.query(self._path, _EVENTS + _OF_TABLE.format(**owner))
        return [self._event(row) for row in rows.to_pylist()]

    def record(self, events: Iterable[Event]) -> None:
        """Append events, in one commit; none are no commit."""
        rows = [self._row(event) for event in events]
        if rows:
            batch = pa.RecordBatch.from_pylist([row for _, row in rows], schema=SCHEMA)
            delta.append(self._path, [batch], SCHEMA)
        for event, _ in rows:
            self._take(event)

    def tidy(self) -> None:
        """Merge the small files that many runs leave, so that reading stays fast."""
        delta.compact(self._path, above=_SMALL_FILES)

    def _read(self) -> None:
        for row in delta.query(self._path, _LATEST).to_pylist():
            self._sequence = max(self._sequence, row["sequence"])
            # Of all events: after a restore a file's latest batch may be an earlier one.
            self.last_batch_id = row["highest_batch_id"] or 0
            self._take(self._event(row))

    def _event(self, row: Mapping[str, str | int | None]) -> Event:
        """Return the event of a row of _EVENTS."""

        def text(name: str) -> str:
            return str(row[name] or "")

        def number(name: str) -> int:
            return int(row[name] or 0)

        owner = (text("source"), text("table_name"))
        modified_at = delta.from_microseconds(number("modified_microseconds"))
        delivered_at = modified_at if owner in self._full else None
        return Event(
            key=FileKey(*owner, text("file_path"), text("content_hash"), delivered_at),
            file_size=number("file_size"),
            file_modified_at=modified_at,
            state=State(text("state")),
            batch_id=None if row["batch_id"] is None else number("batch_id"),
            reason=None if row["reason"] is None else text("reason"),
            rows_read=number("rows_read"),
            rows_loaded=number("rows_loaded"),
            rows_quarantined=number("rows_quarantined"),
        )

    def _take(self, event: Event) -> None:
        self._states[event.key] = event
        self.last_batch_id = max(self.last_batch_id, event.batch_id or 0)

    def _row(self, event: Event) -> tuple[Event, dict[str, str | int | datetime | None]]:
        self._sequence += 1
        key = event.key
        return event, {
            "sequence": self._sequence,
            "batch_id": event.batch_id,
            "run_id": self._run_id,
            "source": key.source or None,
            "table_name": key.table or None,
            "file_path": key.path,
            "file_name": key.path.rpartition("/")[2],
            "file_size": event.file_size,
            "file_modified_at": event.file_modified_at,
            "content_hash": key.content_hash or None,
            "state": event.state.value,
            "reason": event.reason,
            "rows_read": event.rows_read,
            "rows_loaded": event.rows_loaded,
            "rows_quarantined": event.rows_quarantined,
            "recorded_at": self._now,
        }


def open_ledger(lake: Lake, catalogue: Catalogue, run_id: str, now: datetime) -> Ledger:
    """Open the ledger of a lake, to be read and written by one run."""
    full = {(table.source, table.table) for table in catalogue.tables if table.delivery == "full"}
    return Ledger(lake.ops_table(NAME), run_id, now, full)
