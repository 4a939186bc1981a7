"""Readers of delivered files: one module per format, all behind ``ingest.readers.base.Reader``."""

from __future__ import annotations

from ingest.catalogue import DeliveredTable
from ingest.readers.base import Reader
from ingest.readers.csv import CsvReader


def reader_of(table: DeliveredTable) -> Reader:
    """Return the reader for a table's files, with the table's options."""
    return CsvReader(table)
