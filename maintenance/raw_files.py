"""Which files a raw table was loaded from, as its rows and the quarantine tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deltalake import DeltaTable
from deltalake.schema import StructType

from ingest import delta
from ingest.catalogue.tables import DeliveredTable
from ingest.files.discovery import DeliveredFile
from ingest.files.filters import EXISTING
from ingest.judge import judge_of, uncounted
from ingest.ledger.table import Event, FileKey, State
from ingest.names import METADATA
from ingest.planning import event_of
from ingest.quarantine import table as quarantine_table
from ingest.readers.base import UnreadableFileError
from maintenance.raw_batches import RawName, transaction
from saleslake.lake import Lake, is_delta_table

REBUILT = "rebuilt from the raw table"
NO_HASH = "rebuilt from the raw table, which does not know its content: only its path"
LOST_BATCH = "of a batch without a row, as its table's transaction says"

_LOADED = """
select
    batch_id,
    _metadata['file_path'] as file_path,
    {content_hash} as content_hash,
    max(_metadata['file_size']) as file_size,
    cast(max(_metadata['file_modification_time']) as bigint) as modified_microseconds,
    cast(min(ingestion_timestamp) as bigint) as loaded_microseconds,
    count(*) as row_count
from t group by 1, 2, 3 order by 1, 2
"""
_QUARANTINED = """
select batch_id, file_path, content_hash, replay_batch_id, count(*) as row_count
from t where source = '{source}' and table_name = '{table}' group by 1, 2, 3, 4
"""

_WAITING_OF_FILE = """
select batch_id, record_number
from t
where source = '{source}' and table_name = '{table}' and file_path = '{path}'
    and content_hash = '{content_hash}' and batch_id < {batch_id} and replay_batch_id is null
