"""What to do with each delivered file, decided from the ledger alone. Touches no disk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from ingest.discovery import DeliveredFile
from ingest.ledger import Event, FileKey, State

StateOf = Callable[[FileKey], Event | None]


@dataclass
class Sorted:
    """The delivered files of one table, or those of none, by what is to be done.

    Attributes:
        candidates: to be checked, and loaded if they pass: new content, content that a restore took
            out, and set-aside files, which may pass since the catalogue was mended.
        known: loaded before, or part of a planned batch.
        duplicates: recorded as such before.
        ignored: not data; recorded before or in ``to_record``.
        unreadable: could not be opened; recorded before or in ``to_record``.
        to_record: events that the ledger does not have yet.
    """

    candidates: list[DeliveredFile] = field(default_factory=list)
    known: list[DeliveredFile] = field(default_factory=list)
    duplicates: list[DeliveredFile] = field(default_factory=list)
    ignored: list[tuple[DeliveredFile, str]] = field(default_factory=list)
    unreadable: list[tuple[DeliveredFile, str]] = field(default_factory=list)
    to_record: list[Event] = field(default_factory=list)


def key_of(file: DeliveredFile) -> FileKey:
    """Return what makes a delivered file the same file."""
    table = file.table
    return FileKey(
        table.source if table else "",
        table.table if table else "",
        file.path,
        file.content_hash,
        file.modified_at if table and table.delivery == "full" else None,
    )


def event_of(file: DeliveredFile, state: State, reason: str | None = None) -> Event:
    """Return a first event of a delivered file, without records and batch."""
    return Event(key_of(file), file.size, file.modified_at, state, reason=reason)


def claimed_content(events: Iterable[Event]) -> set[tuple[str, str, str]]:
    """Return the content that is loaded or about to be: (source, table, content hash).

    Full deliveries claim none: the same content again is a delivery of its own.
    """
    return {
        (event.key.source, event.key.table, event.key.content_hash)
        for event in events
        if event.state in {*State.loaded(), State.PLANNED} and event.key.delivered_at is None
    }


def sort(
    files: Iterable[DeliveredFile], state_of: StateOf, claimed: Collection[tuple[str, str, str]]
) -> Sorted:
    """Sort delivered files by what is to be done with them.

    Args:
        files: in order of paths.
        state_of: the ledger.
        claimed: see ``claimed_content``; a duplicate whose original was never loaded after all is
            a candidate again.
    """
    result = Sorted()
    for file in files:
        key = key_of(file)
        before = state_of(key)
        if file.reason is not None:
            _note(file, file.reason, result, is_new=before is None)
        elif before is None or before.state in {State.SET_ASIDE, State.RESTORED}:
            result.candidates.append(file)
        elif before.state is State.IGNORED:
            result.ignored.append((file, before.reason or ""))
        elif before.state is not State.DUPLICATE:
            result.known.append(file)
        elif (key.source, key.table, key.content_hash) in claimed:
            result.duplicates.append(file)
        else:
            result.candidates.append(file)
    return result


def _note(file: DeliveredFile, reason: str, result: Sorted, *, is_new: bool) -> None:
    (result.unreadable if file.unreadable else result.ignored).append((file, reason))
    if is_new:
        state = State.SET_ASIDE if file.unreadable else State.IGNORED
        result.to_record.append(event_of(file, state, reason))


def pending_batches(events: Iterable[Event]) -> dict[tuple[str, str], dict[int, list[Event]]]:
    """Return what was planned and not finished: by table, then batch in increasing order."""
    pending: dict[tuple[str, str], dict[int, list[Event]]] = {}
    planned = [event for event in events if event.state is State.PLANNED]
    for event in sorted(planned, key=lambda event: (event.batch_id or 0, event.key.path)):
        batches = pending.setdefault((event.key.source, event.key.table), {})
        batches.setdefault(event.batch_id or 0, []).append(event)
    return pending
