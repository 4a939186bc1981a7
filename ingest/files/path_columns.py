"""cloudFiles.partitionColumns: what the folders of a path give, ``region=EU/day=2026-01-31``.

As Hive and Spark write it: percent-encoded, and with a name of its own for null. No disk here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import unquote

from ingest.catalogue.tables import DeliveredTable
from ingest.options.hints import read_hints
from ingest.readers.base import CheckedFile, UnreadableFileError

PathValues: TypeAlias = tuple[str | None, ...]
"""What a path gives for a table's partition columns, in their order; empty where it has none."""

NULL = "__HIVE_DEFAULT_PARTITION__"


def path_types(table: DeliveredTable) -> Mapping[str, str]:
    """Return the columns that a table's paths give, with their types; mostly none."""
    written = table.options.partition_columns
    return read_hints(written) if written else {}


def path_columns(
    path: str, checked: CheckedFile, table: DeliveredTable
) -> tuple[tuple[str, str | None], ...]:
    """Return the columns that a file's path gives, each with its value; null where it gives none.

    Args:
        path: relative to the landing folder.
        checked: what is in the file.
        table: names the columns.

    Raises:
        UnreadableFileError: the file has such a column itself, the path gives one twice, or what
            it gives is no text.
    """
    names = tuple(path_types(table))
    if not names:
        return ()
    own = {name.lower() for name in checked.columns}
    for name in names:
        if name.lower() in own:
            raise UnreadableFileError(
                f"has a column '{name}', which its path gives too (cloudFiles.partitionColumns)"
            )
    return tuple(zip(names, path_values(path, names), strict=True))


def path_values(path: str, names: tuple[str, ...]) -> PathValues:
    """Return what a path gives for partition columns; null where it gives nothing.

    Args:
        path: relative to the landing folder.
        names: of the columns.

    Raises:
        UnreadableFileError: the path gives one twice, or what it gives is no text.
    """
    if not names:
        return ()
    given = _given(path)
    return tuple(given.get(name.lower()) for name in names)


def _given(path: str) -> dict[str, str | None]:
    """Return all that the folders of a path give, by names in lower case."""
    found: dict[str, str | None] = {}
    for folder in path.split("/")[:-1]:
        name, equals, value = folder.partition("=")
        if not equals:
            continue
        try:
            key, text = unquote(name, errors="strict").lower(), unquote(value, errors="strict")
        except UnicodeDecodeError:
            raise UnreadableFileError(
                f"its path's folder '{name}=...' is not percent-encoded UTF-8"
            ) from None
        if key in found:
            raise UnreadableFileError(f"its path gives '{name}' twice")
        found[key] = None if text == NULL else text
    return found
