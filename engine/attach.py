"""Makes a fresh in-memory catalogue know the lake's Delta tables.

The columns are written out from the Delta log: without them Sail reports none, and dbt's column
look-ups, schema changes and catalog.json come out empty (measured on pysail 0.7.2).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from deltalake import DeltaTable, Field
from deltalake.exceptions import DeltaError
from deltalake.schema import ArrayType, MapType, PrimitiveType, StructType, VariantType

from saleslake.errors import DamagedTableError
from saleslake.lake import Lake, LakeTable, newest_commit

SCHEMAS = ["bronze", "silver", "gold", "seeds", "snapshots", "ops"]
"""Schemas that always exist, so that dbt finds them in a lake that holds no such table yet."""

ATTACH_THREADS = 4

_SPARK_NAMES = {"long": "bigint", "integer": "int", "short": "smallint", "byte": "tinyint"}

DeltaType = PrimitiveType | StructType | ArrayType | MapType | VariantType


class SqlSession(Protocol):
    """The one method of a Spark session, classic or Connect, that attaching needs."""

    def sql(self, sqlQuery: str) -> object:  # noqa: N803 (PySpark's own argument name)
        """Run one statement."""


def quoted(identifier: str) -> str:
    """Quote an identifier for Spark SQL."""
    return "`" + identifier.replace("`", "``") + "`"


def spark_type(delta_type: DeltaType) -> str:
    """Return a Delta type in Spark's DDL, nested types and nullability included."""
    if isinstance(delta_type, PrimitiveType):
        return _SPARK_NAMES.get(delta_type.type, delta_type.type)
    if isinstance(delta_type, VariantType):
        return "variant"
    if isinstance(delta_type, ArrayType):
        return f"array<{spark_type(delta_type.element_type)}>"
    if isinstance(delta_type, MapType):
        return f"map<{spark_type(delta_type.key_type)}, {spark_type(delta_type.value_type)}>"
    fields = ", ".join(f"{quoted(f.name)}: {spark_type(f.type)}" for f in delta_type.fields)
    return f"struct<{fields}>"


def is_nested_list(delta_type: DeltaType) -> bool:
    """Tell whether a type is, or holds, an array or a map."""
    if isinstance(delta_type, StructType):
        return any(is_nested_list(field.type) for field in delta_type.fields)
    return isinstance(delta_type, ArrayType | MapType)


def create_statement(table: LakeTable) -> str:
    """Return the statement that attaches one table where it lies.

    A table with an array or a map is attached without its columns, because Sail finds the declared
    type unequal to the stored one: it can be read, but dbt sees no columns of it.

    Raises:
        DamagedTableError: the table's newest version cannot be read.
    """
    fields = _fields(table)
    columns = ", ".join(
        f"{quoted(field.name)} {spark_type(field.type)}{'' if field.nullable else ' not null'}"
        for field in fields
    )
    declared = "" if any(is_nested_list(field.type) for field in fields) else f" ({columns})"
    location = str(table.path).replace("\\", "\\\\").replace("'", "\\'")
    return (
        f"create table if not exists {quoted(table.schema)}.{quoted(table.name)}{declared} "
        f"using delta location '{location}'"
    )


def _fields(table: LakeTable) -> list[Field]:
    commit = newest_commit(table.path)
    if commit and commit.stat().st_size == 0:
        # Libraries pass over an empty commit: the table would silently be an older one.
        raise DamagedTableError(table.full_name, table.path, f"{commit.name} of its log is empty")
    try:
        return DeltaTable(table.path).schema().fields
    except DeltaError as error:
        first_line = (str(error).splitlines() or [""])[0]
        raise DamagedTableError(table.full_name, table.path, first_line) from error


def attach(session: SqlSession, lake: Lake) -> int:
    """Create the lake's schemas and attach every Delta table found in it.

    The schemas' own locations are in the lake, so that a table that dbt creates without a
    location lies at ``<lake>/warehouse/<schema>/<table>`` on either engine.

    Returns:
        The number of tables attached.

    Raises:
        DamagedTableError: a table's newest version cannot be read.
    """
    tables = lake.tables()
    for schema in sorted({*SCHEMAS, *(table.schema for table in tables)}):
        location = str(lake.warehouse / schema).replace("'", "\\'")
        session.sql(f"create database if not exists {quoted(schema)} location '{location}'")
    # Spark takes a third of a second for each, most of it waiting.
    with ThreadPoolExecutor(max_workers=ATTACH_THREADS) as threads:
        list(threads.map(lambda table: session.sql(create_statement(table)), tables))
    return len(tables)
