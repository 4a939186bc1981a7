"""The versions of a stream's schema: ``_schemas/0``, ``_schemas/1`` and so on, as JSON.

Columns are text and are only ever added, so a version is the one before and what a file brought.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from saleslake.lake import write_atomically
from saleslake.stream_errors import StreamLogError

FOLDER = "_schemas"


@dataclass(frozen=True)
class SchemaVersion:
    """One version.

    Attributes:
        version: from 0.
        columns: all of them, in order; each is text.
        added: those that the version before does not have.
        caused_by: path of the file that brought them, relative to the landing folder.
    """

    version: int
    columns: tuple[str, ...]
    added: tuple[str, ...]
    caused_by: str


def unknown_columns(columns: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return those of some columns that are not known, without regard to case."""
    folded = {name.lower() for name in known}
    return tuple(name for name in columns if name.lower() not in folded)


def extended(
    latest: SchemaVersion | None, files: Iterable[tuple[str, Sequence[str]]]
) -> list[SchemaVersion]:
    """Return the versions that files cause.

    Args:
        latest: the last version, None before the first.
        files: paths and columns.
    """
    added: list[SchemaVersion] = []
    for path, columns in files:
        known = latest.columns if latest else ()
        new = unknown_columns(columns, known)
        if new:
            version = latest.version + 1 if latest else 0
            latest = SchemaVersion(version, (*known, *new), new, path)
            added.append(latest)
    return added


def schema_versions(location: Path) -> list[SchemaVersion]:
    """Return all versions of a schemaLocation, the oldest first.

    Raises:
        StreamLogError: one is damaged.
    """
    versions: list[SchemaVersion] = []
    while (file := location / FOLDER / str(len(versions))).exists():
        versions.append(_read(file))
    return versions


def write_versions(location: Path, versions: Iterable[SchemaVersion]) -> None:
    """Write versions, each whole or not at all."""
    for version in versions:
        (location / FOLDER).mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(version), ensure_ascii=False, indent=1)
        write_atomically(location / FOLDER / str(version.version), text)


def _read(file: Path) -> SchemaVersion:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        columns, added = tuple(found["columns"]), tuple(found["added"])
        return SchemaVersion(int(found["version"]), columns, added, str(found["caused_by"]))
    except (ValueError, KeyError, TypeError) as error:
        raise StreamLogError(file, "is damaged") from error
