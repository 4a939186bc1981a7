"""Time travel as jobs: settings and a moment in, versions or rows out. Nothing is changed.

Readers never wait: a version that is there stays whole while somebody writes the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from command.progress import Progress
from maintenance.as_of import TableThen, all_rows, choose_version, first_rows, lake_then
from maintenance.export import check_output, write_rows
from maintenance.history import Version, read_history
from maintenance.tables import existing_lake, find_table
from saleslake.settings import Settings


@dataclass(frozen=True)
class LakeAsOf:
    """Every table of a lake at a moment."""

    lake: str
    moment: datetime
    tables: tuple[TableThen, ...]


@dataclass(frozen=True)
class TableVersions:
    """Every version of a table that its log can tell of, oldest first."""

    table: str
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class RowsAsOf:
    """Some rows of a version of a table."""

    table: str
    version: Version
    columns: tuple[str, ...]
    rows: tuple[dict[str, object], ...]


@dataclass(frozen=True)
class Export:
    """A file with all rows of a version of a table."""

    table: str
    version: Version
    output: Path
    rows: int


def lake_as_of(settings: Settings, progress: Progress, moment: datetime) -> LakeAsOf:
    """Find the version that each table had at a moment.

    Raises:
        SaleslakeError: there is no lake, or it is of a newer version.
    """
    lake = existing_lake(settings.lake)
    title = "Reading logs"
    tables = lake_then(lake, moment, lambda done, total: progress.count(title, done, total))
    progress.clear()
    return LakeAsOf(str(lake.root), moment, tuple(tables))


def versions_of(settings: Settings, name: str) -> TableVersions:
    """List the versions of a table.

    Raises:
        SaleslakeError: the lake or the table is not there.
    """
    table = find_table(existing_lake(settings.lake), name)
    return TableVersions(name, tuple(read_history(table.path).versions))


def rows_as_of(settings: Settings, name: str, wanted: int | datetime, limit: int) -> RowsAsOf:
    """Read the first rows of a version of a table.

    Args:
        settings: name the lake.
        name: of the table.
        wanted: a version, or a moment.
        limit: how many rows at most.

    Raises:
        SaleslakeError: the table or the version is not there, or its files are gone.
    """
    table = find_table(existing_lake(settings.lake), name)
    version = choose_version(table, read_history(table.path), wanted)
    found = first_rows(table, version.version, limit)
    return RowsAsOf(name, version, tuple(found.columns), tuple(found.rows))


def export_as_of(  # noqa: PLR0913 - one for each option
    settings: Settings,
    progress: Progress,
    name: str,
    wanted: int | datetime,
    output: Path,
    *,
    force: bool,
) -> Export:
    """Write all rows of a version of a table to a CSV or Parquet file.

    Args:
        settings: name the lake.
        progress: told how far it is.
        name: of the table.
        wanted: a version, or a moment.
        output: the file; it appears when it is whole.
        force: replace a file of that name.

    Raises:
        SaleslakeError: the table or the version is not there, or the file cannot be written.
    """
    table = find_table(existing_lake(settings.lake), name)
    check_output(output, force=force)
    version = choose_version(table, read_history(table.path), wanted)
    title = f"Writing {output.name}"
    progress.step(title)
    with all_rows(table, version.version) as (schema, batches):
        total = version.rows or 0
        written = write_rows(
            output, schema, batches, lambda done: progress.count(title, done, total)
        )
    progress.clear()
    return Export(name, version, output, written)
