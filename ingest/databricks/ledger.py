"""The ledger of Unity Catalog: the same events and rows as on a laptop, by Spark SQL.

A batch is recorded as planned before anything of it is written, and as committed after all of it
is. What an interruption left between the two is seen in the raw table, whose append is one commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from ingest.catalogue.tables import DeliveredTable
from ingest.databricks.tables import Names, append, columns_of, literal
from ingest.delta import from_microseconds
from ingest.ledger.events import Event, FileKey, FirstError, State
from ingest.ledger.rows import Life, row_of
from ingest.ledger.table import SCHEMA
from ingest.planning import pending_batches
from saleslake.databricks_errors import LedgerBehindError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

INTERRUPTED = "its batch was interrupted before its records were written; it comes again"
UNREADABLE = "Spark could not read a record of it by the table's columns"

_LATEST = """
select
    file_path, content_hash, file_size, unix_micros(file_modified_at) as modified, state, reason,
    batch_id, rows_read, rows_loaded, rows_quarantined, unix_micros(committed_at) as committed,
    table_version, unix_micros(discovered_at) as discovered, attempts, run_id
from (
    select *, row_number() over (
        partition by file_path, content_hash order by sequence desc
    ) as age
    from {ledger} where {of_table}
)
where age = 1
"""
_NUMBERS = "select max(sequence) as sequence, max(batch_id) as batch_id from {ledger}"
_WRITTEN = """
select true as is_loaded, _metadata.file_path as path, _metadata.content_hash as content_hash,
    count(*) as records
from {raw} where batch_id = {batch_id} group by 1, 2, 3
union all
select false, file_path, content_hash, count(*)
from {quarantine} where {of_table} and batch_id = {batch_id} group by 1, 2, 3
"""

Counts: TypeAlias = Mapping[tuple[str, str], int]
"""Numbers of records by path and hash of their file."""


class _Answer(Protocol):
    """A row of Spark's, by the names of its columns."""

    def __getitem__(self, name: str) -> str | int | None: ...


@dataclass(frozen=True)
class Writing:
    """Who records events.

    Attributes:
        table: whose files they are of.
        names: of the tables.
        run_id: of the run.
        now: time of the run, UTC.
    """

    table: DeliveredTable
    names: Names
    run_id: str
    now: datetime