"""
_ROWS_OF_FILE = """
select _metadata['row_number'] as row_number
from t where batch_id = {batch_id} and _metadata['file_path'] = '{path}'
"""

Place = tuple[int, str]
"""A batch, and the path of a file in it."""


@dataclass(frozen=True)
class _Quarantined:
    """What the quarantine says of the files of one raw table."""

    rows: Mapping[Place, int]
    hashes: Mapping[Place, str]
    replayed_from: Mapping[Place, int]


@dataclass(frozen=True)
class RawFiles:
    """One raw table, with what lies in the landing folder for it.

    Attributes:
        lake: the lake.
        path: folder of the table.
        name: of the table.
        entry: of the table in the catalogue; None where it has none any more.
        delivered: files of the table in the landing folder.
    """

    lake: Lake
    path: Path
    name: RawName
    entry: DeliveredTable | None
    delivered: Sequence[DeliveredFile]

    def events(self) -> list[Event]:
        """Return an event for every load of a file."""
        quarantined = self._quarantined()
        sql = _LOADED.format(content_hash=_hash_column(self.path))
        rows = delta.query(self.path, sql).to_pylist()
        places = {(int(row["batch_id"]), str(row["file_path"])) for row in rows}
        events = [self._loaded(row, quarantined) for row in rows]
        only_bad = sorted(quarantined.rows.keys() - places)
        events += [self._only_quarantined(place, quarantined) for place in only_bad]
        held = transaction(self.path, self.name)
        events = [self._if_unmarked_replay(event, held) for event in events]
        events = [self._if_unfinished(event, held) for event in events]
        if held > max((event.batch_id or 0 for event in events), default=0):
            key = FileKey(*self._owner, f"(files of batch {held})", "")
            at = delta.from_microseconds(0)
            events.append(Event(key, 0, at, State.RESTORED, held, LOST_BATCH))
        started = min((int(row["loaded_microseconds"]) for row in rows), default=None)
        if started is not None:
            events += self._left_out(events, delta.from_microseconds(started))
        return events

    @property
    def _owner(self) -> tuple[str, str]:
        return self.name.source, self.name.table

    def _key(self, path: str, content_hash: str, at: datetime) -> FileKey:
        is_full = self.entry is not None and self.entry.delivery == "full"
        return FileKey(*self._owner, path, content_hash, at if is_full else None)

    def _loaded(self, row: Mapping[str, object], quarantined: _Quarantined) -> Event:
        path, batch_id = str(row["file_path"]), int(str(row["batch_id"]))
        size, at = int(str(row["file_size"])), _time(row, "modified_microseconds")
        place, count = (batch_id, path), int(str(row["row_count"]))
        known = row["content_hash"] or quarantined.hashes.get(place)
        content_hash = str(known or self._hash_of(path, size, at))
        replay_of = quarantined.replayed_from.get(place)
        bad = 0 if replay_of is not None else quarantined.rows.get(place, 0)
        key = self._key(path, content_hash, at)
        return Event(
            key if replay_of is None else key._replace(replay=batch_id),
            size,
            at,
            State.COMMITTED,
            batch_id,
            REBUILT if content_hash else NO_HASH,
            rows_read=count + bad,
            rows_loaded=count,
            rows_quarantined=bad,
            replay_of=replay_of,
            committed_at=_time(row, "loaded_microseconds"),
        )

    def _only_quarantined(self, place: Place, quarantined: _Quarantined) -> Event:
        """Return the event of a file without a row, of which only the quarantine tells."""
        batch_id, path = place
        content_hash = quarantined.hashes[place]
        same = [f for f in self.delivered if (f.path, f.content_hash) == (path, content_hash)]
        size, at = (same[0].size, same[0].modified_at) if same else (0, delta.from_microseconds(0))
        bad = quarantined.rows[place]
        key = self._key(path, content_hash, at)
        event = Event(key, size, at, State.COMMITTED, batch_id, REBUILT)
        return event._replace(rows_read=bad, rows_quarantined=bad)

    def _hash_of(self, path: str, size: int, at: datetime) -> str:
        """Return the hash of a file that still lies there as it was loaded, or nothing."""
        same = (f for f in self.delivered if (f.path, f.size, f.modified_at) == (path, size, at))
        return next((file.content_hash for file in same), "")

    def _if_unmarked_replay(self, event: Event, held: int) -> Event:
        """Return a replay as planned if it was interrupted before the quarantine knew of it.

        Only the last batch can have been. A replay takes no other records of a file than those
        that wait; the oldest load of which they do is the one it took them from.
        """
        quarantine = self.lake.ops_table(quarantine_table.NAME)
        if not self._may_be_unfinished(event, held) or not is_delta_table(quarantine):
            return event
        key, loaded = event.key, self._row_numbers(event)
        waiting = delta.query(
            quarantine,
            _WAITING_OF_FILE.format(
                source=delta.escaped(key.source),
                table=delta.escaped(key.table),
                path=delta.escaped(key.path),
                content_hash=delta.escaped(key.content_hash),
                batch_id=held,
            ),
            quarantine_table.SCHEMA,
        )
        by_batch: dict[int, set[int]] = {}
        for row in waiting.to_pylist():
            by_batch.setdefault(int(row["batch_id"]), set()).add(int(row["record_number"]))
        origin = next((batch for batch in sorted(by_batch) if loaded <= by_batch[batch]), None)
        if origin is None or not loaded:
            return event
        planned = event._replace(key=key._replace(replay=held), replay_of=origin)
        return planned._replace(state=State.PLANNED, committed_at=None)

    def _may_be_unfinished(self, event: Event, held: int) -> bool:
        """Tell whether an event is of the last batch, and the quarantine knows nothing of that."""
        stream_holds = delta.last_batch(
            self.lake.ops_table(quarantine_table.NAME), quarantine_table.stream_of(self.name.name)
        )
        return event.batch_id == held > stream_holds and event.key.replay is None

    def _row_numbers(self, event: Event) -> set[int]:
        """Return the numbers of a file's records that its batch brought into the raw table."""
        path = delta.escaped(event.key.path)
        sql = _ROWS_OF_FILE.format(batch_id=event.batch_id, path=path)
        return {int(row["row_number"]) for row in delta.query(self.path, sql).to_pylist()}

    def _if_unfinished(self, event: Event, held: int) -> Event:
        """Return a file as planned if its batch was interrupted before its quarantine was written.

        Only the last batch can have been, and only a file that is still there can tell, read by the
        options that it was loaded with: by others, records that are loaded may be misfits.
        """
        key = event.key
        if self.entry is None or not self._may_be_unfinished(event, held):
            return event
        there = (
            f for f in self.delivered if (f.path, f.content_hash) == (key.path, key.content_hash)
        )
        file = next(there, None)
        if file is None:
            return event
        try:
            checked = judge_of(self.entry, self.lake, uncounted).read(file)
        except (UnreadableFileError, FileNotFoundError):
            return event
        bad = len(checked.rejected)
        if not bad or checked.rows_loaded != event.rows_loaded:
            return event
        loaded = self._row_numbers(event)
        if any(rejected.record_number in loaded for rejected in checked.rejected):
            return event
        planned = event._replace(state=State.PLANNED, rows_read=checked.rows_read)
        return planned._replace(rows_quarantined=bad, committed_at=None)

    def _left_out(self, events: Iterable[Event], started: datetime) -> list[Event]:
        """Return what was there before the first run, of a table that leaves such files out."""
        if self.entry is None or self.entry.options.include_existing_files:
            return []
        known = {(event.key.path, event.key.content_hash) for event in events}
        return [
            event_of(file, State.LEFT_OUT, EXISTING)
            for file in self.delivered
            if (file.path, file.content_hash) not in known and _was_there(file, started)
        ]

    def _quarantined(self) -> _Quarantined:
        path = self.lake.ops_table(quarantine_table.NAME)
        rows, hashes, replayed = dict[Place, int](), dict[Place, str](), dict[Place, int]()
        if not is_delta_table(path):
            return _Quarantined(rows, hashes, replayed)
        source, table = (delta.escaped(name) for name in self._owner)
        sql = _QUARANTINED.format(source=source, table=table)
        for row in delta.query(path, sql, quarantine_table.SCHEMA).to_pylist():
            batch_id, file_path = int(row["batch_id"]), str(row["file_path"])
            place = (batch_id, file_path)
            rows[place] = rows.get(place, 0) + int(row["row_count"])
            hashes[place] = str(row["content_hash"])
            if row["replay_batch_id"] is not None:
                again = (int(row["replay_batch_id"]), file_path)
                replayed[again], hashes[again] = batch_id, hashes[place]
        return _Quarantined(rows, hashes, replayed)


def _hash_column(path: Path) -> str:
    """Return the SQL of a raw row's content hash: tables of version 1 have none."""
    field = next((f for f in DeltaTable(path).schema().fields if f.name == METADATA), None)
    inner = field.type.fields if field and isinstance(field.type, StructType) else []
    there = any(one.name == "content_hash" for one in inner)
    return f"{METADATA}['content_hash']" if there else "cast(null as varchar)"


def _was_there(file: DeliveredFile, at: datetime) -> bool:
    """Tell whether a file lay in the landing folder at a time.

    Whoever delivers a file can give it an older time, as a copy does; the time of its last change,
    which the system keeps, nobody can.
    """
    changed = file.status and delta.from_microseconds(file.status.st_ctime_ns // 1000)
    return file.modified_at < at and (changed is None or changed < at)


def _time(row: Mapping[str, object], column: str) -> datetime:
    return delta.from_microseconds(int(str(row[column])))
