"""Parquet: typed columns, read in small batches; a file is decoded whole before any is loaded.

Columns keep their types where Delta has them (``ingest.raw.column_types.raw_type``), so that a
number is the number that was delivered and not its text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
from pyarrow import parquet

from ingest.catalogue.tables import DeliveredTable
from ingest.raw.column_types import raw_type
from ingest.raw.conversion import raw_values
from ingest.readers.base import (
    MAX_RECORD,
    READ_SIZE,
    CheckedFile,
    FileChangedError,
    Records,
    UnreadableFileError,
    untold,
)
from ingest.readers.header import MAX_COLUMNS, column_names

ROWS_PER_BATCH = 20_000
_MARK = b"PAR1"
_ENCRYPTED = b"PARE"


class ParquetReader:
    """Reads the Parquet files of one table; see ``ingest.readers.base.Reader``."""

    def __init__(self, table: DeliveredTable) -> None:
        self._table = table

    def check(self, file: Path, tell: Callable[[int], None] = untold) -> CheckedFile:
        """Read a file whole and say what is in it.

        Raises:
            UnreadableFileError: it has to be set aside.
        """
        size = file.stat().st_size
        if not size:
            return CheckedFile(empty="the file is empty")
        with file.open("rb") as stream:
            content = _open(stream, size)
            schema, rows = content.schema_arrow, content.metadata.num_rows
            if len(schema) > MAX_COLUMNS:
                problem = f"the file has {len(schema)} columns; at most {MAX_COLUMNS} are read"
                raise UnreadableFileError(problem)
            columns = column_names(schema.names, self._table)
            loaded = 0
            for records in _records_of(content):
                loaded += records.batch.num_rows
                tell(2 * size * loaded // rows)  # as if every byte were read twice
        if not loaded:
            return CheckedFile(empty="the file holds columns and no record")
        return CheckedFile(columns, loaded, types=tuple(map(raw_type, schema.types)))

    def records(self, file: Path, content_hash: str, _: CheckedFile) -> Iterator[Records]:
        """Yield the records of a file that was checked, in their delivered types.

        Raises:
            FileChangedError: after the last record: what was read has another SHA-256.
        """
        try:
            with file.open("rb") as stream:
                yield from _records_of(_open(stream, file.stat().st_size))
                stream.seek(0)
                is_the_same = hashlib.file_digest(stream, "sha256").hexdigest() == content_hash
        except (UnreadableFileError, OSError) as error:
            raise FileChangedError(file) from error
        if not is_the_same:
            raise FileChangedError(file)


def _open(stream: BinaryIO, size: int) -> parquet.ParquetFile:
    """Read a file's footer.

    Raises:
        UnreadableFileError: it is no Parquet file, encrypted, cut off or damaged.
    """
    first = stream.read(len(_MARK))
    stream.seek(max(0, size - len(_MARK)))
    last = stream.read(len(_MARK))
    stream.seek(0)
    if _ENCRYPTED in (first, last):
        raise UnreadableFileError("the file is encrypted")
    if first != _MARK:
        raise UnreadableFileError("the file is no Parquet file")
    if last != _MARK or size <= 2 * len(_MARK):
        raise UnreadableFileError("the file does not end as Parquet does: the upload was cut off")
    try:
        return parquet.ParquetFile(
            stream,
            buffer_size=READ_SIZE,  # otherwise whole column chunks are held
            coerce_int96_timestamp_unit="us",
            page_checksum_verification=True,
        )
    except (pa.ArrowException, OSError) as error:
        raise _damage(error, "the footer") from None


def _records_of(content: parquet.ParquetFile) -> Iterator[Records]:
    """Yield a file's records in the types that ``raw_values`` gives them.

    Raises:
        UnreadableFileError: a row group cannot be decoded.
    """
    metadata, number = content.metadata, 1
    for group in range(metadata.num_row_groups):
        about = metadata.row_group(group)
        row_size = max(1, about.total_byte_size // max(1, about.num_rows))
        size = max(1, min(ROWS_PER_BATCH, 4 * MAX_RECORD // row_size))
        try:
            for batch in content.iter_batches(size, row_groups=[group], use_threads=False):
                arrays = [raw_values(column) for column in batch.columns]
                names = [f"f{position}" for position in range(len(arrays))]
                numbers = pa.array(range(number, number + batch.num_rows), pa.int64())
                number += batch.num_rows
                yield Records(numbers, pa.RecordBatch.from_arrays(arrays, names=names))
        except (pa.ArrowException, OSError, ValueError) as error:
            place = f"row group {group + 1} of {metadata.num_row_groups}"
            raise _damage(error, place) from None


def _damage(error: Exception, place: str) -> UnreadableFileError:
    # Arrow's own errors have no number, the disk's have one; their texts may quote a value.
    if isinstance(error, OSError) and error.errno:
        return UnreadableFileError(f"cannot be read: {error.strerror}")
    return UnreadableFileError(f"{place} is damaged, encrypted or of a kind that is not known")
