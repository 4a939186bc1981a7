"""Why a file was loaded, left out, set aside or not seen at all, and what the next run will do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from ingest.agreement import require_what_a_run_needs
from ingest.catalogue.tables import Catalogue
from ingest.delta import escaped, from_microseconds, query
from ingest.files.discovery import DeliveredFile, find, listed, read
from ingest.files.hash_cache import open_cache
from ingest.ledger.full_deliveries import NAME as DELIVERIES
from ingest.ledger.full_deliveries import SCHEMA as DELIVERIES_SCHEMA
from ingest.ledger.table import NAME as LEDGER
from ingest.ledger.table import SCHEMA as LEDGER_SCHEMA
from ingest.ledger.table import Ledger, State
from ingest.outlook import NextRun, Outlook
from ingest.planning import key_of
from ingest.quarantine.table import NAME as QUARANTINE
from ingest.quarantine.table import SCHEMA as QUARANTINE_SCHEMA
from ingest.quarantine.table import UNREPLAYED, WAITS
from saleslake.errors import SaleslakeError
from saleslake.lake import Lake, is_delta_table
from saleslake.query import Row

_HISTORY = """
select
    cast(recorded_at as bigint) as recorded_microseconds, state, reason, batch_id, run_id,
    content_hash, file_size, rows_read, rows_loaded, rows_quarantined
from t where file_path = '{path}' order by sequence
"""
_REASONS = f"""
select
    batch_id, reason_code, first_value(reason order by record_number) as reason,
    count(*) as records, min(line_number) as first_line
from t where file_path = '{{path}}' and {WAITS}
group by batch_id, reason_code order by batch_id, first_line
"""  # noqa: S608 - constants
_HELD = """
select * from (
    select
        delivery_name, state, coalesce(reason, '') as reason, delivery_number,
        coalesce(
            delivery_number > max(case when state = 'applied' then delivery_number else 0 end)
                over (partition by table_name),
            false
        ) as is_open,
        file_path,
        row_number() over (partition by file_path order by file_modified_at desc, batch_id desc)
            as age
    from t
)
where file_path = '{path}' and age = 1 and state in ('held_back', 'incomplete')
"""
_CLOSED = f"""
select
    batch_id, closing, closing_reason, closing_batch_id, count(*) as records
from t where file_path = '{{path}}' and {UNREPLAYED} and closed_at is not null
group by batch_id, closing, closing_reason, closing_batch_id order by batch_id, closing
"""  # noqa: S608 - constants


_SCHEMAS = {
    LEDGER: LEDGER_SCHEMA,
    QUARANTINE: QUARANTINE_SCHEMA,
    DELIVERIES: DELIVERIES_SCHEMA,
}


@dataclass(frozen=True)
class FileEvent:
    """One event of a file in the ledger; the fields are the ledger's columns."""

    recorded_at: datetime
    state: str
    reason: str | None
    batch_id: int | None
    run_id: str
    content_hash: str | None
    file_size: int
    rows_read: int
    rows_loaded: int
    rows_quarantined: int


@dataclass(frozen=True)
class QuarantinedRecords:
    """Records of a file that wait in the quarantine for one reason, and the line of the first."""

    batch_id: int
    reason_code: str
    reason: str
    records: int
    first_line: int | None


@dataclass(frozen=True)
class ClosedRecords:
    """Records of a file in the quarantine that wait no more.

    Attributes:
        batch_id: that quarantined them.
        closing: superseded or dismissed.
        reason: why.
        closing_batch_id: the batch that superseded them; None for dismissed ones.
        records: how many.
    """

    batch_id: int
    closing: str
    reason: str
    closing_batch_id: int | None
    records: int


@dataclass(frozen=True)
class HeldDelivery:
    """A full delivery that the file is part of and that does not count.

    Attributes:
        delivery: its file, or its folder.
        state: held_back, or incomplete: its records count and its gaps delete nothing.
        reason: what it lacks.
        is_open: whether no later delivery was applied, so that it can be accepted.
    """

    delivery: str
    state: str
    reason: str
    is_open: bool


@dataclass(frozen=True)
class Explanation:
    """What is known of one file.

    Attributes:
        path: relative to the landing folder.
        table: of which table it is, by the catalogue; None for none.
        is_there: whether it lies in the landing folder.
        size: in bytes; None for a file that is not there.
        modified_at: UTC; None for a file that is not there.
        content_hash: SHA-256; None for a file that is not there or cannot be read.
        will: what the next run will do; see Outlook.
        why: the reason, in one sentence.
        then: what follows; see Outlook.
        events: what the ledger says of the path, the oldest first; content may differ.
        quarantined: its records that wait in the quarantine.
        closed: those that wait there no more.
        held_back: the full delivery of its newest content, if that does not count.
    """

    path: str
    table: str | None
    is_there: bool
    size: int | None
    modified_at: datetime | None
    content_hash: str | None
    will: str
    why: str
    then: str | None
    events: tuple[FileEvent, ...]
    quarantined: tuple[QuarantinedRecords, ...]
    closed: tuple[ClosedRecords, ...] = ()
    held_back: HeldDelivery | None = None


