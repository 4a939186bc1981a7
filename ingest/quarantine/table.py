"""The quarantine: every record that does not fit its file, raw, with its place and the reason."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable

from ingest import delta
from ingest.ledger.table import FileKey
from ingest.quarantine.closing import DISMISSED, NEWER_CONTENT, SUPERSEDED
from ingest.readers.base import RejectedRecord

NAME = "quarantined_records"

_FIELDS: list[pa.Field[pa.DataType]] = [
    pa.field("source", pa.string()),
    pa.field("table_name", pa.string()),
    pa.field("file_path", pa.string()),
    pa.field("record_number", pa.int64()),
    pa.field("line_number", pa.int64()),
    pa.field("reason_code", pa.string()),
    pa.field("reason", pa.string()),
    pa.field("raw_record", pa.string()),
    pa.field("content_hash", pa.string()),
    pa.field("batch_id", pa.int64()),
    pa.field("quarantined_at", delta.TIMESTAMP),
    # Since version 2; a quarantine that is older gets them with its next run.
    pa.field("byte_offset", pa.int64()),
    pa.field("file_columns", pa.string()),  # JSON: what a replay needs instead of the file's header
    pa.field("run_id", pa.string()),
    pa.field("replay_batch_id", pa.int64()),
    pa.field("replay_run_id", pa.string()),
    pa.field("replayed_at", delta.TIMESTAMP),
    # Since version 3; likewise.
    pa.field("closing", pa.string()),
    pa.field("closing_reason", pa.string()),
    pa.field("closing_batch_id", pa.int64()),
    pa.field("closing_run_id", pa.string()),
    pa.field("closed_at", delta.TIMESTAMP),
]
SCHEMA = pa.schema(_FIELDS)
UNREPLAYED = "replay_batch_id is null"
WAITS = f"{UNREPLAYED} and closed_at is null"
"""What is true of a record that waits for somebody."""

_OF_TABLE = "source = '{source}' and table_name = '{table}'"
_RECORDS = f"""
select file_path, content_hash, batch_id, record_number, reason_code, raw_record, file_columns
from t where {_OF_TABLE} and {{which}}
order by batch_id, file_path, record_number
"""  # noqa: S608 - constants
_LOADS_WAITING = f"""
select file_path, batch_id, count(*) as records
from t where {_OF_TABLE} and {WAITS} group by file_path, batch_id
"""  # noqa: S608 - constants
CLOSING = ("closing", "closing_reason", "closing_batch_id", "closing_run_id", "closed_at")
"""The columns that say what closed a record."""

_ROWS_OF_BATCH = """
select _metadata['file_path'] as file_path, _metadata['row_number'] as row_number
from t where batch_id = {batch_id}
"""
_DESCRIPTION = "One row per record of a loaded file that does not fit the file's header, as it is."


@dataclass(frozen=True)
class Origin:
    """A load of a file of which records were set aside.

    Attributes:
        source: of its table.
        table: its table's own name.
        path: relative to the landing folder.
        content_hash: SHA-256 of its content.
        batch_id: the batch that it was loaded with.
    """

    source: str
    table: str
    path: str
    content_hash: str
    batch_id: int


@dataclass(frozen=True)
class Waiting:
    """A quarantined record that was not loaded yet; the fields are the table's columns."""

    record_number: int
    reason_code: str
    raw_record: str
    file_columns: str | None


