"""The tables of Unity Catalog that landing writes: dbt's sources, where dbt looks for them.

The columns are those of the lake's tables on a laptop, made from the same schemas.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from ingest.catalogue.tables import DeliveredTable
from ingest.ledger import full_deliveries
from ingest.ledger import table as ledger_table
from ingest.quarantine import table as quarantine_table
from ingest.raw.column_types import name_of
from ingest.raw.columns import declared_columns
from ingest.raw.rows import OWN_FIELDS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

OPS = (
    (ledger_table.NAME, ledger_table.SCHEMA),
    (quarantine_table.NAME, quarantine_table.SCHEMA),
    # Nothing is delivered in full here; silver asks it all the same.
    (full_deliveries.NAME, full_deliveries.SCHEMA),
)


@dataclass(frozen=True)
class Names:
    """The full names of all tables, quoted.

    Attributes:
        catalog: of Unity Catalog, the one that dbt's target names.
    """

    catalog: str

    def raw_schema(self, table: DeliveredTable) -> str:
        """Return the schema of a table's source."""
        return f"{quoted(self.catalog)}.{quoted(f'raw_{table.source}')}"

    def raw(self, table: DeliveredTable) -> str:
        """Return a raw table."""
        return f"{self.raw_schema(table)}.{quoted(table.table)}"

    @property
    def ops_schema(self) -> str:
        """The schema of what ingest knows of its own work."""
        return f"{quoted(self.catalog)}.`ops`"

    @property
    def ledger(self) -> str:
        """The ledger."""
        return f"{self.ops_schema}.{quoted(ledger_table.NAME)}"

    @property
    def quarantine(self) -> str:
        """The quarantine."""
        return f"{self.ops_schema}.{quoted(quarantine_table.NAME)}"


def quoted(identifier: str) -> str:
    """Quote an identifier for Spark SQL."""
    return "`" + identifier.replace("`", "``") + "`"


def spark_type(data_type: pa.DataType) -> str:
    """Return what Spark SQL calls a type of our tables."""
    if isinstance(data_type, pa.StructType):
        fields = (f"{quoted(field.name)}: {spark_type(field.type)}" for field in data_type)
        return f"struct<{', '.join(fields)}>"
    return name_of(data_type)


def columns_of(fields: Iterable[pa.Field[pa.DataType]]) -> str:
    """Return columns as Spark SQL declares them."""
    return ", ".join(f"{quoted(field.name)} {spark_type(field.type)}" for field in fields)


def ensure_ops(spark: SparkSession, names: Names) -> None:
    """Create what is missing of ``ops``."""
    spark.sql(f"create schema if not exists {names.ops_schema}")
    for name, schema in OPS:
        _create(spark, f"{names.ops_schema}.{quoted(name)}", columns_of(schema))


def ensure_raw(spark: SparkSession, names: Names, table: DeliveredTable) -> None:
    """Create a raw table where there is none, with the columns that the catalogue knows."""
    spark.sql(f"create schema if not exists {names.raw_schema(table)}")
    columns = columns_of([*declared_columns(table), *OWN_FIELDS])
    _create(spark, names.raw(table), columns, f"comment {literal(table.description)}")


def append(rows: DataFrame, name: str) -> None:
    """Append rows to a table by the names of their columns, in one commit; new ones are added."""
    writer = rows.write.format("delta").mode("append").option("mergeSchema", "true")
    writer.saveAsTable(name)


def literal(text: str) -> str:
    """Return a text as Spark SQL writes it; with Delta's parser a query takes no parameters."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _create(spark: SparkSession, name: str, columns: str, rest: str = "") -> None:
    spark.sql(f"create table if not exists {name} ({columns}) using delta {rest}")
