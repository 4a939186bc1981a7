"""``cloudFiles.schemaHints``: the types of some columns, as Spark SQL writes them in a table."""

from __future__ import annotations

import re

from ingest.names import FORBIDDEN_IN_COLUMN, RESERVED_COLUMNS

_ALIASES = {
    "byte": "tinyint",
    "short": "smallint",
    "integer": "int",
    "long": "bigint",
    "real": "float",
    "text": "string",
    "timestamp_ltz": "timestamp",
}
TYPES = (
    "string",
    "boolean",
    "tinyint",
    "smallint",
    "int",
    "bigint",
    "float",
    "double",
    "date",
    "timestamp",
    "timestamp_ntz",
    "binary",
)
"""The types by name; beside them there is decimal(p,s)."""

_DECIMAL = re.compile(r"(?:decimal|dec|numeric)(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?")
_HINT = re.compile(r"(`[^`]+`|[^\s`]+)\s*(?:\s|:)\s*(.+)")
_BETWEEN = re.compile(r",(?![^(]*\))")


def read_hints(text: str) -> dict[str, str]:
    """Return the type of each column that is hinted at: ``id bigint, amount decimal(18,4)``.

    Raises:
        ValueError: with what should be written.
    """
    hints: dict[str, str] = {}
    for part in _BETWEEN.split(text):
        found = _HINT.fullmatch(part.strip())
        if not found:
            raise ValueError("columns and types, such as id bigint, amount decimal(18,4)")
        name = found[1].strip("`").rstrip(":")
        if not name or FORBIDDEN_IN_COLUMN.search(name) or name.lower() in RESERVED_COLUMNS:
            raise ValueError("names of delivered columns, as the raw table has them, before types")
        if name.lower() in map(str.lower, hints):
            raise ValueError(f"one type for '{name}'")
        hints[name] = _type_of(found[2].strip().lower())
    return hints


def read_partition_columns(text: str) -> dict[str, str]:
    """Return the type of each column that paths give: ``region, day date``; text without a type.

    Raises:
        ValueError: with what should be written.
    """
    parts = [part.strip() for part in _BETWEEN.split(text)]
    if parts == [""]:
        return {}
    if "" in parts:
        raise ValueError("names of columns, with or without a type, such as region, day date")
    return read_hints(", ".join(part if " " in part else f"{part} string" for part in parts))


def _type_of(written: str) -> str:
    name = _ALIASES.get(written, written)
    if name in TYPES:
        return name
    decimal = _DECIMAL.fullmatch(name)
    if decimal:
        precision, scale = int(decimal[1] or 10), int(decimal[2] or 0)
        if 1 <= precision <= 38 and scale <= precision:
            return f"decimal({precision},{scale})"
        raise ValueError("decimal(p,s) with at most 38 digits, and no more of them after the point")
    raise ValueError(f"types among: {', '.join(TYPES)}, decimal(p,s)")
