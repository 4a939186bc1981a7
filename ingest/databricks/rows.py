"""What becomes of the rows of a batch: numbered within their files, loaded or quarantined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import functions as f
from pyspark.sql.types import ArrayType, MapType, StructType
from pyspark.sql.window import Window

from ingest.databricks.ledger import Writing
from ingest.databricks.streams import CORRUPT_RECORD
from ingest.databricks.tables import quoted, spark_type
from ingest.files.discovery import DeliveredFile
from ingest.names import (
    BATCH_ID,
    CURRENCY_CODE,
    IDENTITY_NAMESPACE,
    INGESTION_TIMESTAMP,
    METADATA,
    RESCUED_DATA,
    RESERVED_COLUMNS,
    stored_name,
)
from ingest.quarantine import table as quarantine_table
from ingest.raw.rows import OWN_FIELDS
from saleslake.databricks_errors import ReservedColumnError

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

REASON_CODE = "unreadable"
REASON = "Spark could not read it by the table's columns"

_READ = ("file_path", "file_size", "file_modification_time", "file_block_start")
_ORDER, _NUMBER = "_saleslake_order", "_saleslake_number"
_URI, _PATH, _HASH = "_saleslake_uri", "_saleslake_path", "_saleslake_hash"
_OWN = {_ORDER, _NUMBER, _URI, _PATH, _HASH, CORRUPT_RECORD}


def with_origin(frame: DataFrame) -> DataFrame:
    """Return the rows of a stream with where each is from; what Spark hides is gone in a batch."""
    fields = (f.col(f"{METADATA}.{name}").alias(name) for name in _READ)
    return frame.select("*", f.struct(*fields).alias(METADATA))


def files_of(frame: DataFrame) -> list[tuple[str, int, int]]:
    """Return the files of a batch: URI, size in bytes, time in microseconds since 1970."""
    found = frame.select(
        f.col(f"{METADATA}.file_path").alias("uri"),
        f.col(f"{METADATA}.file_size").alias("size"),
        f.unix_micros(f.col(f"{METADATA}.file_modification_time")).alias("modified"),
    ).distinct()
    return [(str(row["uri"]), int(row["size"]), int(row["modified"])) for row in found.collect()]


@dataclass(frozen=True)
class BatchRows:
    """The rows of a batch's files that are loaded.

    Attributes:
        frame: rows of the stream, ``with_origin``.
        files: those to load, by their URIs.
        writing: for which table.
        batch_id: number of the batch.
    """

    frame: DataFrame
    files: Mapping[str, DeliveredFile]
    writing: Writing
    batch_id: int

    @property
    def may_be_unreadable(self) -> bool:
        """Whether records of the files' format can be quarantined."""
        return CORRUPT_RECORD in self.frame.columns

    def raw(self) -> DataFrame:
        """Return the rows of the raw table.

        Raises:
            ReservedColumnError: a delivered column has a name that ingest adds itself.
        """
        rows = self._numbered()
        if self.may_be_unreadable:
            rows = rows.where(f.col(CORRUPT_RECORD).isNull())
        own = self._own_columns()
        return rows.select(*self._delivered(), *(own[field.name] for field in OWN_FIELDS))

    def quarantined(self) -> DataFrame:
        """Return the rows of the quarantine: records that Spark could not read, as they stand."""
        table, writing = self.writing.table, self.writing
        values = {
            "source": f.lit(table.source),
            "table_name": f.lit(table.table),
            "file_path": f.col(_PATH),
            "record_number": f.col(_NUMBER),
            "reason_code": f.lit(REASON_CODE),
            "reason": f.lit(REASON),
            "raw_record": f.col(CORRUPT_RECORD),
            "content_hash": f.col(_HASH),
            "batch_id": f.lit(self.batch_id),
            "quarantined_at": self._now(),
            "run_id": f.lit(writing.run_id),
        }
        rows = self._numbered().where(f.col(CORRUPT_RECORD).isNotNull())
        return rows.select(
            *(
                values.get(field.name, f.lit(None)).cast(spark_type(field.type)).alias(field.name)
                for field in quarantine_table.SCHEMA
            )
        )

    def _numbered(self) -> DataFrame:
        """Return the rows with their number in their file, and its path and hash.

        A file is in one batch, whole. Where Spark reads it in pieces, each is read in order by one
        task; the order is that of the pieces, then that of the rows in a task.
        """
        known = [(uri, file.path, file.content_hash or None) for uri, file in self.files.items()]
        columns = f"{_URI} string, {_PATH} string, {_HASH} string"
        files = self.frame.sparkSession.createDataFrame(known, columns)
        in_order = Window.partitionBy(f"{METADATA}.file_path").orderBy(
            f.col(f"{METADATA}.file_block_start"), f.col(_ORDER)
        )
        # Numbered by the tasks that read, so before anything that moves rows.
        rows = self.frame.withColumn(_ORDER, f.monotonically_increasing_id())
        rows = rows.withColumn(_NUMBER, f.row_number().over(in_order).cast("bigint"))
        same = rows[METADATA]["file_path"] == files[_URI]
        return rows.join(f.broadcast(files), same, "inner")

    def _delivered(self) -> list[Column]:
        found: list[Column] = []
        for column in self.frame.schema:
            name = column.name
            if name in {RESCUED_DATA, METADATA} or name in _OWN:
                continue
            if name.lower() in RESERVED_COLUMNS:
                raise ReservedColumnError(self.writing.table.name, name)
            values = f.col(quoted(name))
            if isinstance(column.dataType, ArrayType | MapType | StructType):
                values = f.to_json(values)
            found.append(values.alias(stored_name(name)))
        return found

    def _own_columns(self) -> dict[str, Column]:
        table = self.writing.table
        values: dict[str, Column] = {
            RESCUED_DATA: f.col(RESCUED_DATA),
            METADATA: self._origin(),
            IDENTITY_NAMESPACE: f.lit(table.identity_namespace),
            CURRENCY_CODE: f.lit(table.currency).cast("string"),
            INGESTION_TIMESTAMP: self._now(),
            BATCH_ID: f.lit(self.batch_id).cast("bigint"),
        }
        return {name: column.alias(name) for name, column in values.items()}

    def _origin(self) -> Column:
        """Return ``_metadata`` as the raw tables of a laptop have it."""
        fields: Sequence[Column] = (
            f.col(_PATH).alias("file_path"),
            f.element_at(f.split(f.col(_PATH), "/"), -1).alias("file_name"),
            f.col(f"{METADATA}.file_size").alias("file_size"),
            f.col(f"{METADATA}.file_modification_time").alias("file_modification_time"),
            f.col(_NUMBER).alias("row_number"),
            f.col(_HASH).alias("content_hash"),
        )
        return f.struct(*fields)

    def _now(self) -> Column:
        now = self.writing.now
        return f.timestamp_micros(f.lit(int(now.timestamp()) * 1_000_000 + now.microsecond))
