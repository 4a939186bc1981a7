"""One delivered file through a reader: what its check says, its records, or why it is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ingest.catalogue.tables import DeliveredTable
from ingest.readers import reader_of
from ingest.readers.base import CheckedFile, UnreadableFileError

A_VALUE = "Miller"
"""A personal value that may stand in a file, and in no message."""

Records = list[tuple[int | None, tuple[object, ...]]]
"""The number of each record, and its values."""


def load(
    folder: Path, content: str | bytes, *, name: str, table: DeliveredTable
) -> tuple[CheckedFile, Records]:
    """Write a file, check it and read it."""
    file = folder / name
    data = content.encode() if isinstance(content, str) else content
    file.write_bytes(data)
    reader = reader_of(table)
    checked = reader.check(file)
    found: Records = []
    if not checked.empty:
        for records in reader.records(file, hashlib.sha256(data).hexdigest(), checked):
            columns = [column.to_pylist() for column in records.batch.columns]
            found += zip(records.numbers.to_pylist(), zip(*columns, strict=True), strict=True)
        assert len(found) == checked.rows_loaded
        assert checked.rows_read == checked.rows_loaded + len(checked.rejected)
    return checked, found


def refusal(folder: Path, content: str | bytes, *, name: str, table: DeliveredTable) -> str:
    """Write a file that is set aside, and return why."""
    with pytest.raises(UnreadableFileError) as caught:
        load(folder, content, name=name, table=table)
    assert A_VALUE not in caught.value.reason
    return caught.value.reason
