"""The quarantine of a raw table follows its batches: out with them, and back with them.

A file that is loaded again brings its quarantined records again, so those of a batch that was taken
out must not stay. What a restore deletes, a later restore finds in the quarantine's own history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder, write_deltalake

from ingest.delta import escaped, query
from ingest.quarantine.table import CLOSING, SCHEMA
from maintenance.history import read_history
from saleslake.lake import is_delta_table

DELETE = "DELETE"

_OF_TABLE = "source = '{source}' and table_name = '{table}'"
_OF_BATCHES = _OF_TABLE + " and batch_id in ({batches})"
_COUNTS = f"select batch_id, count(*) as n from t where {_OF_TABLE} group by batch_id"  # noqa: S608
_ROWS = f"select * from t where {_OF_BATCHES}"  # noqa: S608 - constants
_BY_BATCHES = _OF_TABLE + " and {column} in ({batches})"
_MARKING = "select distinct {column} as batch_id from t where " + _OF_TABLE + " and {column} > 0"  # noqa: S608
_MARKS = {
    "replay_batch_id": ("replay_batch_id", "replay_run_id", "replayed_at"),
    "closing_batch_id": CLOSING,
}
"""By the column that names the batch which marked a record: all that such a mark consists of."""


def _filled(
    template: str, source: str, table: str, batches: Collection[int] = (), column: str = ""
) -> str:
    """Fill a template in; the names are literals, whatever is in them."""
    return template.format(
        source=escaped(source),
        table=escaped(table),
        column=column,
        batches=", ".join(map(str, sorted(batches))),
    )


def take_out(path: Path, source: str, table: str, kept: Collection[int]) -> int:
    """Delete the quarantined records of all batches of a raw table but the kept ones.

    Args:
        path: folder of the quarantine's table; none there is none to delete from.
        source: of the raw table.
        table: its own name.
        kept: batches whose records stay.

    Returns:
        The number of records deleted.
    """
    if not is_delta_table(path):
        return 0
    out = _counts(path, None, source, table).keys() - set(kept)
    if not out:
        return 0
    found = DeltaTable(path).delete(_filled(_OF_BATCHES, source, table, out))
    return int(found["num_deleted_rows"])


def unmark(path: Path, source: str, table: str, kept: Collection[int]) -> int:
    """Let records wait again that batches had loaded or closed which are gone from a raw table.

    Args:
        path: folder of the quarantine's table.
        source: of the raw table.
        table: its own name.
        kept: batches that the raw table has.

    Returns:
        The number of marks that were taken off.
    """
    if not is_delta_table(path):
        return 0
    count = 0
    for column, marks in _MARKS.items():
        rows = query(path, _filled(_MARKING, source, table, column=column), SCHEMA).to_pylist()
        gone = {int(row["batch_id"]) for row in rows} - set(kept)
        if gone:
            found = DeltaTable(path).update(
                dict.fromkeys(marks, "null"),
                predicate=_filled(_BY_BATCHES, source, table, gone, column),
            )
            count += int(found["num_updated_rows"])
    return count


def bring_back(path: Path, source: str, table: str, batches: Collection[int]) -> set[int]:
    """Append the records of batches that an earlier restore deleted.

    Args:
        path: folder of the quarantine's table.
        source: of the raw table.
        table: its own name.
        batches: whose records are to be there; those that have some already are left alone.

    Returns:
        The batches that could not be found: their versions are gone.
    """
    if not batches:
        return set()
    if not is_delta_table(path):
        return set(batches)
    missing = set(batches) - _counts(path, None, source, table).keys()
    for version in _versions_before_deletes(path):
        found = missing & _counts(path, version, source, table).keys()
        if found:
            rows = _rows(path, version, source, table, found)
            write_deltalake(path, rows, mode="append", schema_mode="merge")
        missing -= found
        if not missing:
            break
    return missing


def _versions_before_deletes(path: Path) -> Iterator[int]:
    history = read_history(path)
    for version in reversed(history.versions):
        before = history.get(version.version - 1)
        if version.operation == DELETE and before and before.is_whole:
            yield before.version


def _counts(path: Path, version: int | None, source: str, table: str) -> dict[int, int]:
    """Return the number of quarantined records by batch."""
    rows = _query(path, version, _filled(_COUNTS, source, table))
    return {int(row["batch_id"]): int(row["n"]) for row in rows.to_pylist()}


def _rows(path: Path, version: int, source: str, table: str, batches: set[int]) -> pa.Table:
    rows = _query(path, version, _filled(_ROWS, source, table, batches))
    # A version may be older than some of the columns.
    return rows.cast(pa.schema([SCHEMA.field(name) for name in rows.column_names]))


def _query(path: Path, version: int | None, sql: str) -> pa.Table:
    rows = QueryBuilder().register("t", DeltaTable(path, version=version)).execute(sql)
    return pa.RecordBatchReader.from_stream(rows).read_all()
