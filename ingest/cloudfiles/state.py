"""What became of every file of a stream, as Databricks' ``cloud_files_state`` lists it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingest.cloudfiles.events import Entry, Note
from ingest.cloudfiles.log import Log
from ingest.cloudfiles.log_file import read_log
from ingest.delta import from_microseconds


@dataclass(frozen=True)
class StreamFile:
    """One file of a stream, and what became of it.

    Attributes:
        path: relative to the landing folder.
        state: one of FileState.
        reason: why, for one whose records are not delivered.
        number: its place in the stream, None where it has none.
        size: in bytes.
        modified_at: UTC.
        content_hash: SHA-256, None where it was not read.
        rows: records that fit.
        rejected: records that do not, and are in _rescued_data whole.
    """

    path: str
    state: str
    reason: str | None
    number: int | None
    size: int
    modified_at: datetime
    content_hash: str | None
    rows: int
    rejected: int


def stream_files(schema_location: Path) -> list[StreamFile]:
    """List the files of a stream; see ``ingest.cloudfiles.files``."""
    log = read_log(schema_location)
    if log is None:
        return []
    entries = [_of_entry(entry, log) for entry in log.between(log.since, log.last)]
    found = [*entries, *map(_of_note, log.notes.values())]
    return sorted(found, key=lambda file: (file.path, file.number or log.last + 1))


def _of_entry(entry: Entry, log: Log) -> StreamFile:
    return StreamFile(
        path=entry.path,
        state=log.state_of(entry.number).value,
        reason=log.gone.get(entry.number),
        number=entry.number,
        size=entry.size,
        modified_at=from_microseconds(entry.modified),
        content_hash=entry.content_hash,
        rows=entry.rows,
        rejected=entry.rejected,
    )


def _of_note(note: Note) -> StreamFile:
    return StreamFile(
        path=note.path,
        state=note.state,
        reason=note.reason,
        number=None,
        size=note.size,
        modified_at=from_microseconds(note.modified),
        content_hash=note.content_hash or None,
        rows=0,
        rejected=0,
    )
