"""Readers of delivered files: one module per format, all behind ``ingest.readers.base.Reader``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ingest.catalogue.tables import DeliveredTable
from ingest.readers.base import Reader
from ingest.readers.csv import CsvReader
from ingest.readers.fixed_width import FixedWidthReader
from ingest.readers.json_lines import JsonLinesReader
from ingest.readers.parquet import ParquetReader

_READERS: Mapping[str, Callable[[DeliveredTable], Reader]] = {
    "csv": CsvReader,
    "fixed_width": FixedWidthReader,
    "json": JsonLinesReader,
    "parquet": ParquetReader,
}


def reader_of(table: DeliveredTable) -> Reader:
    """Return the reader for a table's files, with the table's options."""
    return _READERS[table.format](table)
