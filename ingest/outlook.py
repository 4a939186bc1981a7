"""What the next run will do with each file, found out without changing anything.

A file that would be loaded is read whole, as the run itself would check it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ingest.catalogue.entries import Catalogue
from ingest.files.discovery import DeliveredFile, discover
from ingest.files.filters import EXISTING
from ingest.judge import Count, Judge, judge_of, uncounted
from ingest.ledger.table import Event, Ledger, State
from ingest.planning import (
    Owner,
    Sorted,
    held_by_table,
    key_of,
    leaves_out_existing,
    owners_of,
    sort,
)
from ingest.policies import Held
from ingest.readers.base import CheckedFile
from saleslake.lake import Lake

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


def foresee(  # noqa: PLR0913 - of what, by what, and whom to tell
    landing: Path,
    lake: Lake,
    catalogue: Catalogue,
    ledger: Ledger | None,
    *,
    tables: Collection[str] | None = None,
    count: Count = uncounted,
) -> list[FileOutlook]:
    """Return what the next run will do with every file, in order of tables and paths.

    Args:
        landing: an existing folder.
        lake: the lake, which need not be there.
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
    next_run = NextRun(lake, catalogue, ledger)
    found = []
    for position, file in enumerate(files, start=1):
        count("Looking at files", position, len(files))
        table = file.table.name if file.table else None
        found.append(FileOutlook(file.path, table, next_run.outlook(file)))
    return sorted(found, key=lambda one: (one.table is None, one.table or "", one.path))


class NextRun:
    """The next run of a lake, as far as it can be foretold.

    Args:
        lake: the lake, which need not be there.
        catalogue: the delivered tables.
        ledger: of the lake; None where nothing has landed yet.
    """

    def __init__(self, lake: Lake, catalogue: Catalogue, ledger: Ledger | None) -> None:
        events = ledger.events() if ledger else ()
        self._lake = lake
        self._ledger = ledger
        self._held = held_by_table(events, catalogue.tables)
        self._seen = owners_of(events)
        self._judges: dict[Owner, Judge] = {}

    def outlook(self, file: DeliveredFile) -> Outlook:
        """Return what becomes of a file that is there; files are asked for in order of paths."""
        table = file.table
        owner: Owner = (table.source, table.table) if table else ("", "")
        held = self._held.setdefault(owner, Held())
        before = self._ledger.state_of(key_of(file)) if self._ledger else None
        found = sort([file], lambda _: before, held)
        if table is None or not found.candidates:
            return _without_a_look(file, before, found)
        if leaves_out_existing(table, self._seen):
            return Outlook("leave_out", EXISTING)
        if owner not in self._judges:
            self._judges[owner] = judge_of(table, self._lake, uncounted)
        return _outlook_of(*self._judges[owner].decide(file, held))


def _without_a_look(file: DeliveredFile, before: Event | None, found: Sorted) -> Outlook:
    """Return the words for a file that the ledger or the landing folder decides about."""
    if found.known and before is not None:
        if before.state is State.PLANNED:
            return Outlook("finish", f"batch {before.batch_id} was planned and not finished")
        return Outlook("nothing", f"this content was loaded in batch {before.batch_id}")
    if found.duplicates:
        return Outlook("skip", _DUPLICATE)
    if found.unreadable:
        return Outlook("set_aside", found.unreadable[0][1])
    return Outlook("leave_out" if file.table else "nothing", file.reason or found.ignored[0][1])


def _outlook_of(state: State, found: CheckedFile | str) -> Outlook:
    """Return the words for what a judge decided."""
    if isinstance(found, str):
        will = {State.DUPLICATE: "skip", State.SET_ASIDE: "set_aside"}.get(state, "leave_out")
        return Outlook(will, found or _DUPLICATE)
    rejected = len(found.rejected)
    told = f"{found.rows_loaded:,} records can be loaded"
    told += f", {rejected:,} go to the quarantine" if rejected else ""
    return Outlook("load", told, found.rows_loaded, rejected)
