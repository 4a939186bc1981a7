"""What one batch takes, and whether an offset is one of a log. Touches no disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.cloudfiles.events import Entry
from ingest.cloudfiles.log import Log
from ingest.cloudfiles.offsets import Offset
from ingest.cloudfiles.schema import unknown_columns


@dataclass(frozen=True)
class Limits:
    """How much one batch takes; None for no limit."""

    files: int | None = None
    bytes: int | None = None


def misfit(log: Log, offset: Offset) -> str | None:
    """Say why an offset of a checkpoint is not one of this log, or None."""
    if not any(start.stream == offset.stream for start in log.starts):
        return "the log does not know of it, so the log is another one, or it was lost"
    latest = log.starts[-1]
    if latest.stream != offset.stream:
        return f"another query took the stream over at {latest.at}"
    if offset.seq > log.last:
        return (
            f"the checkpoint is at file {offset.seq}, and the log ends with file {log.last}, so a "
            "part of the log was lost"
        )
    if log.digest(offset.seq) != offset.digest:
        return f"file {offset.seq} of the log is not the checkpoint's, so a part of it was lost"
    return None


def end_of_batch(waiting: Sequence[Entry], limits: Limits) -> int:
    """Return how many of the waiting files are one batch: at least one, if there is one."""
    count = size = 0
    for entry in waiting:
        if limits.files is not None and count >= limits.files:
            break
        if limits.bytes is not None and size >= limits.bytes:
            break
        count, size = count + 1, size + entry.size
    return count


def first_with_new(
    waiting: Iterable[Entry], columns: Sequence[str]
) -> tuple[Entry, tuple[str, ...]] | None:
    """Return the first file that has columns beyond those given, and which."""
    for entry in waiting:
        new = unknown_columns(entry.columns, columns)
        if new:
            return entry, new
    return None
