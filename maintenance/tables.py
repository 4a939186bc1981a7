"""Finds the lake and the table that a command names, and says so where there is none."""

from __future__ import annotations

from pathlib import Path

from saleslake.errors import LakeMissingError, UnknownTableError
from saleslake.lake import Lake, LakeTable

RAW = "raw_"
"""What the schema of a raw table starts with; the rest is its source."""

SNAPSHOTS = "snapshots"
"""The schema of dbt's snapshots."""


def existing_lake(root: Path) -> Lake:
    """Return a lake that is there, without creating anything.

    Raises:
        LakeMissingError: there is none.
        LakeVersionError: it was written by a newer saleslake, or its marker is damaged.
    """
    lake = Lake(root)
    if lake.kind() is None and not lake.tables():
        raise LakeMissingError(root)
    return lake


def find_table(lake: Lake, name: str) -> LakeTable:
    """Return a table by its name, such as ``gold.dim_customer``.

    Raises:
        UnknownTableError: the lake has none of that name; suggests the nearest.
    """
    tables = {table.full_name: table for table in lake.tables()}
    if name not in tables:
        raise UnknownTableError(lake.root, name, list(tables))
    return tables[name]


def is_raw(table: LakeTable, lake: Lake) -> bool:
    """Tell whether ingest wrote it from delivered files."""
    return table.path.is_relative_to(lake.raw)


def is_ops(table: LakeTable, lake: Lake) -> bool:
    """Tell whether it is one of ingest's own tables, such as the ledger."""
    return table.path.is_relative_to(lake.ops)


def is_history(table: LakeTable) -> bool:
    """Tell whether it records what was seen when: no build makes it again from raw."""
    return table.schema == SNAPSHOTS


def table_of_name(lake: Lake, name: str) -> LakeTable:
    """Return where a table of this name lies, or would lie, whether it is there or not."""
    schema, _, table = name.partition(".")
    if schema.startswith(RAW):
        return LakeTable(schema, table, lake.raw_table(schema.removeprefix(RAW), table))
    folder = lake.ops_table(table) if schema == lake.ops.name else lake.warehouse / schema / table
    return LakeTable(schema, table, folder)
