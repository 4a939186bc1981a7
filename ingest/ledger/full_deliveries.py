"""The table ``ops.full_deliveries``: what each file of a full delivery counts for.

Made anew from the ledger and the raw tables by every run, and written only when it differs, so it
needs no recovery of its own. Silver reads it to know which records count and which keys are gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from ingest import delta
from ingest.catalogue.tables import Catalogue, DeliveredTable
from ingest.ledger.deliveries import Decision, Delivery, DeliveryState, Loss, decide, deliveries_of
from ingest.ledger.table import Event, State, open_ledger
from ingest.names import BATCH_ID, METADATA
from ingest.raw.conversion import Values
from ingest.result import HeldBack
from saleslake.errors import DeliveryError
from saleslake.lake import Lake, is_delta_table

NAME = "full_deliveries"
_DESCRIPTION = "One row per file of a full delivery that was loaded, with what it counts for."
_FIELDS: list[pa.Field[pa.DataType]] = [
    pa.field("table_name", pa.string()),
    pa.field("delivery_id", pa.string()),
    pa.field("delivery_name", pa.string()),
    pa.field("delivery_number", pa.int64()),
    pa.field("delivered_at", delta.TIMESTAMP),
    pa.field("state", pa.string()),
    pa.field("reason", pa.string()),
    pa.field("compared_with", pa.string()),
    pa.field("known_key_count", pa.int64()),
    pa.field("absent_key_count", pa.int64()),
    pa.field("file_path", pa.string()),
    pa.field("file_modified_at", delta.TIMESTAMP),
    pa.field("batch_id", pa.int64()),
]
SCHEMA = pa.schema(_FIELDS)

Row = dict[str, str | int | datetime | None]
Losses = dict[tuple[str, str], Loss]


@dataclass(frozen=True)
class FullDeliveries:
    """The full deliveries of one lake.

    Attributes:
        lake: the lake.
    """

    lake: Lake

    @property
    def path(self) -> Path:
        """Folder of the table."""
        return self.lake.ops_table(NAME)

    def ensure(self) -> None:
        """Create the table where there is none."""
        delta.ensure(self.path, SCHEMA, f"ops.{NAME}", _DESCRIPTION)

    def update(
        self, catalogue: Catalogue, events: Iterable[Event]
    ) -> Mapping[str, Sequence[HeldBack]]:
        """Decide about all full deliveries again and write what changed.

        Args:
            catalogue: which tables are delivered in full.
            events: the latest event of every file.

        Returns:
            By table: the deliveries that do not count, later than the last one that does.
        """
        tables = [table for table in catalogue.tables if table.delivery == "full"]
        if not tables and DeltaTable(self.path).version() == 0:
            return {}
        events, before = list(events), self._read()
        known = _known_losses(before)
        rows: list[Row] = []
        held_back: dict[str, list[HeldBack]] = {}
        for table in tables:
            deliveries, replaced = deliveries_of(events, table)
            keys = Keys(self.lake.raw_table(table.source, table.table), table, known)
            decisions = decide(deliveries, table.largest_deleted_share, keys.loss)
            rows += [row for decision in decisions for row in _rows(table, decision)]
            rows += [_replaced_row(table, event) for event in replaced]
            held_back[table.name] = _open(decisions)
        rows.sort(key=_place)
        if rows != before:
            self._write(rows)
        return held_back

    def keys(self, table: DeliveredTable) -> Keys:
        """Return what counts the keys of a table's deliveries; the lake need not be there."""
        raw = self.lake.raw_table(table.source, table.table)
        return Keys(raw, table, _known_losses(self._read()) if is_delta_table(self.path) else {})

    def _read(self) -> list[Row]:
        # Times as numbers: pyarrow imports pandas, half a second, to make a datetime of them.
        names = ", ".join(
            f"cast({field.name} as bigint) as {field.name}"
            if field.type == delta.TIMESTAMP
            else field.name
            for field in SCHEMA
        )
        rows: list[Row] = delta.query(self.path, f"select {names} from t").to_pylist()  # noqa: S608
        for row in rows:
            for field in SCHEMA:
                if field.type == delta.TIMESTAMP and row[field.name] is not None:
                    row[field.name] = delta.from_microseconds(int(str(row[field.name])))
        return sorted(rows, key=_place)

    def _write(self, rows: Sequence[Row]) -> None:
        batch = pa.RecordBatch.from_pylist(list(rows), schema=SCHEMA)
        reader = pa.RecordBatchReader.from_batches(SCHEMA, [batch])
        write_deltalake(DeltaTable(self.path), reader, mode="overwrite")


