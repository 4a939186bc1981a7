"""What to do with each delivered file, decided from the ledger alone. Touches no disk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from ingest.catalogue.tables import DeliveredTable
from ingest.files.discovery import DeliveredFile
from ingest.files.filters import EXISTING
from ingest.files.path_columns import path_types
from ingest.ledger.events import Owner, latest_by_batch
from ingest.ledger.table import Event, FileKey, FirstError, State
from ingest.policies import Held, comes_back, error_limit, replaces
from ingest.raw.rows import FileToLoad
from ingest.raw.table import hash_of_columns

StateOf = Callable[[FileKey], Event | None]
Wanted: TypeAlias = Callable[[str], bool]
"""Says by its path whether a file is looked at in a run, as far as it is new."""

FIRST_RUN = "."
"""Path of the event that says that a table's first run is over: the landing folder itself."""


def every_file(_: str) -> bool:
    """Want them all."""
    return True


@dataclass
class Sorted:
    """The delivered files of one table, or those of none, by what is to be done.

    Attributes:
        candidates: to be checked, and loaded if they pass: new content, content that a restore took
            out, and files that were set aside or left out, which may pass since the catalogue was
            changed.
        known: loaded before, or part of a planned batch.
        planned: those of the known that are part of a planned batch.
        duplicates: recorded as such before.
        ignored: not data, or left out by an option; recorded before or in ``to_record``.
        unreadable: could not be opened; recorded before or in ``to_record``.
        to_record: events that the ledger does not have yet.
    """

    candidates: list[DeliveredFile] = field(default_factory=list)
    known: list[DeliveredFile] = field(default_factory=list)
    planned: list[DeliveredFile] = field(default_factory=list)
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
    error = FirstError.of_file(reason) if state is State.SET_ASIDE and reason else None
    return Event(
        key_of(file),
        file.size,
        file.modified_at,
        state,
        reason=reason,
        first_error=error,
    )


def event_of_load(to_load: FileToLoad, table: DeliveredTable, batch_id: int, state: State) -> Event:
    """Return an event of a file that is, or is to be, part of a batch."""
    checked = to_load.checked
    first = checked.rejected[0] if checked.rejected else None
    error = FirstError(first.reason, first.line_number, first.byte_offset) if first else None
    return event_of(to_load.file, state)._replace(
        batch_id=batch_id,
        rows_read=checked.rows_read,
        rows_loaded=checked.rows_loaded,
        rows_quarantined=len(checked.rejected),
        columns_hash=hash_of_columns(checked.columns),
        error_limit=error_limit(checked, table),
        first_error=error,
    )


def held_by_table(
    events: Iterable[Event], tables: Iterable[DeliveredTable] = ()
) -> dict[Owner, Held]:
    """Return what each table holds, by its source and name.

    Full deliveries are not among it: the same content again is a delivery of its own.

    Args:
        events: the latest of each file.
        tables: say which columns their paths give.
    """
    held = {(table.source, table.table): Held(tuple(path_types(table))) for table in tables}
    claiming = State.claiming()
    for event in events:
        key = event.key
        if event.state in claiming and key.delivered_at is None:
            owner = (key.source, key.table)
            if owner not in held:
                held[owner] = Held()
            held[owner].add(event)
    return held


def sort(files: Iterable[DeliveredFile], state_of: StateOf, held: Held) -> Sorted:
    """Sort delivered files by what is to be done with them.

    Args:
        files: in order of paths.
        state_of: the ledger.
        held: by their table; a duplicate whose original was never loaded after all is a candidate
            again.
    """
    result = Sorted()
    for file in files:
        key = key_of(file)
        before = state_of(key)
        if before is not None and _is_known(before, file, held):
            result.known.append(file)  # whatever its table's options say by now
            if before.state is State.PLANNED:
                result.planned.append(file)
        elif file.reason is not None:
            _note(file, file.reason, before, result)
        elif before is not None and _stays_out(before, file):
            result.ignored.append((file, before.reason or ""))
        elif before is not None and before.state is State.DUPLICATE and _is_skipped(file, held):
            result.duplicates.append(file)
        else:
            result.candidates.append(file)
    return result


