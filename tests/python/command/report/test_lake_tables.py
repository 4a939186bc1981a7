"""Rows, size, version and age of a lake's tables, from their logs."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from command.report.lake_tables import layer_of, read_tables, size_on_disk
from saleslake.lake import Lake

_FIELDS: list[pa.Field[pa.DataType]] = [
    pa.field("id", pa.int64()),
    pa.field("order_date", pa.date32()),
]
SCHEMA = pa.schema(_FIELDS)


def write(folder: Path, *ids: int) -> None:
    """Append rows whose dates are that many days after 2025-12-31."""
    first = date(2025, 12, 31)
    columns: list[pa.Array[pa.Scalar[pa.DataType]]] = [
        pa.array(ids, pa.int64()),
        pa.array([first + timedelta(days=number) for number in ids], pa.date32()),
    ]
    batch = pa.RecordBatch.from_arrays(columns, schema=SCHEMA)
    rows = pa.RecordBatchReader.from_batches(SCHEMA, [batch])
    write_deltalake(str(folder), rows, mode="append")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    folder = lake.warehouse / "gold" / "fact_sales"
    write(folder, 1, 2)
    write(folder, 5)
    return lake


def test_a_table_s_state(lake: Lake) -> None:
    (table,) = read_tables(lake)
    folder = lake.warehouse / "gold" / "fact_sales"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert (table.layer, table.full_name, table.rows, table.version) == (
        "gold",
        "gold.fact_sales",
        3,
        1,
    )
    assert table.size_bytes == sum(path.stat().st_size for path in files) > 0
    assert table.newest_date == date(2026, 1, 5)
    assert table.changed_at is not None
    assert abs(datetime.now(UTC) - table.changed_at) < timedelta(minutes=1)


def test_rows_that_were_deleted_are_not_counted(lake: Lake) -> None:
    DeltaTable(lake.warehouse / "gold" / "fact_sales").delete("id = 5")
    (table,) = read_tables(lake)
    assert (table.rows, table.newest_date) == (2, date(2026, 1, 2))


def test_maintenance_is_no_change(lake: Lake) -> None:
    before = read_tables(lake)[0]
    delta = DeltaTable(lake.warehouse / "gold" / "fact_sales")
    delta.optimize.compact()
    delta.vacuum(dry_run=False)
    after = read_tables(lake)[0]
    assert before.version is not None
    assert after.version is not None
    assert after.version > before.version
    assert (after.changed_at, after.rows) == (before.changed_at, before.rows)


def test_a_log_without_row_counts_is_answered_by_the_files(lake: Lake) -> None:
    log = lake.warehouse / "gold" / "fact_sales" / "_delta_log"
    for commit in log.glob("*.json"):
        entries = [json.loads(line) for line in commit.read_text().splitlines()]
        for entry in entries:
            entry.get("add", {}).pop("stats", None)
        commit.write_text("\n".join(map(json.dumps, entries)))
    (table,) = read_tables(lake)
    assert (table.rows, table.newest_date) == (3, None)


def test_a_damaged_table_is_named_and_stops_no_other(lake: Lake) -> None:
    broken = lake.warehouse / "gold" / "dim_customer"
    write(broken, 1)
    next(broken.glob("_delta_log/*.json")).write_text("{not json", encoding="utf-8")
    bad, good = read_tables(lake)
    assert (bad.name, bad.rows) == ("dim_customer", None)
    assert bad.problem
    assert bad.size_bytes == size_on_disk(broken)
    assert (good.name, good.rows, good.problem) == ("fact_sales", 3, None)


def test_tables_are_in_the_order_of_their_layers(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    for folder in (
        lake.raw_table("crm", "cust_info"),
        lake.warehouse / "silver" / "b",
        lake.warehouse / "bronze" / "c",
        lake.warehouse / "seeds" / "a",
        lake.ops_table("ingested_files"),
    ):
        write(folder, 1)
    assert [table.full_name for table in read_tables(lake)] == [
        "raw_crm.cust_info",
        "bronze.c",
        "silver.b",
        "seeds.a",
        "ops.ingested_files",
    ]


@pytest.mark.parametrize(
    ("schema", "layer"), [("raw_web_shop", "raw"), ("snapshots", "snapshots"), ("other", "ops")]
)
def test_layers(schema: str, layer: str) -> None:
    assert layer_of(schema) == layer
