"""What a raw table holds, batch by batch, as its rows and its transactions say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder
from deltalake.exceptions import DeltaError

from ingest.catalogue.tables import Catalogue
from ingest.delta import from_microseconds
from ingest.ledger import table as ledger_table
from ingest.ledger.table import Event, FileKey, Ledger, State, open_ledger
from ingest.raw.table import stream_of
from maintenance.history import read_history
from maintenance.tables import RAW
from maintenance.view import readable_view
from saleslake.errors import DamagedTableError
from saleslake.lake import Lake, LakeTable, is_delta_table

_FILES = """
select
    batch_id,
    _metadata['file_path'] as file_path,
    count(*) as row_count,
    max(_metadata['file_size']) as file_size,
    cast(max(_metadata['file_modification_time']) as bigint) as modified_microseconds
from t
where batch_id > {above}
group by 1, 2
order by 1, 2
"""


@dataclass(frozen=True)
class RawName:
    """A raw table as the catalogue names it."""

    source: str
    table: str

    @property
    def name(self) -> str:
        """Source and table, such as ``crm.cust_info``."""
        return f"{self.source}.{self.table}"


def raw_name(table: LakeTable) -> RawName:
    """Return the source and name of a raw table."""
    return RawName(table.schema.removeprefix(RAW), table.name)


def rows_by_batch(path: Path, version: int | None = None) -> dict[int, int]:
    """Return the number of rows of each batch in a version, the newest by default."""
    sql = "select batch_id, count(*) as n from t group by batch_id"
    return {int(row["batch_id"]): int(row["n"]) for row in _query(path, version, sql).to_pylist()}


def transaction(path: Path, table: RawName, version: int | None = None) -> int:
    """Return the last batch that a version had committed, 0 before the first."""
    found = DeltaTable(path, version=version).transaction_version(stream_of(table.name))
    return found or 0


def existing_ledger(lake: Lake, catalogue: Catalogue, now: datetime) -> Ledger | None:
    """Open the ledger of a lake to look at; None where there is none: looking creates nothing.

    Raises:
        DamagedTableError: it cannot be read.
    """
    path = lake.ops_table(ledger_table.NAME)
    if not is_delta_table(path):
        return None
    try:
        return open_ledger(lake, catalogue, "", now)
    except (DeltaError, pa.ArrowException, OSError) as error:
        first_line = (str(error).splitlines() or [""])[0][:200]
        raise DamagedTableError(f"ops.{ledger_table.NAME}", path, first_line) from error


def strangers_to_ledger(path: Path, table: RawName, version: int, above: int) -> list[Event]:
    """Return the files of the batches that the ledger does not know, as loaded.

    Recorded as taken out they make the ledger know that the batch numbers are used: none is ever
    used twice. One without a row stands for a last batch of which no row can be read.

    Args:
        path: folder of the raw table.
        table: its name.
        version: the newest one that can be read.
        above: the highest batch number that the ledger knows.
    """
    with readable_view(path) as view:
        held = transaction(view, table, version)
        if held <= above:
            return []
        found = read_history(view).get(version)
        can_be_read = found is not None and found.is_whole
        rows = _query(view, version, _FILES.format(above=above)).to_pylist() if can_be_read else []
    events = [
        Event(
            key=FileKey(table.source, table.table, str(row["file_path"]), ""),
            file_size=int(row["file_size"]),
            file_modified_at=from_microseconds(int(row["modified_microseconds"])),
            state=State.COMMITTED,
            batch_id=int(row["batch_id"]),
            rows_loaded=int(row["row_count"]),
        )
        for row in rows
    ]
    if max((event.batch_id or 0 for event in events), default=0) < held:
        nameless = FileKey(table.source, table.table, f"(files of batch {held})", "")
        at = from_microseconds(0)
        events.append(Event(nameless, 0, at, State.COMMITTED, held))
    return events


def _query(path: Path, version: int | None, sql: str) -> pa.Table:
    rows = QueryBuilder().register("t", DeltaTable(path, version=version)).execute(sql)
    return pa.RecordBatchReader.from_stream(rows).read_all()
