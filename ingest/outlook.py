"""What the next run will do with each file, found out without changing anything.

A file that would be loaded is read whole, as the run itself would check it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.aftermath import Looked, cleaned_up, deliveries_that_will_not_count
from ingest.agreement import require_what_a_run_needs
from ingest.catalogue.tables import Catalogue, DeliveredTable
from ingest.files.discovery import DeliveredFile, discover
from ingest.files.filters import EXISTING
from ingest.files.hash_cache import open_cache
from ingest.judge import Count, Judge, judge_of, uncounted
from ingest.ledger.events import Owner
from ingest.ledger.table import Event, Ledger, State
from ingest.planning import (
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
        will: load, finish (a batch that a run began), nothing, skip (a duplicate), leave_out,
            set_aside, or stop (the run will, before it comes to the file).
        why: the reason, in one sentence.
        rows_loaded: records that would be loaded.
        rows_quarantined: records that would go to the quarantine.
        then: what follows: a full delivery that does not count, or cloudFiles.cleanSource.
    """

    will: str
    why: str
    rows_loaded: int = 0
    rows_quarantined: int = 0
    then: str | None = None


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

    Raises:
        SaleslakeError: that with which the run itself would stop; see ``ingest.agreement``.
    """
    entries = [one for one in catalogue.tables if tables is None or one.name in tables]
    require_what_a_run_needs(landing, lake, ledger, entries)
    files = [
        file
        for file in discover(landing, catalogue, open_cache(lake))
        if tables is None or (file.table is not None and file.table.name in tables)
    ]
    found = NextRun(lake, catalogue, ledger).outlooks(files, count)
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
        self._looked: dict[Owner, list[Looked]] = {}

    def outlooks(
        self, files: Sequence[DeliveredFile], count: Count = uncounted
    ) -> list[FileOutlook]:
        """Return what becomes of files, with what follows when all are loaded.

        Args:
            files: all that are there, as far as their tables are loaded; in order of paths.
            count: told how many files are looked at, and of how many.
        """
        found: list[tuple[DeliveredFile, Outlook]] = []
        for position, file in enumerate(files, start=1):
            count("Looking at files", position, len(files))
            found.append((file, self.outlook(file)))
        then = self._aftermath(found)
        return [
            FileOutlook(
                file.path,
                file.table.name if file.table else None,
                replace(outlook, then=then.get(file.path)),
            )
            for file, outlook in found
        ]

    def _aftermath(self, found: Sequence[tuple[DeliveredFile, Outlook]]) -> dict[str, str]:
        then: dict[str, str] = {}
        tables = {file.table.name: file.table for file, _ in found if file.table}
        for name, table in tables.items():
            of_table = [
                (file, out) for file, out in found if file.table and file.table.name == name
            ]
            files = [file for file, _ in of_table]
            whole = {
                f.path for f, out in of_table if out.will == "load" and not out.rows_quarantined
            }
            if looked := self._looked.get((table.source, table.table)):
                judge = self._judge(table)
                held = deliveries_that_will_not_count(judge, self._lake, self._ledger, looked)
                then.update(held)
                whole -= held.keys()
            then.update(cleaned_up(table, self._lake, self._ledger, files, whole))
        return then

    def _judge(self, table: DeliveredTable) -> Judge:
        owner: Owner = (table.source, table.table)
        if owner not in self._judges:
            self._judges[owner] = judge_of(table, self._lake, uncounted)
        return self._judges[owner]

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
        state, verdict = self._judge(table).decide(file, held)
        if table.delivery == "full" and state in {State.PLANNED, State.SET_ASIDE}:
            self._looked.setdefault(owner, []).append(Looked(file, verdict))
        return _outlook_of(state, verdict)


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
    return Outlook("leave_out", file.reason or found.ignored[0][1])


def _outlook_of(state: State, found: CheckedFile | str) -> Outlook:
    """Return the words for what a judge decided."""
    if isinstance(found, str):
        will = {State.DUPLICATE: "skip", State.SET_ASIDE: "set_aside"}.get(state, "leave_out")
        return Outlook(will, found or _DUPLICATE)
    rejected = len(found.rejected)
    noun = "record" if found.rows_loaded == 1 else "records"
    told = f"{found.rows_loaded:,} {noun} can be loaded"
    told += f", {rejected:,} to the quarantine" if rejected else ""
    return Outlook("load", told, found.rows_loaded, rejected)
