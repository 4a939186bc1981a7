"""The rows of a raw table: delivered columns, what was rescued, where each record came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from ingest import delta
from ingest.catalogue.tables import DeliveredTable
from ingest.files.discovery import DeliveredFile
from ingest.names import (
    BATCH_ID,
    CURRENCY_CODE,
    IDENTITY_NAMESPACE,
    INGESTION_TIMESTAMP,
    METADATA,
    RESCUED_DATA,
    RESERVED_COLUMNS,
)
from ingest.raw.conversion import Values, as_text, fitted
from ingest.raw.origin import ORIGIN, Origin
from ingest.raw.rescue import NEW_COLUMN, TYPE_MISMATCH, Homeless, rescued
from ingest.readers.base import CheckedFile, Records

OWN_FIELDS = [
    pa.field(RESCUED_DATA, pa.string()),
    pa.field(METADATA, ORIGIN),
    pa.field(IDENTITY_NAMESPACE, pa.string()),
    pa.field(CURRENCY_CODE, pa.string()),
    pa.field(INGESTION_TIMESTAMP, delta.TIMESTAMP),
    pa.field(BATCH_ID, pa.int64()),
]
"""The columns that every raw table has, after the delivered ones."""


@dataclass(frozen=True)
class FileToLoad:
    """A delivered file of a table and what its check found."""

    file: DeliveredFile
    checked: CheckedFile


@dataclass(frozen=True)
class Rows:
    """Makes the rows of a raw table from the records of one file."""

    table: DeliveredTable
    to_load: FileToLoad
    batch_id: int
    now: datetime

    def batch(
        self, records: Records, schema: pa.Schema, to_rescue: Sequence[str]
    ) -> pa.RecordBatch:
        """Return the records in a table's columns; those the file does not have are null.

        Values without a column, and those that their column's type does not hold, are rescued.
        """
        count = records.batch.num_rows
        position = {name.lower(): at for at, name in enumerate(self.to_load.checked.all_columns)}
        own = self._own_columns(records.numbers, count)
        homeless = [
            Homeless(name, as_text(records.batch.column(position[name.lower()])), NEW_COLUMN)
            for name in to_rescue
            if name.lower() in position
        ]
        found: dict[str, Values] = {}
        for field in schema:
            at = position.get(field.name.lower())
            if field.name in RESERVED_COLUMNS:
                continue
            if at is None:
                found[field.name] = pa.nulls(count, field.type)
                continue
            fit = fitted(records.batch.column(at), field.type)
            found[field.name] = fit.values
            if fit.misfits is not None:
                text = pc.if_else(fit.misfits, as_text(records.batch.column(at)), None)
                homeless.append(Homeless(field.name, text, TYPE_MISMATCH))
        own[RESCUED_DATA] = rescued(homeless, count, self.to_load.file.path)
        arrays = [{**own, **found}[field.name] for field in schema]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _own_columns(
        self, numbers: pa.Int64Array, count: int
    ) -> dict[str, pa.Array[pa.Scalar[pa.DataType]]]:
        file = self.to_load.file
        origin = Origin(file.path, file.size, file.modified_at, file.content_hash)
        no_text = pa.nulls(count, pa.string())
        currency = self.table.currency
        return {
            METADATA: origin.of(numbers),
            IDENTITY_NAMESPACE: pa.repeat(self.table.identity_namespace, count),
            CURRENCY_CODE: pa.repeat(currency, count) if currency else no_text,
            INGESTION_TIMESTAMP: pa.repeat(pa.scalar(self.now, delta.TIMESTAMP), count),
            BATCH_ID: pa.repeat(pa.scalar(self.batch_id, pa.int64()), count),
        }