def explain(
    path: str, landing: Path, lake: Lake, catalogue: Catalogue, ledger: Ledger | None
) -> Explanation:
    """Explain one file; nothing is changed.

    Args:
        path: relative to the landing folder.
        landing: the landing folder.
        lake: the lake.
        catalogue: the delivered tables.
        ledger: of the lake; None where nothing has landed yet.
    """
    try:
        file = find(landing / path, landing, catalogue)
    except FileNotFoundError:
        file = None
    outlook = Outlook("nothing", "it is not in the landing folder")
    if file is not None:
        outlook = _outlook(file, landing, lake, catalogue, ledger)
    table = file.table if file else catalogue.table_of(path)
    return Explanation(
        path=path,
        table=table.name if table else None,
        is_there=file is not None,
        size=file.size if file else None,
        modified_at=file.modified_at if file else None,
        content_hash=(file.content_hash or None) if file else None,
        will=outlook.will,
        why=outlook.why,
        then=outlook.then,
        events=tuple(map(_event, _rows(lake.ops_table(LEDGER), _HISTORY, path))),
        quarantined=tuple(map(_records, _rows(lake.ops_table(QUARANTINE), _REASONS, path))),
        closed=tuple(map(_closed, _rows(lake.ops_table(QUARANTINE), _CLOSED, path))),
        held_back=next(map(_held, _rows(lake.ops_table(DELIVERIES), _HELD, path)), None),
    )


def _outlook(
    file: DeliveredFile, landing: Path, lake: Lake, catalogue: Catalogue, ledger: Ledger | None
) -> Outlook:
    """Return what the next run will do with a file, or that it will stop before it."""
    table = file.table
    try:
        require_what_a_run_needs(landing, lake, ledger, [table] if table else [])
    except SaleslakeError as error:
        return Outlook("stop", f"{error.cause} {error.remedy}")
    next_run = NextRun(lake, catalogue, ledger)
    if table is not None and table.delivery == "full" and table.delivery_set == "folder":
        return next_run.outlook(file)  # what the delivery is, its other files say
    before = ledger.state_of(key_of(file)) if ledger else None
    is_held = before is not None and before.state in State.claiming()
    earlier = [] if is_held else _same_content(file, landing, lake, catalogue)
    return next_run.outlooks([*earlier, file])[-1].outlook


def _same_content(
    file: DeliveredFile, landing: Path, lake: Lake, catalogue: Catalogue
) -> list[DeliveredFile]:
    """Return the files of the same content that a run looks at first: it may load one of them."""
    if file.table is None or not file.content_hash:
        return []
    earlier = (
        other
        for other in listed(landing, catalogue.table_of)
        if other.table is file.table and other.path < file.path and other.size == file.size
    )
    hashed = map(partial(read, cache=open_cache(lake)), earlier)
    return [other for other in hashed if other.content_hash == file.content_hash]


def _rows(table: Path, sql: str, path: str) -> list[Row]:
    if not is_delta_table(table):
        return []
    rows = query(table, sql.format(path=escaped(path)), _SCHEMAS[table.name])
    return [Row(values) for values in rows.to_pylist()]


def _event(row: Row) -> FileEvent:
    return FileEvent(
        recorded_at=from_microseconds(row.whole("recorded_microseconds")),
        state=row.text("state"),
        reason=_or_none(row, "reason"),
        batch_id=row.whole("batch_id") or None,
        run_id=row.text("run_id"),
        content_hash=_or_none(row, "content_hash"),
        file_size=row.whole("file_size"),
        rows_read=row.whole("rows_read"),
        rows_loaded=row.whole("rows_loaded"),
        rows_quarantined=row.whole("rows_quarantined"),
    )


def _records(row: Row) -> QuarantinedRecords:
    return QuarantinedRecords(
        batch_id=row.whole("batch_id"),
        reason_code=row.text("reason_code"),
        reason=row.text("reason"),
        records=row.whole("records"),
        first_line=row.whole("first_line") or None,
    )


def _closed(row: Row) -> ClosedRecords:
    return ClosedRecords(
        batch_id=row.whole("batch_id"),
        closing=row.text("closing"),
        reason=row.text("closing_reason"),
        closing_batch_id=row.whole("closing_batch_id") or None,
        records=row.whole("records"),
    )


def _held(row: Row) -> HeldDelivery:
    return HeldDelivery(
        row.text("delivery_name"), row.text("state"), row.text("reason"), row.flag("is_open")
    )


def _or_none(row: Row, column: str) -> str | None:
    return None if row.values[column] is None else row.text(column)
