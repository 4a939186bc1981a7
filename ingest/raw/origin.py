"""``_metadata``: where a record came from, as Auto Loader names it, and more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from ingest import delta

ORIGIN = pa.struct(
    [
        ("file_path", pa.string()),
        ("file_name", pa.string()),
        ("file_size", pa.int64()),
        ("file_modification_time", delta.TIMESTAMP),
        ("row_number", pa.int64()),
        ("content_hash", pa.string()),  # null in the rows of older lakes
    ]
)


@dataclass(frozen=True)
class Origin:
    """The file of some records.

    Attributes:
        path: relative to the landing folder.
        size: in bytes.
        modified_at: UTC.
        content_hash: SHA-256 of its content.
    """

    path: str
    size: int
    modified_at: datetime
    content_hash: str

    def of(self, numbers: pa.Int64Array) -> pa.StructArray:
        """Return ``_metadata`` of the records with these numbers in the file."""
        count = len(numbers)
        fields: list[pa.Array[pa.Scalar[pa.DataType]]] = [
            pa.repeat(self.path, count),
            pa.repeat(self.path.rpartition("/")[2], count),
            pa.repeat(pa.scalar(self.size, pa.int64()), count),
            pa.repeat(pa.scalar(self.modified_at, delta.TIMESTAMP), count),
            numbers,
            pa.repeat(self.content_hash, count),
        ]
        return pa.StructArray.from_arrays(fields, fields=list(ORIGIN))