@dataclass(frozen=True)
class Quarantine:
    """The quarantine of one lake.

    Attributes:
        path: folder of its table.
        run_id: of the run that writes.
        now: time of the run, UTC.
    """

    path: Path
    run_id: str
    now: datetime

    def ensure(self) -> None:
        """Create the table where there is none."""
        delta.ensure(self.path, SCHEMA, f"ops.{NAME}", _DESCRIPTION)
        delta.add_columns(self.path, SCHEMA)

    def holds(self, table: str, batch_id: int) -> bool:
        """Say whether a table's batch was written already."""
        return self.last_batch_id(table) >= batch_id

    def last_batch_id(self, table: str) -> int:
        """Return the number of a table's last batch here, 0 before the first."""
        return delta.last_batch(self.path, stream_of(table))

    def write(
        self,
        table: str,
        batch_id: int,
        rejected: Sequence[tuple[FileKey, Sequence[str], RejectedRecord]],
    ) -> None:
        """Append the rejected records of a table's batch, in one commit.

        Args:
            table: source and name.
            batch_id: its number.
            rejected: each with its file and the columns of that.
        """
        rows = [
            {
                "source": key.source,
                "table_name": key.table,
                "file_path": key.path,
                "record_number": record.record_number,
                "line_number": record.line_number,
                "reason_code": record.reason_code,
                "reason": record.reason,
                "raw_record": record.raw_record,
                "content_hash": key.content_hash,
                "batch_id": batch_id,
                "quarantined_at": self.now,
                "byte_offset": record.byte_offset,
                "file_columns": json.dumps(columns, ensure_ascii=False),
                "run_id": self.run_id,
            }
            for key, columns, record in rejected
        ]
        records = pa.RecordBatch.from_pylist(rows, schema=SCHEMA)
        batch = delta.Batch(stream_of(table), batch_id, self.run_id)
        delta.append(self.path, [records], SCHEMA, batch)

    def waiting(
        self, source: str, table: str, *, with_closed: bool = False
    ) -> dict[Origin, list[Waiting]]:
        """Return a table's records that were not loaded yet, by their load and in their order.

        Args:
            source: of the table.
            table: its own name.
            with_closed: also those that are superseded or dismissed.
        """
        which = UNREPLAYED if with_closed else WAITS
        sql = _RECORDS.format(**_names(source, table), which=which)
        found: dict[Origin, list[Waiting]] = {}
        for row in delta.query(self.path, sql, SCHEMA).to_pylist():
            origin = Origin(
                source,
                table,
                str(row["file_path"]),
                str(row["content_hash"]),
                int(row["batch_id"]),
            )
            number, text = int(row["record_number"]), str(row["raw_record"] or "")
            record = Waiting(number, str(row["reason_code"]), text, row["file_columns"])
            found.setdefault(origin, []).append(record)
        return found

    def loads_waiting(self, source: str, table: str) -> dict[tuple[str, int], int]:
        """Return how many records of a table wait, by the path of their file and its batch."""
        rows = delta.query(self.path, _LOADS_WAITING.format(**_names(source, table)), SCHEMA)
        return {
            (str(row["file_path"]), int(row["batch_id"])): int(row["records"])
            for row in rows.to_pylist()
        }

    def close_superseded(self, source: str, table: str, newest: Mapping[str, int]) -> int:
        """Close the records of older loads of some paths; doing it twice is harmless.

        Args:
            source: of the table.
            table: its own name.
            newest: the batch of the newest load of each path.

        Returns:
            How many were closed.
        """
        waiting = self.loads_waiting(source, table) if newest else {}
        older = {
            (path, batch_id): records
            for (path, batch_id), records in waiting.items()
            if batch_id != newest.get(path, batch_id)
        }
        if not older:
            return 0
        by = (SUPERSEDED, NEWER_CONTENT)
        self._close([(source, table, *load, *by, newest[load[0]]) for load in older])
        return sum(older.values())

    def dismiss(self, source: str, table: str, paths: Collection[str], reason: str) -> int:
        """Close the records of some files that wait, because somebody says so.

        Args:
            source: of the table.
            table: its own name.
            paths: of the files.
            reason: kept with each record.

        Returns:
            How many were closed.
        """
        waiting = self.loads_waiting(source, table)
        chosen = {load: records for load, records in waiting.items() if load[0] in paths}
        if chosen:
            self._close([(source, table, *load, DISMISSED, reason, None) for load in chosen])
        return sum(chosen.values())

    def _close(self, loads: Sequence[tuple[str | int | None, ...]]) -> None:
        names = ("source", "table_name", "file_path", "batch_id", *CLOSING[:3])
        when = {"closing_run_id": self.run_id, "closed_at": self.now}
        marked = [{**dict(zip(names, load, strict=True)), **when} for load in loads]
        self._mark(marked, CLOSING, WAITS)

    def mark_replayed(self, raw: Path, batch_id: int, origins: Sequence[Origin]) -> None:
        """Mark the records that a batch of a raw table brought back; doing it twice is harmless.

        Args:
            raw: folder of the raw table, which says which records these are.
            batch_id: the batch of the replay.
            origins: the loads of which it took records; one for each path and content.
        """
        rows = delta.query(raw, _ROWS_OF_BATCH.format(batch_id=batch_id)).to_pylist()
        by_path = {origin.path: origin for origin in origins}
        records = [
            {
                "source": origin.source,
                "table_name": origin.table,
                "file_path": origin.path,
                "content_hash": origin.content_hash,
                "batch_id": origin.batch_id,
                "record_number": int(row["row_number"]),
                "replay_batch_id": batch_id,
                "replay_run_id": self.run_id,
                "replayed_at": self.now,
            }
            for row in rows
            if (origin := by_path.get(str(row["file_path"]))) is not None
        ]
        if not records:
            return
        self._mark(records, ("replay_batch_id", "replay_run_id", "replayed_at"), UNREPLAYED)

    def _mark(
        self, records: Sequence[Mapping[str, object]], marks: Sequence[str], which: str
    ) -> None:
        """Write marks onto the records that have the other values, as far as they are meant."""
        fields = [field for field in SCHEMA if field.name in records[0]]
        source = pa.Table.from_pylist(list(records), schema=pa.schema(fields))
        same = [field.name for field in fields if field.name not in marks]
        meant = [f"t.{condition}" for condition in which.split(" and ")]
        DeltaTable(self.path).merge(
            source,
            " and ".join([*(f"t.{name} = s.{name}" for name in same), *meant]),
            source_alias="s",
            target_alias="t",
        ).when_matched_update({name: f"s.{name}" for name in marks}).execute()


def _names(source: str, table: str) -> dict[str, str]:
    return {"source": delta.escaped(source), "table": delta.escaped(table)}


def stream_of(table: str) -> str:
    """Return the name of a table's stream of batches in the quarantine."""
    return f"saleslake:quarantine:{table}"