def _is_known(before: Event, file: DeliveredFile, held: Held) -> bool:
    """Tell whether a file is loaded or about to be, and nothing newer was under its path since."""
    if before.state not in State.loaded() or file.table is None:
        return before.state in State.claiming()
    return file.reason is not None or not comes_back(file, file.table, held)


def _stays_out(before: Event, file: DeliveredFile) -> bool:
    """Tell whether it was there before its table's first run, and is still not wanted."""
    was_there = before.state is State.LEFT_OUT and before.reason == EXISTING
    return was_there and file.table is not None and not file.table.options.include_existing_files


def _is_skipped(file: DeliveredFile, held: Held) -> bool:
    skips = file.table is not None and file.table.on_duplicate == "skip"
    has_content = held.has_content(file.path, file.content_hash)
    return skips and has_content and not replaces(file, held)


def failures(failed: Iterable[Event], history: Iterable[Event]) -> list[Event]:
    """Return what to record of files that were to be loaded and cannot be.

    The latest event of a file is its state: where its content had come back, the load of it that is
    in the raw table follows, so that the failure does not hide it. What is recorded so already is
    not recorded again.

    Args:
        failed: what became of the files.
        history: all events of their table, the oldest first.
    """
    of_key: dict[FileKey, list[Event]] = {}
    for event in history:
        of_key.setdefault(event.key, []).append(event)
    found: list[Event] = []
    for event in failed:
        before = of_key.get(event.key, [])
        loads = [
            one
            for one in latest_by_batch(before).values()
            if one.state in State.loaded() and one.batch_id != event.batch_id
        ]
        if loads and before[-1].state in State.loaded() and _same(before[-2:-1], event):
            continue
        found.append(event)
        found += sorted(loads, key=lambda load: load.batch_id or 0)[-1:]
    return found


def _same(before: Iterable[Event], event: Event) -> bool:
    return any((one.state, one.reason) == (event.state, event.reason) for one in before)


def owners_of(events: Iterable[Event]) -> set[Owner]:
    """Return the tables that the ledger knows files of."""
    return {(event.key.source, event.key.table) for event in events}


def leaves_out_existing(table: DeliveredTable, seen: Collection[Owner]) -> bool:
    """Whether a table's files are left out because it has had no run yet.

    Args:
        table: the table.
        seen: the tables that the ledger knows files of.
    """
    return not table.options.include_existing_files and (table.source, table.table) not in seen


def leave_out_existing(table: DeliveredTable, found: Sorted, now: datetime) -> None:
    """Leave out what is there at the first run of a table that does not include existing files.

    One event says that the first run is over, even if there was no file.

    Args:
        table: it has no event in the ledger yet.
        found: what they were sorted into; changed.
        now: the run's time, UTC.
    """
    key = FileKey(table.source, table.table, FIRST_RUN, "")
    found.to_record.append(Event(key, 0, now, State.LEFT_OUT, reason=EXISTING))
    found.to_record += [event_of(file, State.LEFT_OUT, EXISTING) for file in found.candidates]
    found.ignored += [(file, EXISTING) for file in found.candidates]
    found.candidates.clear()


def _note(file: DeliveredFile, reason: str, before: Event | None, result: Sorted) -> None:
    (result.unreadable if file.unreadable else result.ignored).append((file, reason))
    state = State.SET_ASIDE if file.unreadable else State.IGNORED
    state = State.LEFT_OUT if file.left_out else state
    if before is None or before.state is not state:
        result.to_record.append(event_of(file, state, reason))


def pending_batches(events: Iterable[Event]) -> dict[Owner, dict[int, list[Event]]]:
    """Return what was planned and not finished: by table, then batch in increasing order."""
    # A replay has no file to finish it with.
    return _pending(event for event in events if event.key.replay is None)


def pending_replays(events: Iterable[Event]) -> dict[Owner, dict[int, list[Event]]]:
    """Return the replays that were planned and not finished, likewise."""
    return _pending(event for event in events if event.key.replay is not None)


def _pending(events: Iterable[Event]) -> dict[Owner, dict[int, list[Event]]]:
    pending: dict[Owner, dict[int, list[Event]]] = {}
    planned = [event for event in events if event.state is State.PLANNED]
    for event in sorted(planned, key=lambda event: (event.batch_id or 0, event.key.path)):
        batches = pending.setdefault((event.key.source, event.key.table), {})
        batches.setdefault(event.batch_id or 0, []).append(event)
    return pending
