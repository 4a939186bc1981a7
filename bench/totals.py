"""Totals of a table, by which two sides are seen to hold the same rows.

For every table the number of rows; for gold the sum of every exact number, and the least and the
greatest of every text and date. Doubles are left out: engines add them up in different orders.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from deltalake import DeltaTable
from deltalake.schema import PrimitiveType

from saleslake.lake import Lake

RUN_METADATA = {"batch_id", "ingestion_timestamp", "updated_at", "file_modified_at"}
"""Columns that say how a table was made, not what is true."""

Totals = dict[str, dict[str, str]]
"""Value by what was asked (``sum(sales_amount)``), by table (``gold.fact_sales``)."""


@dataclass(frozen=True)
class TotalsQuery:
    """What is asked of one table; the expressions mean the same in DuckDB and DataFusion."""

    schema: str
    table: str
    expressions: tuple[str, ...]

    @property
    def name(self) -> str:
        """Schema and table."""
        return f"{self.schema}.{self.table}"

    def sql(self, relation: str) -> str:
        """Return the query, given how the table is called."""
        named = [f"{text} as value_{place}" for place, text in enumerate(self.expressions)]
        return f"select {', '.join(named)} from {relation}"  # noqa: S608 (names of our own tables)


OF_THE_LEDGER = {"silver_conformed__files_delivered"}
"""Models of what ingest did, and not of the data: the other side keeps no ledger."""


def totals_queries(lake: Lake) -> list[TotalsQuery]:
    """Return what to ask of every table that dbt built in a lake."""
    tables = [
        table
        for table in lake.tables()
        if table.path.is_relative_to(lake.warehouse) and table.name not in OF_THE_LEDGER
    ]
    return [
        TotalsQuery(
            table.schema,
            table.name,
            expressions(_columns(DeltaTable(table.path)) if table.schema == "gold" else {}),
        )
        for table in tables
    ]


def _columns(table: DeltaTable) -> dict[str, str]:
    """Return the Delta type of every column that holds one value."""
    fields = table.schema().fields
    return {
        field.name: field.type.type for field in fields if isinstance(field.type, PrimitiveType)
    }


def expressions(columns: dict[str, str]) -> tuple[str, ...]:
    """Return what to ask of a table, by its columns' Delta types."""
    asked = ["count(*)"]
    for name, type_ in columns.items():
        if name in RUN_METADATA:
            continue
        if type_ in ("long", "integer", "short", "byte") or type_.startswith("decimal"):
            asked.append(f"sum({name})")
        elif type_ in ("string", "date"):
            asked += [f"min({name})", f"max({name})"]
        elif type_ == "boolean":
            asked.append(f"sum(case when {name} then 1 else 0 end)")
    return tuple(asked)


def comparable(value: str | None) -> str:
    """Return a value as text that is the same however an engine pads its decimals."""
    if value is None:
        return "null"
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    return f"{number.normalize():f}" if number.is_finite() else value


def totals(queries: list[TotalsQuery], answers: list[list[str | None]]) -> Totals:
    """Join questions and answers."""
    return {
        query.name: dict(zip(query.expressions, map(comparable, answer), strict=True))
        for query, answer in zip(queries, answers, strict=True)
    }
