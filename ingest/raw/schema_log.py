"""The versions of each raw table's schema: what changed, when, and the file that brought it.

The raw table's own schema is the truth. After a batch it is held against the last version here, and
what differs is the next version; so a batch that is written again adds none, and one that was
interrupted is made up for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import pyarrow as pa

from ingest import delta
from ingest.raw.column_types import is_wider, name_of, of_name
from ingest.raw.columns import is_typed
from ingest.raw.rows import FileToLoad
from ingest.raw.table import RawTable
from saleslake.lake import is_delta_table

NAME = "table_schemas"
_DESCRIPTION = (
    "One row per column that a version of a raw table's schema added, changed or removed."
)
_FIELDS: list[pa.Field[pa.DataType]] = [
    pa.field("source", pa.string()),
    pa.field("table_name", pa.string()),
    pa.field("schema_version", pa.int64()),
    pa.field("column_name", pa.string()),
    pa.field("change", pa.string()),
    pa.field("type", pa.string()),
    pa.field("previous_type", pa.string()),
    pa.field("file_path", pa.string()),
    pa.field("batch_id", pa.int64()),
    pa.field("run_id", pa.string()),
    pa.field("recorded_at", delta.TIMESTAMP),
]
SCHEMA = pa.schema(_FIELDS)
_OF_TABLE = """
select
    schema_version, column_name, change, type, previous_type, file_path, batch_id,
    cast(recorded_at as bigint) as recorded_microseconds
from t where source = '{source}' and table_name = '{table}'
order by schema_version, column_name
"""


class Change(StrEnum):
    """What became of a column.

    Removed or retyped only where a table was restored, or had no row that would hold it to a type.
    """

    ADDED = "added"
    WIDENED = "widened"
    RETYPED = "retyped"
    REMOVED = "removed"


@dataclass(frozen=True)
class ColumnChange:
    """What a version of a schema changed about one column.

    Attributes:
        column: its name.
        change: what became of it.
        type: what Spark SQL calls its type; of a removed one the type that it had.
        previous_type: the type before, of a widened or retyped one.
        file_path: the delivered file that brought it; None for a column of the catalogue, one that
            was there before its table's schemas were recorded, and what a restore changed.
    """

    column: str
    change: Change
    type: str
    previous_type: str | None = None
    file_path: str | None = None


@dataclass(frozen=True)
class SchemaVersion:
    """One version of a raw table's schema.

    Attributes:
        version: from 1.
        batch_id: the batch after which the table had it.
        recorded_at: UTC.
        changes: from the version before, by column.
    """

    version: int
    batch_id: int
    recorded_at: datetime
    changes: tuple[ColumnChange, ...]


def columns_after(versions: Iterable[SchemaVersion]) -> dict[str, str]:
    """Return the columns and their types after some versions, the first of which is 1."""
    columns: dict[str, str] = {}
    for version in versions:
        for change in version.changes:
            if change.change is Change.REMOVED:
                columns.pop(change.column, None)
            else:
                columns[change.column] = change.type
    return columns


def changes_between(before: Mapping[str, str], after: Mapping[str, str]) -> list[ColumnChange]:
    """Return what differs between two schemas: columns and their types, without the files."""
    changes = [
        ColumnChange(name, Change.REMOVED, data_type)
        for name, data_type in before.items()
        if name not in after
    ]
    for name, data_type in after.items():
        if name not in before:
            changes.append(ColumnChange(name, Change.ADDED, data_type))
        elif before[name] != data_type:
            is_wide = is_wider(of_name(data_type), of_name(before[name]))
            change = Change.WIDENED if is_wide else Change.RETYPED
            changes.append(ColumnChange(name, change, data_type, before[name]))
    return sorted(changes, key=lambda change: change.column)


def versions_of(path: Path, source: str, table: str) -> list[SchemaVersion]:
    """Return the versions of a raw table's schema, the oldest first; none where none is recorded.

    Args:
        path: folder of the schema log.
        source: name of the table's source.
        table: its own name.
    """
    if not is_delta_table(path):
        return []
    owner = {"source": delta.escaped(source), "table": delta.escaped(table)}
    rows = delta.query(path, _OF_TABLE.format(**owner)).to_pylist()
    numbers = sorted({int(row["schema_version"]) for row in rows})
    versions = []
    for number in numbers:
        of_version = [row for row in rows if row["schema_version"] == number]
        changes = tuple(
            ColumnChange(
                row["column_name"],
                Change(row["change"]),
                row["type"],
                row["previous_type"],
                row["file_path"],
            )
            for row in of_version
        )
        first = of_version[0]
        recorded_at = delta.from_microseconds(first["recorded_microseconds"])
        versions.append(SchemaVersion(number, first["batch_id"], recorded_at, changes))
    return versions


@dataclass(frozen=True)
class SchemaLog:
    """The schema log of one lake.

    Attributes:
        path: folder of its table.
        run_id: of the run that writes.
        now: time of the run, UTC.
    """

    path: Path
    run_id: str
    now: datetime

    def record(
        self, raw: RawTable, batch_id: int, files: Callable[[], Sequence[FileToLoad]]
    ) -> None:
        """Record how a raw table's schema differs from its last version; nothing if it does not.

        Args:
            raw: the table, with the batch in it.
            batch_id: the batch.
            files: returns what is known of the batch's files; asked only if something differs.
        """
        table = raw.table
        versions = versions_of(self.path, table.source, table.table)
        after = {name: name_of(data_type) for name, data_type in raw.delivered_columns().items()}
        changes = changes_between(columns_after(versions), after)
        if not changes:
            return
        is_followed = bool(versions) or raw.has_one_batch()
        loaded = files() if is_followed else ()
        number = versions[-1].version + 1 if versions else 1
        rows = [
            {
                "source": table.source,
                "table_name": table.table,
                "schema_version": number,
                "column_name": change.column,
                "change": change.change.value,
                "type": change.type,
                "previous_type": change.previous_type,
                "file_path": _cause(change, raw, loaded),
                "batch_id": batch_id,
                "run_id": self.run_id,
                "recorded_at": self.now,
            }
            for change in changes
        ]
        delta.ensure(self.path, SCHEMA, f"ops.{NAME}", _DESCRIPTION)
        delta.append(self.path, [pa.RecordBatch.from_pylist(rows, schema=SCHEMA)], SCHEMA)


def _cause(change: ColumnChange, raw: RawTable, files: Sequence[FileToLoad]) -> str | None:
    """Return the first file that has a column, and in its new type if that is what changed."""
    expected = {name.lower() for name in raw.table.columns}
    is_declared = change.column.lower() in expected and not is_typed(raw.table)
    by_restore = change.change in {Change.REMOVED, Change.RETYPED}
    if by_restore or (is_declared and change.change is Change.ADDED):
        return None
    name = change.column.lower()
    having = [one for one in files if name in {each.lower() for each in one.checked.columns}]
    in_this_type = [
        one
        for one in having
        if name in (types := one.checked.types_by_name()) and name_of(types[name]) == change.type
    ]
    found = (in_this_type if change.change is Change.WIDENED else []) or having
    return found[0].file.path if found else None
