"""A run of ingest: every delivered file into its raw table exactly once, whatever interrupts it.

Only new content is loaded; a run that finds none writes nothing. One file set aside does not stop
the others, one table that fails does not stop the other tables. The caller holds the lake's lock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from ingest.agreement import require_agreement
from ingest.catalogue.tables import Catalogue, DeliveredTable
from ingest.files.clean_source import SourceCleaner, refuse_destinations
from ingest.files.discovery import DeliveredFile, discover
from ingest.files.hash_cache import open_cache, save_cache
from ingest.judge import Count, judge_of, uncounted
from ingest.ledger.events import Owner
from ingest.ledger.full_deliveries import FullDeliveries
from ingest.ledger.table import Event, State, open_ledger
from ingest.planning import (
    Sorted,
    Wanted,
    every_file,
    held_by_table,
    key_of,
    leave_out_existing,
    leaves_out_existing,
    owners_of,
    pending_batches,
    pending_replays,
    sort,
)
from ingest.policies import Held
from ingest.quarantine import table as quarantine_table
from ingest.quarantine.replay import finish_replays
from ingest.quarantine.table import Quarantine
from ingest.raw import schema_log
from ingest.raw.schema_log import SchemaLog
from ingest.raw.table import RawTable
from ingest.result import IngestResult, NotLoaded, TableResult, failure_of
from ingest.table_run import Run, TableRun
from saleslake.errors import SaleslakeError
from saleslake.lake import Lake


def ingest(  # noqa: PLR0913 - one call with everything is what its callers want
    landing: Path,
    lake: Lake,
    catalogue: Catalogue,
    *,
    run_id: str,
    now: datetime,
    tables: Collection[str] | None = None,
    wanted: Wanted = every_file,
    progress: Callable[[str], None] | None = None,
    count: Count = uncounted,
    checkpoint: Callable[[str], None] | None = None,
) -> IngestResult:
    """Load what is new in the landing folder into the raw tables of a lake.

    Args:
        landing: an existing folder with delivered files.
        lake: a lake that this process has locked.
        catalogue: the delivered tables.
        run_id: recorded with everything that this run writes.
        now: the run's time, with a time zone; the ``ingestion_timestamp`` of its rows.
        tables: names of the tables to load; None for all. Files of others are not looked at.
        wanted: says by its path whether a file is looked at in this run, as far as it is new.
        progress: told in one line what is being done; never a value of a cell.
        count: told how far a long step is.
        checkpoint: told each step that is done: ``prepared``, ``planned``, then for each table
            ``data:<source>.<table>``, ``quarantine:...`` and ``committed:...``, at the end those
            of SourceCleaner.

    Raises:
        CatalogueError: a file matches the patterns of two tables.
        LedgerError: the ledger or a raw table is not the one that belongs to this lake.
        SettingError: loaded files were to be moved into the landing folder or the lake.
    """
    refuse_destinations(landing, lake, catalogue.tables)
    cache = open_cache(lake)
    files = discover(landing, catalogue, cache)
    save_cache(lake, cache)
    if tables is not None:
        files = [file for file in files if file.table is not None and file.table.name in tables]
    run = Run(
        run_id=run_id,
        now=now,
        ledger=open_ledger(lake, catalogue, run_id, now),
        quarantine=Quarantine(lake.ops_table(quarantine_table.NAME), run_id, now),
        schemas=SchemaLog(lake.ops_table(schema_log.NAME), run_id, now),
        progress=progress or _silent,
        count=count,
        checkpoint=checkpoint or _silent,
    )
    loading = _Loading(run, lake, files, IngestResult(run_id), wanted)
    loading.prepare([table for table in catalogue.tables if tables is None or table.name in tables])
    loading.replay()
    loading.load_new()
    loading.decide_deliveries(catalogue)
    loading.clean_source()
    loading.count_outstanding()
    return loading.result


@dataclass
class _Table:
    """A table that is not stopped, with what belongs to it in this run."""

    entry: DeliveredTable
    run: TableRun
    sorted: Sorted

    @property
    def result(self) -> TableResult:
        return self.run.result

    @property
    def owner(self) -> Owner:
        return self.entry.source, self.entry.table


class _Loading:
    """The steps of one run, over all tables."""

    def __init__(
        self,
        run: Run,
        lake: Lake,
        files: Sequence[DeliveredFile],
        result: IngestResult,
        wanted: Wanted,
    ) -> None:
        self._run = run
        self._wanted = wanted
        self._lake = lake
        self._files = files
        self._files_of: dict[str, list[DeliveredFile]] = defaultdict(list)
        for file in files:
            self._files_of[file.table.name if file.table else ""].append(file)
        self._tables: list[_Table] = []
        self.result = result

    def prepare(self, entries: Sequence[DeliveredTable]) -> None:
        """Make sure that all tables exist and belong to the ledger."""
        self._run.ledger.ensure_columns()
        self._run.quarantine.ensure()
        FullDeliveries(self._lake).ensure()
        for entry in entries:
            judge = judge_of(entry, self._lake, self._run.count)
            result = TableResult(entry.source, entry.table)
            self.result.tables.append(result)
            table = _Table(entry, TableRun(self._run, judge, result), Sorted())
            self._tables.append(table)
            self._guarded(table, partial(self._ensure, judge.raw))
        self._run.checkpoint("prepared")

    def replay(self) -> None:
        """Finish the batches that earlier runs planned."""
        pending = pending_batches(self._run.ledger.events())
        replays = pending_replays(self._run.ledger.events())
        if not pending and not replays:
            return
        # A filter that came since the batch was planned takes nothing out of it.
        readable = (file for file in self._files if file.reason is None or file.left_out)
        delivered = {key_of(file): file for file in readable}
        for table in self._running():
            if table.owner in replays:
                of_table = replays[table.owner]
                ledger, quarantine, raw = self._run.ledger, self._run.quarantine, table.run.raw
                self._guarded(table, partial(finish_replays, ledger, quarantine, raw, of_table))
        for table in self._running():
            batches = pending.get((table.entry.source, table.entry.table), {})
            for batch_id, planned in batches.items():
                # A later batch must not overtake one that failed.
                if table.result.failure is None:
                    step = partial(table.run.replay, batch_id, planned, delivered)
                    self._guarded(table, step)
                    self.result.replayed_batches.append(batch_id)
        self.result.replayed_batches = sorted(set(self.result.replayed_batches))

    def load_new(self) -> None:
        """Check, plan and load the files that no earlier run has loaded, batch by batch."""
        entries = [table.entry for table in self._tables]
        held = held_by_table(self._run.ledger.events(), entries)
        events = self._sort_files(held)
        for table in self._running():
            self._guarded(table, partial(self._check, table, held, events))
        self.result.ignored.sort(key=lambda ignored: ignored.path)
        while planned := [table for table in self._running() if table.run.to_load]:
            batch_id = self._next_batch_id()
            batches = [(table, table.run.next_batch()) for table in planned]
            for table, files in batches:
                events += [table.run.event_of(file, batch_id, State.PLANNED) for file in files]
            self._run.ledger.record(events)
            events = []
            self.result.batch_id = batch_id
            self._run.checkpoint("planned")
            for table, files in batches:
                self._guarded(table, partial(table.run.load, batch_id, files))
        self._run.ledger.record(events)
        if self.result.batch_id is not None:
            self._run.ledger.tidy()

    def decide_deliveries(self, catalogue: Catalogue) -> None:
        """Decide what each full delivery counts for, now that all files are known."""
        events = self._run.ledger.events()
        held_back = FullDeliveries(self._lake).update(catalogue, events)
        for table in self._tables:
            table.result.held_back += held_back.get(table.entry.name, ())

    def clean_source(self) -> None:
        """Take the files out of the landing folder that nobody needs there any more."""
        for table in self._running():
            self._guarded(table, partial(self._clean, table))

    def _clean(self, table: _Table) -> None:
        run = self._run
        cleaner = SourceCleaner(
            table.entry, self._lake, run.ledger, run.now, run.count, run.checkpoint
        )
        cleaned = cleaner.clean(self._files_of[table.entry.name])
        table.result.archived += cleaned.files
        table.result.not_archived += cleaned.problems

    def count_outstanding(self) -> None:
        """Count what is left to be loaded by the next run."""
        for table in self._tables:
            for file in (*table.sorted.planned, *table.sorted.candidates):
                event = self._run.ledger.state_of(key_of(file))
                if event is None or event.state is State.PLANNED:
                    table.result.files_outstanding += 1
                    table.result.bytes_outstanding += file.size

    def _check(self, table: _Table, held: dict[Owner, Held], events: list[Event]) -> None:
        of_table = held.get(table.owner, Held())
        found, ignored = table.run.check(table.sorted.candidates, of_table)
        table.result.files_without_records += len(ignored)
        events += found
        self.result.ignored += ignored

    def _sort_files(self, held: dict[Owner, Held]) -> list[Event]:
        """Sort all files by table and by what is to be done; returns the new events."""
        events: list[Event] = []
        state_of = self._run.ledger.state_of
        of_none = sort(self._wanted_of(""), state_of, Held())
        seen = owners_of(self._run.ledger.events())
        self.result.ignored += _not_loaded(of_none.ignored)
        self.result.set_aside += _not_loaded(of_none.unreadable)
        events += of_none.to_record
        for table in self._tables:
            of_table = held.get(table.owner, Held())
            table.sorted = sort(self._wanted_of(table.entry.name), state_of, of_table)
            if leaves_out_existing(table.entry, seen):
                leave_out_existing(table.entry, table.sorted, self._run.now)
            table.result.files_known = len(table.sorted.known) - table.result.files_loaded
            table.result.duplicates += [file.path for file in table.sorted.duplicates]
            table.result.set_aside += _not_loaded(table.sorted.unreadable)
            table.result.files_without_records += len(table.sorted.ignored)
            self.result.ignored += _not_loaded(table.sorted.ignored)
            events += table.sorted.to_record
        return events

    def _wanted_of(self, table: str) -> list[DeliveredFile]:
        return [file for file in self._files_of[table] if self._wanted(file.path)]

    def _next_batch_id(self) -> int:
        # The quarantine outlives a ledger that was deleted; its numbers must not come again.
        quarantine = self._run.quarantine
        used = [quarantine.last_batch_id(table.entry.name) for table in self._tables]
        return max([self._run.ledger.last_batch_id, *used]) + 1

    def _ensure(self, raw: RawTable) -> None:
        require_agreement(self._lake, self._run.ledger, raw)
        raw.ensure()

    def _running(self) -> list[_Table]:
        return [table for table in self._tables if table.result.failure is None]

    def _guarded(self, table: _Table, step: Callable[[], None]) -> None:
        """Do a step for a table; what goes wrong stops this table and no other."""
        try:
            step()
        except SaleslakeError:
            raise
        except Exception as error:
            table.result.failure = failure_of(error)


def _not_loaded(files: Iterable[tuple[DeliveredFile, str]]) -> list[NotLoaded]:
    return [NotLoaded(file.path, reason) for file, reason in files]


def _silent(_: str) -> None:
    """Tell nobody."""
