"""Events as rows of the ledger: what is known of a file over its life. Touches no disk."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, TypeAlias

from ingest.ledger.events import Event, State

Row: TypeAlias = dict[str, str | int | datetime | None]
"""Values by the columns of ``ops.ingested_files``."""


class Life(NamedTuple):
    """What is known of a file over all its events.

    Attributes:
        discovered_at: time of the first run that recorded something of it, UTC; None where that was
            one of an older version.
        attempts: number of runs that recorded something of it.
        run_id: the last of them.
    """

    discovered_at: datetime | None
    attempts: int
    run_id: str

    @classmethod
    def of(cls, before: Life | None, run_id: str, now: datetime) -> Life:
        """Return what is known after a run recorded an event more."""
        if before is None:
            return cls(now, 1, run_id)
        attempts = before.attempts + (run_id != before.run_id)
        return cls(before.discovered_at, attempts, run_id)


def row_of(event: Event, life: Life, sequence: int, now: datetime) -> Row:
    """Return the row of an event.

    Args:
        event: the event.
        life: of its file, this event included.
        sequence: its place among all events of the lake.
        now: time of the run that records it, UTC.
    """
    key, error = event.key, event.first_error
    return {
        "sequence": sequence,
        "batch_id": event.batch_id,
        "run_id": life.run_id,
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
        "recorded_at": now,
        "replay_of": event.replay_of,
        "discovered_at": life.discovered_at,
        "committed_at": event.committed_at,
        "attempts": life.attempts,
        "table_version": event.table_version,
        "columns_hash": event.columns_hash,
        "error_limit": event.error_limit,
        "first_error": error.reason if error else None,
        "first_error_line": error.line if error else None,
        "first_error_offset": error.byte_offset if error else None,
        "archived_at": now if event.state in State.archived() else None,
        "archived_to": event.archived_to,
    }
