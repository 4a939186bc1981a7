"""The statements that make an engine know the lake's tables."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from deltalake import write_deltalake

from engine.attach import attach, create_statement
from saleslake.lake import Lake, LakeTable


class Recorder:
    """A session that only writes down what it is asked to run."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def sql(self, sqlQuery: str) -> object:  # noqa: N803
        self.statements.append(sqlQuery)
        return None


def statement(tmp_path: Path, fields: list[pa.Field[pa.DataType]]) -> str:
    path = tmp_path / "it's here"
    write_deltalake(path, pa.schema(fields).empty_table())
    return create_statement(LakeTable("gold", "odd`name", path))


def test_columns_types_and_nullability(tmp_path: Path) -> None:
    sql = statement(
        tmp_path,
        [
            pa.field("id", pa.int64(), nullable=False),
            pa.field("n", pa.int32()),
            pa.field("amount", pa.decimal128(18, 4)),
            pa.field("at", pa.timestamp("us", tz="UTC")),
            pa.field("meta", pa.struct([pa.field("file_path", pa.string())])),
        ],
    )
    assert sql.startswith("create table if not exists `gold`.`odd``name` (")
    assert (
        "(`id` bigint not null, `n` int, `amount` decimal(18,4), `at` timestamp, "
        "`meta` struct<`file_path`: string>)" in sql
    )
    assert sql.endswith(r"it\'s here'")


def test_a_table_with_an_array_is_attached_without_columns(tmp_path: Path) -> None:
    sql = statement(tmp_path, [pa.field("tags", pa.list_(pa.string()))])
    assert "odd``name` using delta" in sql


def test_attach_creates_schemas_in_the_lake_and_every_table(tmp_path: Path) -> None:
    lake, session = Lake(tmp_path), Recorder()
    rows = pa.table({"a": [1]})
    write_deltalake(lake.raw_table("crm", "cust_info"), rows)
    write_deltalake(lake.warehouse / "gold" / "dim_date", rows)
    assert attach(session, lake) == 2
    location = f"location '{lake.warehouse / 'silver'}'"
    assert f"create database if not exists `silver` {location}" in session.statements
    created = {line.split(" (")[0] for line in session.statements if "create table" in line}
    assert created == {
        "create table if not exists `gold`.`dim_date`",
        "create table if not exists `raw_crm`.`cust_info`",
    }
