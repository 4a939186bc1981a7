"""Compares gold row by row: the parity of engines, and of different ways to the same lake."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa
from deltalake import DeltaTable

from saleslake.lake import Lake

RUN_METADATA = {"batch_id", "built_from_batch_id", "ingestion_timestamp", "updated_at"}
"""Columns that say how a lake was made, not what is true."""
RELATIVE_TOLERANCE = 1e-9

Cell = object
Rows = list[tuple[Cell, ...]]


def gold_tables(lake: Lake) -> list[str]:
    """Names of the gold tables that a lake holds."""
    return [table.name for table in lake.tables() if table.schema == "gold"]


def read(lake: Lake, name: str, schema: str = "gold") -> tuple[list[str], Rows]:
    """Read a table without run metadata: its columns in order of name, and its rows sorted."""
    delta = DeltaTable(lake.warehouse / schema / name)
    columns = sorted({field.name for field in delta.schema().fields} - RUN_METADATA)
    table: pa.Table = delta.to_pyarrow_table(columns=columns)
    rows = list(zip(*(table[column].to_pylist() for column in columns), strict=True))
    return columns, sorted(rows, key=lambda row: tuple(str(cell) for cell in row))


def assert_equal_gold(left: Lake, right: Lake) -> None:
    """Fail unless both lakes hold the same gold tables with the same rows."""
    assert gold_tables(left) == gold_tables(right)
    for name in gold_tables(left):
        assert_equal_tables(name, read(left, name), read(right, name))


def assert_equal_tables(
    name: str, left: tuple[list[str], Rows], right: tuple[list[str], Rows]
) -> None:
    """Fail, naming table, column and both values, unless two tables are equal."""
    assert left[0] == right[0], f"{name}: columns differ"
    assert len(left[1]) == len(right[1]), f"{name}: {len(left[1])} and {len(right[1])} rows"
    for one, other in zip(left[1], right[1], strict=True):
        for column, a, b in zip(left[0], one, other, strict=True):
            assert same(a, b), f"{name}.{column}: {a!r} and {b!r}"


def same(a: Cell, b: Cell) -> bool:
    """Doubles within a relative tolerance, all else exactly."""
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=RELATIVE_TOLERANCE) or (math.isnan(a) and math.isnan(b))
    return a == b


def total(lake: Lake, name: str, column: str) -> Decimal:
    """Sum of a column of a gold table."""
    columns, rows = read(lake, name)
    place = columns.index(column)
    return sum((Decimal(str(row[place])) for row in rows), Decimal(0))


def keyed(columns: Sequence[str], rows: Rows, key: str) -> dict[Cell, dict[str, Cell]]:
    """Rows as mappings, by one of their columns."""
    place = list(columns).index(key)
    return {row[place]: dict(zip(columns, row, strict=True)) for row in rows}
