"""Why a file was loaded, left out, set aside or not seen at all, and what the next run will do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingest.catalogue import Catalogue, DeliveredTable
from ingest.delta import from_microseconds
from ingest.discovery import DeliveredFile, find
from ingest.ledger import NAME as LEDGER
from ingest.ledger import Ledger, State
from ingest.planning import Held, held_by_table, key_of, sort, verdict
from ingest.quarantine import NAME as QUARANTINE
from ingest.readers import reader_of
from ingest.readers.base import CheckedFile, UnreadableFileError
from saleslake.lake import Lake, is_delta_table
from saleslake.query import LakeQuery, Row

_HISTORY = """
select
    cast(recorded_at as bigint) as recorded_microseconds, state, reason, batch_id, run_id,
    content_hash, file_size, rows_read, rows_loaded, rows_quarantined
from t where file_path = '{path}' order by sequence
"""
_REASONS = """
select
    batch_id, reason_code, min(reason) as reason, count(*) as records,
    min(line_number) as first_line
from t where file_path = '{path}' group by batch_id, reason_code order by batch_id, first_line
"""


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
    """Records of a file that were set aside for one reason, and the line of the first."""

    batch_id: int
    reason_code: str
    reason: str
    records: int
    first_line: int | None


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
        will: what the next run will do: load, nothing, set_aside, leave_out, skip, finish or retry.
        why: the reason, in one sentence.
        events: what the ledger says of the path, the oldest first; content may differ.
        quarantined: its records that were set aside.
    """

    path: str
    table: str | None
    is_there: bool
    size: int | None
    modified_at: datetime | None
    content_hash: str | None
    will: str
    why: str
    events: tuple[FileEvent, ...]
    quarantined: tuple[QuarantinedRecords, ...]


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
    if file is None:
        will, why = "nothing", "it is not in the landing folder"
    else:
        will, why = _next(file, ledger)
    table = file.table if file else catalogue.table_of(path)
    return Explanation(
        path=path,
        table=table.name if table else None,
        is_there=file is not None,
        size=file.size if file else None,
        modified_at=file.modified_at if file else None,
        content_hash=(file.content_hash or None) if file else None,
        will=will,
        why=why,
        events=tuple(map(_event, _rows(lake.ops_table(LEDGER), _HISTORY, path))),
        quarantined=tuple(map(_records, _rows(lake.ops_table(QUARANTINE), _REASONS, path))),
    )


def _next(file: DeliveredFile, ledger: Ledger | None) -> tuple[str, str]:
    """Say what the next run will do with a file that is there, and why."""
    held = held_by_table(ledger.events()) if ledger else {}
    table = file.table
    of_table = held.get((table.source, table.table), Held()) if table else Held()
    before = ledger.state_of(key_of(file)) if ledger else None
    found = sort([file], lambda _: before, of_table)
    if found.known and before is not None and before.state is State.PLANNED:
        return "finish", f"batch {before.batch_id} was planned and not finished"
    if found.known and before is not None:
        return "nothing", f"this content was loaded in batch {before.batch_id}"
    if found.duplicates:
        return "skip", "its content was loaded under another path (on_duplicate is skip)"
    if found.unreadable:
        return "set_aside", found.unreadable[0][1]
    if found.ignored:
        return "leave_out" if file.table else "nothing", found.ignored[0][1]
    return _checked(file, table, of_table) if table else ("nothing", file.reason or "")


def _checked(file: DeliveredFile, table: DeliveredTable, held: Held) -> tuple[str, str]:
    stopped = verdict(file, table, held)
    if stopped and stopped[0] is State.DUPLICATE:
        return "skip", "its content was loaded under another path (on_duplicate is skip)"
    if stopped:
        return ("leave_out" if stopped[0] is State.LEFT_OUT else "set_aside"), stopped[1]
    try:
        checked = reader_of(table).check(file.location)
    except UnreadableFileError as error:
        return "set_aside", error.reason
    return ("leave_out", checked.empty) if checked.empty else ("load", _content(checked))


def _content(checked: CheckedFile) -> str:
    told = f"{checked.rows_loaded:,} records can be loaded"
    rejected = len(checked.rejected)
    return f"{told}, {rejected:,} go to the quarantine" if rejected else told


def _rows(table: Path, sql: str, path: str) -> list[Row]:
    if not is_delta_table(table):
        return []
    return LakeQuery({"t": table}).rows(sql.format(path=path.replace("'", "''")))


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


def _or_none(row: Row, column: str) -> str | None:
    return None if row.values[column] is None else row.text(column)
