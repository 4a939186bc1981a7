"""The names that ingest adds to every raw table, and what a delivered name may not hold."""

from __future__ import annotations

import re

FORBIDDEN_IN_COLUMN = re.compile(r"[\s,;{}()=]")
"""What Delta refuses in a column name (without column mapping), and all other white space."""

RESCUED_DATA = "_rescued_data"
METADATA = "_metadata"
IDENTITY_NAMESPACE = "_identity_namespace"
CURRENCY_CODE = "_currency_code"
INGESTION_TIMESTAMP = "ingestion_timestamp"
BATCH_ID = "batch_id"

FILE_PATH = "_file_path"
REASONS = "_reasons"
"""What ``_rescued_data`` holds beside the values."""

RESERVED_COLUMNS = frozenset(
    {
        *(RESCUED_DATA, METADATA, IDENTITY_NAMESPACE, CURRENCY_CODE, INGESTION_TIMESTAMP, BATCH_ID),
        *(FILE_PATH, REASONS),
    }
)


def stored_name(name: str) -> str:
    """Return a delivered column name as a Delta table can hold it."""
    return FORBIDDEN_IN_COLUMN.sub("_", name.strip())
