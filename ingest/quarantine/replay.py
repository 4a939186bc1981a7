"""Replay: quarantined records that fit now are loaded, once, and the quarantine says so.

After somebody mended a table's options, or the readers got better, what was set aside may fit. Such
records are a batch of their own, in the order of every commit: ledger ``planned``, data,
quarantine, ledger ``committed``. A replay that was interrupted before its data was written is given
up, for the records still wait; after it, the raw table itself tells which of them it got.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from ingest.agreement import require_agreement
from ingest.catalogue.tables import Catalogue, DeliveredTable
from ingest.files.discovery import DeliveredFile
from ingest.files.path_columns import path_columns
from ingest.ledger.events import latest_by_batch
from ingest.ledger.table import Event, Ledger, State, open_ledger
from ingest.planning import pending_batches, pending_replays
from ingest.quarantine import table as quarantine_table
from ingest.quarantine.rereading import QuarantinedRecord, Reread, Rereader, RereadingReader
from ingest.quarantine.table import Origin, Quarantine
from ingest.raw.rows import FileToLoad
from ingest.raw.table import RawTable, hash_of_columns
from ingest.readers import reader_of
from ingest.readers.base import UnreadableFileError
from saleslake.lake import Lake, is_delta_table

GIVEN_UP = "its replay was interrupted before anything of it was written"

Tell = Callable[[str], None]


@dataclass
class ReplayedTable:
    """What a replay did for one table.

    Attributes:
        table: source and name.
        waiting: records in its quarantine that were not loaded yet, before.
        replayed: those of them that are in the raw table now.
        files: in which those were delivered.
        batches: that they were loaded with.
        failure: why the table was not looked at; None where it was.
    """

    table: str
    waiting: int = 0
    replayed: int = 0
    files: int = 0
    batches: list[int] = field(default_factory=list)
    failure: str | None = None


@dataclass(frozen=True)
class _Prepared:
    """Records of one file that will be loaded."""

    event: Event
    to_load: FileToLoad
    found: Reread


def replay(  # noqa: PLR0913 - one call with everything is what its callers want
    lake: Lake,
    catalogue: Catalogue,
    *,
    run_id: str,
    now: datetime,
    tables: Collection[str] | None = None,
    with_closed: bool = False,
    progress: Tell = lambda _: None,
    checkpoint: Tell = lambda _: None,
) -> list[ReplayedTable]:
    """Load the quarantined records that fit now. The caller holds the lake's lock.

    Args:
        lake: a lake that is there.
        catalogue: the delivered tables, with the options to read by.
        run_id: recorded with everything that is written.
        now: time of the replay, UTC.
        tables: names of the tables; None for all.
        with_closed: also records that are superseded or dismissed.
        progress: told in one line what is being done; never a value of a cell.
        checkpoint: told each step that is done: ``planned:<source>.<table>``, then ``data:...``,
            ``quarantine:...`` and ``committed:...``.

    Raises:
        LedgerError: the ledger or a raw table is not the one that belongs to this lake.
    """
    ledger = open_ledger(lake, catalogue, run_id, now)
    quarantine = Quarantine(lake.ops_table(quarantine_table.NAME), run_id, now)
    ledger.ensure_columns()
    quarantine.ensure()
    folder = lake.state / "replay"
    done = []
    for entry in catalogue.tables:
        raw = RawTable(lake.raw_table(entry.source, entry.table), entry)
        if (tables is not None and entry.name not in tables) or not is_delta_table(raw.path):
            continue
        progress(f"{entry.name}: reading quarantined records again")
        require_agreement(lake, ledger, raw)
        raw.ensure()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            replaying = _TableReplay(ledger, quarantine, raw, folder, now, checkpoint)
            done.append(replaying.run(with_closed=with_closed))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return done


def finish_replays(
    ledger: Ledger, quarantine: Quarantine, raw: RawTable, pending: Mapping[int, Sequence[Event]]
) -> None:
    """Finish what an interrupted replay planned for a table, or give it up.

    Args:
        ledger: of the lake.
        quarantine: of the lake.
        raw: the table.
        pending: the planned events by batch.
    """
    for batch_id, planned in pending.items():
        if raw.holds(batch_id):
            _conclude(ledger, quarantine, raw, batch_id, planned)
        else:
            ledger.record(event.becomes(State.RESTORED, GIVEN_UP) for event in planned)


def _conclude(  # noqa: PLR0913, PLR0917 - where, what, and whom to tell
    ledger: Ledger,
    quarantine: Quarantine,
    raw: RawTable,
    batch_id: int,
    planned: Sequence[Event],
    checkpoint: Tell = lambda _: None,
) -> None:
    """Let the quarantine and the ledger follow a batch that the raw table holds."""
    quarantine.mark_replayed(raw.path, batch_id, origins_of(planned))
    checkpoint(f"quarantine:{raw.table.name}")
    version = raw.version_of(batch_id)
    ledger.record(
        event.becomes(State.COMMITTED)._replace(table_version=version) for event in planned
    )
    checkpoint(f"committed:{raw.table.name}")


def origins_of(events: Iterable[Event]) -> list[Origin]:
    """Return where the records of replays were quarantined."""
    return [
        Origin(event.key.source, event.key.table, event.key.path, event.key.content_hash, replayed)
        for event in events
        if (replayed := event.replay_of) is not None
    ]


@dataclass
class _TableReplay:
    """The replay of one table."""

    ledger: Ledger
    quarantine: Quarantine
    raw: RawTable
    folder: Path
    now: datetime
    checkpoint: Tell

    @property
    def _entry(self) -> DeliveredTable:
        return self.raw.table

    def run(self, *, with_closed: bool) -> ReplayedTable:
        """Finish what was begun, then load what fits, batch by batch."""
        entry = self._entry
        result = ReplayedTable(entry.name)
        if pending_batches(self.ledger.events()).get((entry.source, entry.table)):
            result.failure = "a batch of it is not finished: saleslake ingest, then this again"
            return result
        pending = pending_replays(self.ledger.events()).get((entry.source, entry.table), {})
        finish_replays(self.ledger, self.quarantine, self.raw, pending)
        waiting = self.quarantine.waiting(entry.source, entry.table, with_closed=with_closed)
        result.waiting = sum(len(records) for records in waiting.values())
        for origins in _rounds(waiting):
            batch_id = self._next_batch_id()
            prepared = self._prepare(origins, waiting, batch_id)
            if prepared:
                self._load(batch_id, prepared)
                result.batches.append(batch_id)
                result.files += len(prepared)
                result.replayed += sum(one.event.rows_loaded for one in prepared)
        return result

    def _next_batch_id(self) -> int:
        used = (self.quarantine.last_batch_id(self._entry.name), self.raw.last_batch_id())
        return max(self.ledger.last_batch_id, *used) + 1

    def _prepare(
        self,
        origins: Sequence[Origin],
        waiting: Mapping[Origin, Sequence[quarantine_table.Waiting]],
        batch_id: int,
    ) -> list[_Prepared]:
        history = self.ledger.history(self._entry.source, self._entry.table)
        loads = {
            (event.key.path, event.key.content_hash, event.batch_id): event
            for event in latest_by_batch(history).values()
            if event.state in State.loaded() and event.key.replay is None
        }
        prepared = []
        for at, origin in enumerate(origins):
            load = loads.get((origin.path, origin.content_hash, origin.batch_id))
            found = self._reread(waiting[origin], f"records-{at}") if load else None
            if load and found:
                try:
                    prepared.append(self._prepared(load, found, batch_id))
                except UnreadableFileError:
                    continue  # its path does not go with it: its records wait on
        return prepared

    def _reread(self, waiting: Sequence[quarantine_table.Waiting], name: str) -> Reread | None:
        text = waiting[0].file_columns
        columns = None if text is None else [str(column) for column in json.loads(text)]
        # A header is none of the records, though one that is not stored as it is written would fit.
        records = [
            QuarantinedRecord(one.record_number, one.raw_record)
            for one in waiting
            if one.reason_code != "repeated_header" or not self._entry.options.header
        ]
        found = Rereader(self._entry, columns, self.folder).fitting(records, name)
        refuses = self._entry.options.refuses_columns
        if found and refuses and self.raw.unknown_columns(found.checked.columns):
            return None
        return found

    def _prepared(self, load: Event, found: Reread, batch_id: int) -> _Prepared:
        key, count = load.key, len(found.numbers)
        event = load.becomes(State.PLANNED)._replace(
            key=key._replace(replay=batch_id),
            batch_id=batch_id,
            replay_of=load.batch_id,
            rows_read=count,
            rows_loaded=count,
            rows_quarantined=0,
            committed_at=None,
            table_version=None,
            columns_hash=hash_of_columns(found.checked.columns),
            first_error=None,
        )
        file = DeliveredFile(
            key.path,
            str(found.file),
            load.file_size,
            load.file_modified_at,
            key.content_hash,
            self._entry,
        )
        given = path_columns(key.path, found.checked, self._entry)
        return _Prepared(event, FileToLoad(file, replace(found.checked, path_columns=given)), found)

    def _load(self, batch_id: int, prepared: Sequence[_Prepared]) -> None:
        name = self._entry.name
        planned = [one.event for one in prepared]
        self.ledger.record(planned)
        self.checkpoint(f"planned:{name}")
        table = replace(self._entry, options=replace(self._entry.options, encoding="utf-8"))
        reader = RereadingReader(reader_of(table), {one.found.file: one.found for one in prepared})
        files = [one.to_load for one in prepared]
        run_id = self.quarantine.run_id
        columns = self.raw.columns_for(files, reader)
        self.raw.write(files, reader, columns, batch_id=batch_id, run_id=run_id, now=self.now)
        self.checkpoint(f"data:{name}")
        _conclude(self.ledger, self.quarantine, self.raw, batch_id, planned, self.checkpoint)


def _rounds(origins: Iterable[Origin]) -> list[list[Origin]]:
    """Put the loads of a path into batches of their own: a row of a batch then has one origin."""
    rounds: list[dict[str, Origin]] = []
    for origin in sorted(origins, key=lambda one: (one.batch_id, one.path)):
        free = next((one for one in rounds if origin.path not in one), None)
        if free is None:
            rounds.append(free := {})
        free[origin.path] = origin
    return [list(one.values()) for one in rounds]
