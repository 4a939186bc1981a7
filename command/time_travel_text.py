"""Versions and rows of the past as a person reads them in a terminal."""

from __future__ import annotations

import json

from command.columns import bytes_text, in_columns, in_columns_or_blocks
from command.time_travel import Export, LakeAsOf, RowsAsOf, TableVersions
from maintenance.as_of import TableThen, shown
from maintenance.history import Version


def lake_text(result: LakeAsOf) -> str:
    """Return the version of every table at a moment."""
    header = ("table", "version", "written at", "rows", "by", "")
    lines = in_columns([header, *map(_then, result.tables)], right=(1, 3))
    return "\n".join([f"{result.lake} as of {shown(result.moment)}", "", *lines])


def _then(table: TableThen) -> tuple[str, ...]:
    version = table.version
    if version is None:
        return (table.table, "", "", "", "", table.note or "")
    return (table.table, *_cells(version), table.note or "")


def versions_text(result: TableVersions) -> str:
    """Return the versions of a table, the newest last."""
    header = ("version", "written at", "rows", "by", "files", "size", "")
    rows = [
        (
            *_cells(version),
            f"{version.files:,}",
            bytes_text(version.size),
            "" if version.is_whole else f"{version.missing:,} files are gone: cannot be read",
        )
        for version in result.versions
    ]
    return "\n".join([result.table, "", *in_columns([header, *rows], right=(0, 2, 4, 5))])


def _cells(version: Version) -> tuple[str, str, str, str]:
    rows = "?" if version.rows is None else f"{version.rows:,}"
    return str(version.version), shown(version.written_at), rows, version.operation


def rows_text(result: RowsAsOf) -> str:
    """Return rows as a table where it fits, else one below the other."""
    version = result.version
    title = f"{result.table} version {version.version}, {shown(version.written_at)}"
    total = "" if version.rows is None else f" of {version.rows:,}"
    cells = [[_cell(row[name]) for name in result.columns] for row in result.rows]
    lines = in_columns_or_blocks(result.columns, cells)
    return "\n".join([title, "", *lines, "", f"{len(cells):,}{total} rows"])


def _cell(value: object) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, default=str, ensure_ascii=False)
    return "" if value is None else str(value)


def export_text(result: Export) -> str:
    """Return what was written where."""
    version = result.version
    return (
        f"{result.rows:,} rows of {result.table} version {version.version} "
        f"({shown(version.written_at)}) written to {result.output}"
    )