@dataclass(frozen=True)
class Keys:
    """Counts keys of deliveries in a raw table, each pair of deliveries once in a lake's life.

    Attributes:
        raw: folder of the raw table.
        table: its entry in the catalogue.
        known: what was counted before; grows.
    """

    raw: Path
    table: DeliveredTable
    known: Losses

    def loss(self, before: Delivery, delivery: Delivery) -> Loss:
        """Count the keys of a delivery, and how many of them the next one lacks."""
        pair = (before.id, delivery.id)
        if pair not in self.known:
            columns = [_quoted(name) for name in self.table.business_key]
            same = " and ".join(f"was.{name} = now.{name}" for name in columns)
            answer = delta.query(
                self.raw,
                f"""
                select count(*) as known, count(*) - count(now.{columns[0]}) as absent
                from ({self._keys_of(before)}) as was
                left join ({self._keys_of(delivery)}) as now on {same}
                """,  # noqa: S608 - names and paths are quoted
            ).to_pylist()[0]
            self.known[pair] = Loss(answer["known"], answer["absent"])
        return self.known[pair]

    def of_files(self, files: Sequence[Event]) -> list[list[Values]]:
        """Return the keys of loaded files as the raw table has them: batches of columns."""
        names = ", ".join(map(_quoted, self.table.business_key))
        sql = f"select distinct {names} from t where {_rows_of(files)}"  # noqa: S608 - quoted
        return [list(batch.columns) for batch in delta.query(self.raw, sql).to_batches()]

    def _keys_of(self, delivery: Delivery) -> str:
        """SQL of a delivery's distinct keys, as delivered but for white space around them."""
        names = [_quoted(name) for name in self.table.business_key]
        texts = [f"coalesce(trim(cast({name} as string)), '')" for name in names]
        parts = ", ".join(f"{text} as {name}" for text, name in zip(texts, names, strict=True))
        blank = " || ".join(texts)
        files = _rows_of(delivery.files)
        return f"select distinct {parts} from t where ({files}) and {blank} <> ''"  # noqa: S608


def _rows_of(files: Iterable[Event]) -> str:
    return " or ".join(
        f"({BATCH_ID} = {file.batch_id} and {METADATA}['file_path'] = {_text(file.key.path)})"
        for file in files
    )


def _place(row: Row) -> tuple[str, int, str, int]:
    """Return what orders the rows; files of no delivery any more have no number."""
    number, batch = row["delivery_number"] or 0, row["batch_id"] or 0
    return str(row["table_name"]), int(str(number)), str(row["file_path"]), int(str(batch))


def _known_losses(rows: Iterable[Row]) -> Losses:
    return {
        (str(row["compared_with"]), str(row["delivery_id"])): Loss(
            int(str(row["known_key_count"])), int(str(row["absent_key_count"]))
        )
        for row in rows
        if row["compared_with"] is not None
    }


def _rows(table: DeliveredTable, decision: Decision) -> list[Row]:
    delivery = decision.delivery
    return [
        {
            "table_name": table.name,
            "delivery_id": delivery.id,
            "delivery_name": delivery.name,
            "delivery_number": decision.number,
            "delivered_at": delivery.delivered_at,
            "state": decision.state.value,
            "reason": decision.reason,
            "compared_with": decision.compared_with,
            "known_key_count": decision.loss.known,
            "absent_key_count": decision.loss.absent,
            **_file_columns(file),
        }
        for file in delivery.files
    ]


def _replaced_row(table: DeliveredTable, event: Event) -> Row:
    row: Row = dict.fromkeys(SCHEMA.names)
    row.update(table_name=table.name, state=DeliveryState.REPLACED.value)
    row.update(delivery_name=event.key.path, **_file_columns(event))
    return row


def _file_columns(event: Event) -> Row:
    return {
        "file_path": event.key.path,
        "file_modified_at": event.file_modified_at,
        "batch_id": event.batch_id,
    }


def _open(decisions: Sequence[Decision]) -> list[HeldBack]:
    """Return the deliveries that somebody has to look at: those after the last applied one."""
    waiting: list[HeldBack] = []
    for decision in decisions:
        if decision.state is DeliveryState.APPLIED:
            waiting = []
            continue
        is_incomplete = decision.state is DeliveryState.INCOMPLETE
        waiting.append(HeldBack(decision.delivery.name, decision.reason or "", is_incomplete))
    return waiting


def _accepted(event: Event) -> Event:
    """Return the next event of an accepted file; where an archived one is stays known."""
    if event.state in State.archived():
        return event.becomes(State.ARCHIVED_ACCEPTED, event.reason)
    return event.becomes(State.ACCEPTED)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def accept(
    lake: Lake, catalogue: Catalogue, name: str, run_id: str, now: datetime
) -> Sequence[HeldBack]:
    """Record that a table's newest delivery that does not count is right; the next run applies it.

    The caller holds the lake's lock.

    Args:
        lake: the lake.
        catalogue: which tables are delivered in full.
        name: source and table, such as ``crm.cust_info``.
        run_id: of this command, for the ledger.
        now: time of this command, UTC.

    Returns:
        What was accepted; the others of the table, older ones, are left as they are.

    Raises:
        DeliveryError: the table is unknown or not delivered in full, or nothing waits.
        LakeVersionError: the lake was written by a newer saleslake.
    """
    full = {table.name: table for table in catalogue.tables if table.delivery == "full"}
    if lake.kind() is None:
        raise DeliveryError(f"The lake {lake.root} holds nothing yet", sorted(full), name)
    if name not in full:
        raise DeliveryError(f"'{name}' is no table with full deliveries", sorted(full), name)
    table = full[name]
    ledger = open_ledger(lake, catalogue, run_id, now)
    deliveries, _ = deliveries_of(ledger.events(), table)
    keys = Keys(lake.raw_table(table.source, table.table), table, {})
    decisions = decide(deliveries, table.largest_deleted_share, keys.loss)
    waiting = _open(decisions)
    if not waiting:
        raise DeliveryError(f"No delivery of {name} waits to be accepted", sorted(full), name)
    newest = next(
        decision.delivery
        for decision in reversed(decisions)
        if decision.state is not DeliveryState.APPLIED
    )
    ledger.record([_accepted(event) for event in newest.files])
    return waiting[-1:]
