"""What is in a lake's tables, from their Delta logs: rows, size, version, age. No data is scanned.

The run report and ``saleslake status`` both read it here, so their figures are the same figures.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError
from pyarrow import parquet

from saleslake.lake import Lake, LakeTable

LAYERS = ["raw", "bronze", "silver", "snapshots", "gold", "seeds", "ops"]
"""In the order in which a row passes them; then what is no layer."""

BUSINESS_DATE_COLUMNS = ["order_date"]
"""Columns whose newest value says how far a table's business goes. Dates of other kinds do not:
a calendar goes to its end, a product version may start next year."""

MAINTENANCE = {"OPTIMIZE", "VACUUM START", "VACUUM END", "SET TBLPROPERTIES", "ADD CONSTRAINT"}
"""Delta operations that change no row."""

_HISTORY = 20


@dataclass(frozen=True)
class TableState:
    """One Delta table of a lake.

    Attributes:
        layer: one of LAYERS.
        schema: its schema in SQL.
        name: its name there.
        rows: how many it has; None when its log cannot be read.
        size_bytes: what its folder takes on disk, older versions and the log included.
        version: its Delta version.
        changed_at: when rows were last written, UTC.
        newest_date: the newest business date in it; None where it has none.
        problem: why it cannot be read; None when it can.
    """

    layer: str
    schema: str
    name: str
    rows: int | None
    size_bytes: int
    version: int | None
    changed_at: datetime | None
    newest_date: date | None
    problem: str | None = None

    @property
    def full_name(self) -> str:
        """Schema and name, such as ``gold.fact_sales``."""
        return f"{self.schema}.{self.name}"


def read_tables(lake: Lake) -> tuple[TableState, ...]:
    """Read every table's state, in order of layers and names; one damaged table stops no other."""
    states = map(_read_guarded, lake.tables())  # threads made it slower (measured on two cores)
    return tuple(sorted(states, key=lambda s: (LAYERS.index(s.layer), s.schema, s.name)))


def layer_of(schema: str) -> str:
    """Return the layer of a schema: that of ``raw_crm`` is raw, what is unknown is ops."""
    first = schema.split("_", maxsplit=1)[0]
    return first if first in LAYERS else "ops"


def size_on_disk(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(root) / name).lstat().st_size
            except FileNotFoundError:  # a run that is under way replaced it
                continue
    return total


def _read_guarded(table: LakeTable) -> TableState:
    try:
        return _read(table)
    except (DeltaError, OSError, pa.ArrowException) as error:
        return TableState(
            layer=layer_of(table.schema),
            schema=table.schema,
            name=table.name,
            rows=None,
            size_bytes=size_on_disk(table.path),
            version=None,
            changed_at=None,
            newest_date=None,
            problem=(str(error).splitlines() or [type(error).__name__])[0][:200],
        )


def _read(table: LakeTable) -> TableState:
    delta = DeltaTable(table.path)
    # Through the Arrow stream: pa.table() would import pandas, a whole second.
    files = pa.RecordBatchReader.from_stream(delta.get_add_actions(flatten=True)).read_all()
    return TableState(
        layer=layer_of(table.schema),
        schema=table.schema,
        name=table.name,
        rows=_rows(table.path, files),
        size_bytes=size_on_disk(table.path),
        version=delta.version(),
        changed_at=_changed_at(delta),
        newest_date=_newest_date(files),
    )


def _rows(folder: Path, files: pa.Table) -> int:
    """Sum the files' row counts; one that the log does not know is in the file's own footer."""
    counts: list[int | None] = (
        files.column("num_records").to_pylist()
        if "num_records" in files.column_names
        else [None] * files.num_rows
    )
    paths = files.column("path").to_pylist()
    return sum(
        parquet.read_metadata(folder / str(path)).num_rows if count is None else count
        for path, count in zip(paths, counts, strict=True)
    )


def _newest_date(files: pa.Table) -> date | None:
    for column in BUSINESS_DATE_COLUMNS:
        name = f"max.{column}"
        if name in files.column_names and pa.types.is_date(files.schema.field(name).type):
            return max((day for day in files.column(name).to_pylist() if day), default=None)
    return None


def _changed_at(delta: DeltaTable) -> datetime | None:
    """Return the time of the newest commit that changed rows, of the newest one if none is told."""
    history = delta.history(_HISTORY)
    changes = [entry for entry in history if entry.get("operation") not in MAINTENANCE]
    for entry in changes or history:
        milliseconds = entry.get("timestamp")
        if isinstance(milliseconds, int):
            return datetime.fromtimestamp(milliseconds / 1000, UTC)
    return None
