"""Landing with DuckDB's own means: the statements that load delivered files into raw tables.

What a user of dbt-duckdb would write: `read_csv` with every column as text, and the columns by
which a row is traced to its file. The same tables and columns as ingest's, as far as models read
them, but none of ingest's checks.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from bench.errors import BenchmarkSetupError
from ingest import delta
from ingest.catalogue.tables import Catalogue, DeliveredTable
from ingest.files.globs import compile_glob
from ingest.ledger import full_deliveries
from ingest.ledger import table as ledger
from ingest.names import (
    BATCH_ID,
    CURRENCY_CODE,
    IDENTITY_NAMESPACE,
    INGESTION_TIMESTAMP,
    METADATA,
    RESCUED_DATA,
)
from ingest.quarantine import table as quarantine

_METADATA_TYPE = "struct(file_path varchar, file_modification_time timestamp, row_number bigint)"

_TYPES = {pa.string(): "varchar", pa.int64(): "bigint", delta.TIMESTAMP: "timestamp"}
_OF_INGEST = {module.NAME: module.SCHEMA for module in (full_deliveries, ledger, quarantine)}


@dataclass(frozen=True)
class SourceTable:
    """A table that models read and dbt does not build.

    Attributes:
        source: name of its dbt source.
        table: its name.
        schema: where it is.
    """

    source: str
    table: str
    schema: str


@dataclass(frozen=True)
class RawLanding:
    """How one raw table is filled.

    Attributes:
        name: source and table.
        patterns: regular expressions of its files' paths, relative to the landing folder.
        statements: those that make the table where there is none.
        last_batch: the query for the last batch's number, 0 before the first.
        insert: the statement that loads one file; its parameters are $file, $path, $modified_at,
            $loaded_at and $batch_id.
    """

    name: str
    patterns: tuple[str, ...]
    statements: tuple[str, ...]
    last_batch: str
    insert: str


def quoted(identifier: str) -> str:
    """Quote an identifier for DuckDB."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str | None) -> str:
    """Return a text literal, or null."""
    return "null" if text is None else "'" + text.replace("'", "''") + "'"


def source_tables(catalogue: Catalogue) -> list[SourceTable]:
    """Return every source: the raw tables, and what ingest says of full deliveries."""
    raw = [
        SourceTable(table.source, table.table, f"raw_{table.source}") for table in catalogue.tables
    ]
    return [*raw, *(SourceTable("ops", name, "ops") for name in _OF_INGEST)]


def landings(catalogue: Catalogue) -> list[RawLanding]:
    """Return how every source is filled.

    Raises:
        BenchmarkSetupError: a table is delivered in full, which DuckDB's side has no answer to.
    """
    for table in catalogue.tables:
        if table.delivery == "full":
            raise BenchmarkSetupError(
                f"{table.name} is delivered in full, and the benchmark ports only tables that are "
                "delivered incrementally.",
                "Measure with delivery: incremental, or port bench/port/landing.py.",
            )
    return [*map(empty_table_of_ingest, _OF_INGEST), *map(raw_landing, catalogue.tables)]


def empty_table_of_ingest(name: str) -> RawLanding:
    """Return a table of ops without rows: nothing is delivered in full, and nobody keeps a ledger.

    Args:
        name: of the table.
    """
    columns = [f"{quoted(field.name)} {_TYPES[field.type]}" for field in _OF_INGEST[name]]
    relation = f"ops.{quoted(name)}"
    return RawLanding(
        name=f"ops.{name}",
        patterns=(),
        statements=(
            "create schema if not exists ops",
            f"create table if not exists {relation} ({', '.join(columns)})",
        ),
        last_batch="",
        insert="",
    )


def raw_landing(table: DeliveredTable) -> RawLanding:
    """Return the statements for one table of the catalogue."""
    schema = f"raw_{table.source}"
    relation = f"{quoted(schema)}.{quoted(table.table)}"
    columns = [f"{quoted(column)} varchar" for column in table.columns]
    columns += [
        f"{RESCUED_DATA} varchar",
        f"{METADATA} {_METADATA_TYPE}",
        f"{IDENTITY_NAMESPACE} varchar",
        f"{CURRENCY_CODE} varchar",
        f"{INGESTION_TIMESTAMP} timestamp",
        f"{BATCH_ID} bigint",
    ]
    return RawLanding(
        name=table.name,
        patterns=tuple(compile_glob(pattern).pattern for pattern in table.patterns),
        statements=(
            f"create schema if not exists {quoted(schema)}",
            f"create table if not exists {relation} ({', '.join(columns)})",
        ),
        last_batch=f"select coalesce(max({BATCH_ID}), 0) from {relation}",  # noqa: S608 (quoted)
        insert=f"insert into {relation} by name {_select(table)}",
    )


def _select(table: DeliveredTable) -> str:
    options = table.options
    arguments = ["$file", "header = true", "all_varchar = true"]
    arguments += [
        f"delim = {literal(options.delimiter)}",
        f"quote = {literal(options.quote or '')}",
    ]
    arguments += [f"escape = {literal(options.escape)}"] if options.escape else []
    arguments += [f"encoding = {literal(options.encoding)}"] if options.encoding != "utf-8" else []
    # A file by a statement, because DuckDB numbers the rows of a statement, not those of a file.
    origin = (
        "{'file_path': $path, 'file_modification_time': $modified_at, "
        "'row_number': row_number() over ()}"
    )
    columns = [
        *map(quoted, table.columns),
        f"{origin} as {METADATA}",
        f"{literal(table.identity_namespace)} as {IDENTITY_NAMESPACE}",
        f"{literal(table.currency)} as {CURRENCY_CODE}",
        f"$loaded_at as {INGESTION_TIMESTAMP}",
        f"$batch_id as {BATCH_ID}",
    ]
    return f"select {', '.join(columns)} from read_csv({', '.join(arguments)})"  # noqa: S608 (quoted)
