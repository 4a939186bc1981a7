"""The ledger of faults: every value of the files that is not what is true, by file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa

from sample.dirt.kinds import Kind
from sample.output.chunk import Chunk
from sample.output.files import PlacedFault

_COLUMNS: Mapping[str, pa.DataType] = {
    "file": pa.string(),
    "line": pa.int64(),
    "column": pa.string(),
    "true_value": pa.string(),
    "delivered_value": pa.string(),
    "kind": pa.string(),
    "family": pa.string(),
}
SCHEMA = pa.schema(_COLUMNS)
"""``column`` is empty where the whole record is meant: it comes late, or should not be there."""


def faults_table(faults: Iterable[PlacedFault], kinds: Iterable[Kind]) -> Iterator[Chunk]:
    """Yield the ledger of the faults of all files; kinds are those of all domains."""
    families = {kind.full_name: kind.family for kind in kinds}
    rows = []
    for it in faults:
        kind = f"{it.table}/{it.fault.kind}"
        rows.append(
            {
                "file": it.path,
                "line": it.line,
                "column": it.fault.column,
                "true_value": it.fault.true_value,
                "delivered_value": it.fault.delivered_value,
                "kind": kind,
                "family": families[kind],
            }
        )
    yield Chunk(pa.Table.from_pylist(rows, SCHEMA))
