"""One table in one run: check its new files, load a batch, finish a batch that was interrupted.

The order of a commit makes every interruption harmless: ledger ``planned``, data, quarantine,
ledger ``committed``. Data and quarantine are numbered transactions of their tables, so a replay
sees what is there already and does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import accumulate

from ingest.ahead import ahead
from ingest.files.discovery import DeliveredFile
from ingest.judge import Check, Count, Judge
from ingest.ledger.table import Event, FileKey, Ledger, State
from ingest.planning import event_of, event_of_load, failures, key_of
from ingest.policies import Held, verdict
from ingest.quarantine.closing import Loads
from ingest.quarantine.table import Quarantine
from ingest.raw.rows import FileToLoad
from ingest.raw.schema_log import SchemaLog
from ingest.readers.base import CheckedFile, FileChangedError, UnreadableFileError
from ingest.readers.counting import CountingReader
from ingest.result import NotLoaded, TableResult

CHANGED = "changed or vanished after it was planned"


@dataclass(frozen=True)
class Run:
    """What all tables of a run share.

    Attributes:
        run_id: of the run.
        now: time of the run, UTC.
        ledger: of the lake.
        quarantine: of the lake.
        schemas: the schema log of the lake.
        progress: told in one line what is being done.
        count: told how far a long step is.
        checkpoint: told the name of each step that is done and safe on disk.
    """

    run_id: str
    now: datetime
    ledger: Ledger
    quarantine: Quarantine
    schemas: SchemaLog
    progress: Callable[[str], None]
    count: Count
    checkpoint: Callable[[str], None]


class TableRun:
    """One table in one run.

    Attributes:
        raw: the table.
        result: what was done so far.
        to_load: files that passed their check and are in no batch yet.
    """

    def __init__(self, run: Run, judge: Judge, result: TableResult) -> None:
        self._run = run
        self._judge = judge
        self.raw = judge.raw
        self.result = result
        self.to_load: list[FileToLoad] = []
        self._loads: Loads | None = None

    def check(
        self, candidates: Sequence[DeliveredFile], held: Held
    ) -> tuple[list[Event], list[NotLoaded]]:
        """Check new files; those that pass are in ``to_load`` afterwards.

        Args:
            candidates: in order of paths.
            held: what this table has already; grows.

        Returns:
            Events for the ledger about files that do not pass, and those of them that are ignored.
        """
        table, judge = self.raw.table, self._judge
        with ahead(judge.check, candidates, lambda file: not verdict(file, table, held)) as check:
            return self._sift(candidates, held, check)

    def _sift(
        self, candidates: Sequence[DeliveredFile], held: Held, check: Check
    ) -> tuple[list[Event], list[NotLoaded]]:
        events, returned, ignored = list[Event](), list[Event](), list[NotLoaded]()
        for position, file in enumerate(candidates, start=1):
            self._run.count(f"{self.result.name}: checking files", position, len(candidates))
            try:
                state, found = self._judge.decide(file, held, check)
            except FileNotFoundError:
                continue  # it vanished since it was listed
            if isinstance(found, CheckedFile):
                self.to_load.append(FileToLoad(file, found))
                continue
            if state is State.DUPLICATE:
                self.result.duplicates.append(file.path)
            elif state is State.SET_ASIDE:
                self.result.set_aside.append(NotLoaded(file.path, found))
            else:
                ignored.append(NotLoaded(file.path, found))
            before = self._run.ledger.state_of(key_of(file))
            if before is not None and before.state in State.loaded():
                returned.append(event_of(file, state, found or None))
            elif before is None or (before.state, before.reason or "") != (state, found):
                events.append(event_of(file, state, found or None))
        return events + self._failures(returned), ignored

    def _failures(self, failed: Sequence[Event]) -> list[Event]:
        table = self.raw.table
        history = self._run.ledger.history(table.source, table.table) if failed else ()
        return failures(failed, history)

    def next_batch(self) -> list[FileToLoad]:
        """Take files out of ``to_load``, as many as the options allow a batch; at least one."""
        options = self.raw.table.options
        count = options.max_files_per_batch or len(self.to_load)
        if options.max_bytes_per_batch is not None:
            sizes = accumulate(to_load.file.size for to_load in self.to_load)
            count = min(count, sum(size < options.max_bytes_per_batch for size in sizes) + 1)
        batch, self.to_load = self.to_load[:count], self.to_load[count:]
        return batch

    def load(self, batch_id: int, files: Sequence[FileToLoad]) -> None:
        """Load planned files as one batch: data, quarantine, ledger."""
        if not files:
            return
        rows = sum(to_load.checked.rows_read for to_load in files)
        count = f"{len(files)} files" if len(files) > 1 else "1 file"
        self._run.progress(f"{self.result.name}: loading {count}, {rows:,} records")
        written = self._write(batch_id, list(files))
        if not written:
            return
        self._run.checkpoint(f"data:{self.result.name}")
        self._run.schemas.record(self.raw, batch_id, lambda: written)
        self._quarantine(batch_id, written)
        events = [self.event_of(to_load, batch_id, State.COMMITTED) for to_load in written]
        self._commit(batch_id, events)

    def replay(
        self, batch_id: int, planned: Sequence[Event], delivered: Mapping[FileKey, DeliveredFile]
    ) -> None:
        """Finish a batch that an earlier run planned.

        Args:
            batch_id: its number.
            planned: the ledger's events of its files.
            delivered: what lies in the landing folder now.
        """
        self._run.progress(f"{self.result.name}: finishing batch {batch_id} of an earlier run")
        if self.raw.holds(batch_id):
            self._finish(batch_id, planned, delivered)
            return
        present, lost = list[FileToLoad](), list[tuple[Event, str]]()
        for event in planned:
            found = self._again(event, delivered, self._judge.check)
            if isinstance(found, FileToLoad):
                present.append(found)
            else:
                lost.append((event, found))
        # Recorded before the data is written: a batch never waits for a lost file.
        self._set_aside(lost)
        self.load(batch_id, present)

    def _finish(
        self, batch_id: int, planned: Sequence[Event], delivered: Mapping[FileKey, DeliveredFile]
    ) -> None:
        """Complete a batch whose data is in the table."""
        self._run.schemas.record(self.raw, batch_id, lambda: self._readable(planned, delivered))
        if self._run.quarantine.holds(self.result.name, batch_id):
            self._commit(batch_id, [event.becomes(State.COMMITTED) for event in planned])
            return
        committed: list[Event] = []
        misfits: list[FileToLoad] = []
        for event in planned:
            reason = None
            if event.rows_quarantined:
                # Its data is in: no policy can take it out again.
                found = self._again(event, delivered, self._judge.read)
                if isinstance(found, FileToLoad):
                    misfits.append(found)
                else:
                    reason = f"its quarantined records could not be kept: {found}"
                    self.result.set_aside.append(NotLoaded(event.key.path, reason))
            committed.append(event.becomes(State.COMMITTED, reason))
        self._quarantine(batch_id, misfits)
        self._commit(batch_id, committed)

    def _readable(
        self, planned: Sequence[Event], delivered: Mapping[FileKey, DeliveredFile]
    ) -> list[FileToLoad]:
        """Return those of a batch's files that can still be read."""
        found = [self._again(event, delivered, self._judge.read) for event in planned]
        return [one for one in found if isinstance(one, FileToLoad)]

    def _again(
        self, event: Event, delivered: Mapping[FileKey, DeliveredFile], check: Check
    ) -> FileToLoad | str:
        """Return a planned file, or why it cannot be loaded any more."""
        file = delivered.get(event.key)
        if file is None:
            return CHANGED
        try:
            return FileToLoad(file, check(file))
        except FileNotFoundError:
            return CHANGED
        except UnreadableFileError as error:
            return error.reason

    def _write(self, batch_id: int, files: list[FileToLoad]) -> list[FileToLoad]:
        """Write the data of a batch; returns the files that are in it."""
        run = self._run
        while files:
            total = sum(to_load.checked.rows_loaded for to_load in files)
            reader = CountingReader(self._judge.reader, partial(self._count_loaded, total))
            rescued = list[int]()
            try:
                columns = self.raw.columns_for(files, self._judge.reader)
                self.raw.write(
                    files,
                    reader,
                    columns,
                    batch_id=batch_id,
                    run_id=run.run_id,
                    now=run.now,
                    tell_rescued=rescued.append,
                )
            except FileChangedError as error:
                lost = next(to_load for to_load in files if to_load.file.location == error.file)
                self._set_aside([(self.event_of(lost, batch_id, State.PLANNED), CHANGED)])
                files.remove(lost)
                continue
            self.result.rows_rescued += sum(rescued)
            self.result.new_columns += columns.new
            known = self.result.missing_columns
            known += [name for name in columns.missing if name not in known]
            break
        return files

    def _count_loaded(self, total: int, loaded: int) -> None:
        self._run.count(f"{self.result.name}: loading records", loaded, total)

    def _quarantine(self, batch_id: int, files: Sequence[FileToLoad]) -> None:
        rejected = [
            (key_of(to_load.file), to_load.checked.columns, record)
            for to_load in files
            for record in to_load.checked.rejected
        ]
        if rejected:
            self._run.quarantine.write(self.result.name, batch_id, rejected)
        self._run.checkpoint(f"quarantine:{self.result.name}")

    def _commit(self, batch_id: int, events: Sequence[Event]) -> None:
        self._close_superseded(events)
        version = self.raw.version_of(batch_id)
        self._run.ledger.record(event._replace(table_version=version) for event in events)
        self._run.checkpoint(f"committed:{self.result.name}")
        self.result.files_loaded += len(events)
        self.result.rows_read += sum(event.rows_read for event in events)
        self.result.rows_loaded += sum(event.rows_loaded for event in events)
        self.result.rows_quarantined += sum(event.rows_quarantined for event in events)

    def _close_superseded(self, events: Sequence[Event]) -> None:
        """Close the quarantined records of which the file has a newer content now."""
        table = self.raw.table
        if self._loads is None:
            owner = (table.source, table.table)
            known = self._run.ledger.events()
            self._loads = Loads(e for e in known if (e.key.source, e.key.table) == owner)
        self._loads.add(events)
        newest = self._loads.newest(event.key.path for event in events)
        closed = self._run.quarantine.close_superseded(table.source, table.table, newest)
        self.result.rows_superseded += closed

    def _set_aside(self, lost: Sequence[tuple[Event, str]]) -> None:
        events = [event.becomes(State.SET_ASIDE, reason) for event, reason in lost]
        self._run.ledger.record(self._failures(events))
        self.result.set_aside += [NotLoaded(event.key.path, reason) for event, reason in lost]

    def event_of(self, to_load: FileToLoad, batch_id: int, state: State) -> Event:
        """Return an event of a file that is, or is to be, part of a batch."""
        return event_of_load(to_load, self.raw.table, batch_id, state)