@dataclass
class Ledger:
    """What the ledger has of one table, and how to add to it.

    Attributes:
        spark: the session.
        writing: who records events.
        latest: the latest event of each file.
        last_batch_id: of the whole lake.
    """

    spark: SparkSession
    writing: Writing
    latest: dict[FileKey, Event] = field(default_factory=dict)
    last_batch_id: int = 0
    _lives: dict[FileKey, Life] = field(default_factory=dict)
    _sequence: int = 0

    def read(self) -> Ledger:
        """Read it, and return itself."""
        ledger, table = self.writing.names.ledger, self.writing.table
        numbers = self.spark.sql(_NUMBERS.format(ledger=ledger)).first()
        self._sequence = int(numbers["sequence"] or 0)
        self.last_batch_id = int(numbers["batch_id"] or 0)
        latest = self.spark.sql(_LATEST.format(ledger=ledger, of_table=_of_table(table)))
        for row in latest.collect():
            event = _event(row, table)
            self.latest[event.key] = event
            discovered = row["discovered"]
            self._lives[event.key] = Life(
                None if discovered is None else from_microseconds(int(discovered)),
                int(row["attempts"] or 1),
                str(row["run_id"]),
            )
        return self

    def record(self, events: Iterable[Event]) -> None:
        """Append events, in one commit; none are no commit."""
        rows: list[tuple[str | int | datetime | None, ...]] = []
        writing = self.writing
        for event in events:
            self._sequence += 1
            life = Life.of(self._lives.get(event.key), writing.run_id, writing.now)
            self._lives[event.key] = life
            self.latest[event.key] = event
            row = row_of(event, life, self._sequence, writing.now)
            rows.append(tuple(row[name] for name in SCHEMA.names))
        if rows:
            frame = self.spark.createDataFrame(rows, columns_of(SCHEMA))
            append(frame, writing.names.ledger)

    def committed(self, batch_id: int, planned: Iterable[Event], version: int | None) -> None:
        """Record that all of a batch is written, with what is in the tables of each file.

        Args:
            batch_id: its number.
            planned: the events of its files.
            version: the raw table's that brought it; None where that is not known any more.
        """
        loaded, set_aside = self._written(batch_id)
        events: list[Event] = []
        for event in planned:
            place = event.key.path, event.key.content_hash
            good, bad = loaded.get(place, 0), set_aside.get(place, 0)
            done = event.becomes(State.COMMITTED)._replace(
                rows_read=good + bad,
                rows_loaded=good,
                rows_quarantined=bad,
                committed_at=self.writing.now,
                table_version=version,
                first_error=FirstError(UNREADABLE) if bad else None,
            )
            events.append(done)
        self.record(events)

    def finish(self) -> None:
        """Finish what an interrupted run left: each of its batches is whole, or is undone.

        Raises:
            LedgerBehindError: the raw table has a batch that this ledger never planned.
        """
        names, table = self.writing.names, self.writing.table
        newest = f"select max(batch_id) as batch_id from {names.raw(table)}"  # noqa: S608 - ours
        in_table = int(self.spark.sql(newest).first()["batch_id"] or 0)
        known = max((event.batch_id or 0 for event in self.latest.values()), default=0)
        if in_table > known:
            raise LedgerBehindError(
                table.name, names.ledger, table_batch=in_table, ledger_batch=known
            )
        pending = pending_batches(self.latest.values()).get((table.source, table.table), {})
        for batch_id, planned in pending.items():
            # Its quarantine was written before it.
            if self._written(batch_id)[0]:
                self.committed(batch_id, planned, None)
                continue
            of_batch = f"{_of_table(table)} and batch_id = {batch_id}"
            self.spark.sql(f"delete from {names.quarantine} where {of_batch}")  # noqa: S608 - ours
            self.record(event.becomes(State.SET_ASIDE, INTERRUPTED) for event in planned)

    def _written(self, batch_id: int) -> tuple[Counts, Counts]:
        """Return the records of a batch in the raw table, and those in the quarantine."""
        names, table = self.writing.names, self.writing.table
        question = _WRITTEN.format(
            raw=names.raw(table),
            quarantine=names.quarantine,
            of_table=_of_table(table),
            batch_id=batch_id,
        )
        loaded: dict[tuple[str, str], int] = {}
        set_aside: dict[tuple[str, str], int] = {}
        for row in self.spark.sql(question).collect():
            place = str(row["path"]), row["content_hash"] or ""
            (loaded if row["is_loaded"] else set_aside)[place] = int(row["records"])
        return loaded, set_aside


def _of_table(table: DeliveredTable) -> str:
    return f"source = {literal(table.source)} and table_name = {literal(table.table)}"


def _event(row: _Answer, table: DeliveredTable) -> Event:
    """Return the event of a row of _LATEST."""

    def number(name: str) -> int:
        return int(row[name] or 0)

    def optional(name: str) -> int | None:
        return None if row[name] is None else number(name)

    committed = optional("committed")
    key = FileKey(table.source, table.table, str(row["file_path"]), str(row["content_hash"] or ""))
    return Event(
        key=key,
        file_size=number("file_size"),
        file_modified_at=from_microseconds(number("modified")),
        state=State(str(row["state"])),
        batch_id=optional("batch_id"),
        reason=None if row["reason"] is None else str(row["reason"]),
        rows_read=number("rows_read"),
        rows_loaded=number("rows_loaded"),
        rows_quarantined=number("rows_quarantined"),
        committed_at=None if committed is None else from_microseconds(committed),
        table_version=optional("table_version"),
    )
