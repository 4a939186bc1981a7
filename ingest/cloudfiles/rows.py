"""Rows of a stream: the delivered columns as text, what has no column, and the origin.

A record that does not fit its file is a row too: its columns are null, and ``_rescued_data`` holds
it as it stands in the file, with the reason and the line. A stream has no second output.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from ingest import delta
from ingest.cloudfiles.batch import FileToRead
from ingest.cloudfiles.table import StreamSettings
from ingest.names import METADATA, RESCUED_DATA
from ingest.raw.origin import ORIGIN, Origin
from ingest.raw.rescue import NEW_COLUMN, Homeless, rescued
from ingest.readers import reader_of
from ingest.readers.base import CheckedFile, RejectedRecord

if TYPE_CHECKING:
    Array = pa.Array[pa.Scalar[pa.DataType]]


def schema_of(names: Sequence[str]) -> pa.Schema:
    """Return the schema of rows with these columns, in their order."""
    return pa.schema([(name, ORIGIN if name == METADATA else pa.string()) for name in names])


def rows_of(
    file: FileToRead, settings: StreamSettings, names: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of one file.

    Args:
        file: the file.
        settings: of its stream.
        names: columns of the rows, ``_rescued_data`` among them.

    Raises:
        FileChangedError: after the last row: the file is not what the log has of it.
    """
    entry = file.entry
    reader = reader_of(settings.table(entry.columns))
    # What the driver found is as good as a check, but for the records that do not fit.
    checked = CheckedFile(entry.columns, entry.rows)
    if entry.rejected:
        checked = reader.check(file.location)
    make = _Rows(file, names)
    for records in reader.records(file.location, entry.content_hash, checked):
        yield make.good(records.numbers, records.batch)
    if checked.rejected:
        yield make.misfits(checked.rejected)


class _Rows:
    """Makes the rows of one file."""

    def __init__(self, file: FileToRead, names: Sequence[str]) -> None:
        self._file = file
        entry = file.entry
        modified_at = delta.from_microseconds(entry.modified)
        self._origin = Origin(entry.path, entry.size, modified_at, entry.content_hash)
        self._schema = schema_of(names)
        place = {name.lower(): at for at, name in enumerate(file.entry.columns)}
        self._place = {name: place[name.lower()] for name in names if name.lower() in place}
        taken = set(self._place.values())
        columns = enumerate(file.entry.columns)
        self._homeless = {name: at for at, name in columns if at not in taken}

    def good(self, numbers: pa.Int64Array, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the rows of records that fit."""
        homeless = [
            Homeless(name, batch.column(at), NEW_COLUMN) for name, at in self._homeless.items()
        ]
        own = {RESCUED_DATA: rescued(homeless, batch.num_rows, self._file.entry.path)}
        columns = {name: batch.column(at) for name, at in self._place.items()}
        return self._rows({**columns, **own}, numbers)

    def misfits(self, rejected: Sequence[RejectedRecord]) -> pa.RecordBatch:
        """Return the rows of records that do not fit."""
        texts = [misfit_json(record, self._file.entry.path) for record in rejected]
        numbers = pa.array([record.record_number for record in rejected], pa.int64())
        return self._rows({RESCUED_DATA: pa.array(texts, pa.string())}, numbers)

    def _rows(self, columns: dict[str, Array], numbers: pa.Int64Array) -> pa.RecordBatch:
        count = len(numbers)
        arrays: list[Array] = []
        for field in self._schema:
            if field.name == METADATA:
                arrays.append(self._origin.of(numbers))
            elif field.name in columns:
                arrays.append(columns[field.name])
            else:
                arrays.append(pa.nulls(count, pa.string()))
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)


def misfit_json(record: RejectedRecord, path: str) -> str:
    """Return a record that does not fit, as JSON like that of values without a column."""
    found = {
        "_record": record.raw_record,
        "_file_path": path,
        "_line_number": record.line_number,
        "_reason": record.reason,
        "_reasons": {"_record": record.reason_code},
    }
    return json.dumps(found, ensure_ascii=False)
