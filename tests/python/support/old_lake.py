"""A lake as an older version left it: tables without the columns that came later."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

LEDGER_OF_VERSION_1 = [
    "sequence",
    "batch_id",
    "run_id",
    "source",
    "table_name",
    "file_path",
    "file_name",
    "file_size",
    "file_modified_at",
    "content_hash",
    "state",
    "reason",
    "rows_read",
    "rows_loaded",
    "rows_quarantined",
    "recorded_at",
]
QUARANTINE_OF_VERSION_1 = [
    "source",
    "table_name",
    "file_path",
    "record_number",
    "line_number",
    "reason_code",
    "reason",
    "raw_record",
    "content_hash",
    "batch_id",
    "quarantined_at",
]


def keep_columns(path: Path, names: Collection[str], streams: Collection[str] = ()) -> None:
    """Write a Delta table anew with some of its columns, and the transactions of some streams."""
    table = DeltaTable(path)
    rows: pa.Table = table.to_pyarrow_table().select(list(names))
    _replace(path, table, rows, streams)


def drop_field(path: Path, column: str, field: str, streams: Collection[str]) -> None:
    """Write a Delta table anew without one field of a struct."""
    table = DeltaTable(path)
    rows: pa.Table = table.to_pyarrow_table()
    place = rows.schema.get_field_index(column)
    whole = rows.column(column)
    kept = [one.name for one in rows.schema.field(column).type if one.name != field]
    old = pc.make_struct(*(pc.struct_field(whole, [name]) for name in kept), field_names=kept)
    _replace(path, table, rows.set_column(place, column, old), streams)


def _replace(path: Path, table: DeltaTable, rows: pa.Table, streams: Collection[str]) -> None:
    last = {stream: table.transaction_version(stream) for stream in streams}
    shutil.rmtree(path)
    transactions = [Transaction(name, number) for name, number in last.items() if number]
    properties = CommitProperties(app_transactions=transactions)
    write_deltalake(path, rows, commit_properties=properties)
