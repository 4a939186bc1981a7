"""What the next run will do with each file, found out without changing anything.

A file that would be loaded is read whole, as the run itself would check it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from ingest.catalogue import Catalogue, DeliveredTable
from ingest.discovery import DeliveredFile, discover
from ingest.ledger import Ledger, State
from ingest.planning import Owner, held_by_table, key_of, sort
from ingest.policies import Held, beyond_limits, verdict
from ingest.readers import reader_of
from ingest.readers.base import UnreadableFileError

_DUPLICATE = "its content was loaded under another path (on_duplicate is skip)"


@dataclass(frozen=True)
class Outlook:
    """What the next run will do with a file.

    Attributes:
        will: load, finish (a batch that a run began), nothing, skip (a duplicate), leave_out or
            set_aside.
        why: the reason, in one sentence.
        rows_loaded: records that would be loaded.
        rows_quarantined: records that would go to the quarantine.
    """

    will: str
    why: str
    rows_loaded: int = 0
    rows_quarantined: int = 0


@dataclass(frozen=True)
class FileOutlook:
    """A file of the landing folder, its table (None for none), and what will become of it."""

    path: str
    table: str | None
    outlook: Outlook


def foresee(
    landing: Path,
    catalogue: Catalogue,
    ledger: Ledger | None,
    tables: Collection[str] | None = None,
    count: Callable[[str, int, int], None] | None = None,
) -> list[FileOutlook]:
    """Return what the next run will do with every file, in order of tables and paths.

    Args:
        landing: an existing folder.
        catalogue: the delivered tables.
        ledger: of the lake; None where nothing has landed yet.
        tables: names of the tables to look at; None for all, and for files of none.
        count: told how many files are looked at, and of how many.
    """
    files = [
        file
        for file in discover(landing, catalogue)
        if tables is None or (file.table is not None and file.table.name in tables)
    ]
    held = held_by_table(ledger.events()) if ledger else {}
    found = []
    for position, file in enumerate(files, start=1):
        if count:
            count("Looking at files", position, len(files))
        outlook = outlook_of(file, ledger, held)
        if outlook.will == "load" and file.table:
            # What a later file of this run is compared with.
            of_table = held.setdefault((file.table.source, file.table.table), Held())
            of_table.content.add(file.content_hash)
            of_table.paths.add(file.path)
        found.append(FileOutlook(file.path, file.table.name if file.table else None, outlook))
    return sorted(found, key=lambda one: (one.table is None, one.table or "", one.path))


def outlook_of(file: DeliveredFile, ledger: Ledger | None, held: dict[Owner, Held]) -> Outlook:
    """Return what the next run will do with a file that is there.

    Args:
        file: the file.
        ledger: of the lake; None where nothing has landed yet.
        held: what each table holds.
    """
    table = file.table
    of_table = held.get((table.source, table.table), Held()) if table else Held()
    before = ledger.state_of(key_of(file)) if ledger else None
    found = sort([file], lambda _: before, of_table)
    if found.known and before is not None and before.state is State.PLANNED:
        return Outlook("finish", f"batch {before.batch_id} was planned and not finished")
    if found.known and before is not None:
        return Outlook("nothing", f"this content was loaded in batch {before.batch_id}")
    if found.duplicates:
        return Outlook("skip", _DUPLICATE)
    if found.unreadable:
        return Outlook("set_aside", found.unreadable[0][1])
    if found.ignored:
        return Outlook("leave_out" if table else "nothing", found.ignored[0][1])
    return _checked(file, table, of_table) if table else Outlook("nothing", file.reason or "")


def _checked(file: DeliveredFile, table: DeliveredTable, held: Held) -> Outlook:
    stopped = verdict(file, table, held)
    if stopped and stopped[0] is State.DUPLICATE:
        return Outlook("skip", _DUPLICATE)
    if stopped:
        return Outlook("leave_out" if stopped[0] is State.LEFT_OUT else "set_aside", stopped[1])
    try:
        checked = reader_of(table).check(file.location)
    except UnreadableFileError as error:
        return Outlook("set_aside", error.reason)
    if checked.empty:
        return Outlook("leave_out", checked.empty)
    too_many = beyond_limits(checked, table)
    if too_many:
        return Outlook("set_aside", too_many)
    rejected = len(checked.rejected)
    told = f"{checked.rows_loaded:,} records can be loaded"
    told += f", {rejected:,} go to the quarantine" if rejected else ""
    return Outlook("load", told, checked.rows_loaded, rejected)
