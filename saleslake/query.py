"""Small SQL questions to a lake's Delta tables, answered by delta-rs without starting an engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder


@dataclass(frozen=True)
class Row:
    """One row of an answer; each method reads a column as one type."""

    values: Mapping[str, object]

    def text(self, column: str) -> str:
        """Return a text, ``Unknown`` for null."""
        value = self.values[column]
        return "Unknown" if value is None else str(value)

    def whole(self, column: str) -> int:
        """Return a whole number, 0 for null."""
        return int(str(self.values[column] or 0))

    def amount(self, column: str) -> Decimal:
        """Return an amount without trailing zeros, 0 for null."""
        amount = Decimal(str(self.values[column] or 0)).normalize()
        return amount.quantize(Decimal(1)) if amount == amount.to_integral() else amount

    def flag(self, column: str) -> bool:
        """Return a boolean, false for null and for a column that is not there."""
        return bool(self.values.get(column))

    def day(self, column: str) -> date:
        """Return a date.

        Raises:
            TypeError: the column is null or no date.
        """
        value = self.values[column]
        if not isinstance(value, date):
            raise TypeError(f"{column} is no date")
        return value


class LakeQuery:
    """A few Delta tables under SQL names; the dialect is DataFusion's."""

    def __init__(self, tables: Mapping[str, Path]) -> None:
        self._builder = QueryBuilder()
        for name, path in tables.items():
            self._builder.register(name, DeltaTable(path))

    def rows(self, sql: str) -> list[Row]:
        """Run a query and return all its rows."""
        # Through the Arrow stream: pa.table() would import pandas, a whole second.
        stream = pa.RecordBatchReader.from_stream(self._builder.execute(sql))
        return [Row(values) for values in stream.read_all().to_pylist()]
