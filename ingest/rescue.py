"""``_rescued_data``: what a record brought that has no column, as JSON, so that it is not lost.

As in Auto Loader the JSON holds each value under its column's name, and the file; and, beyond it,
why each value is there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import pyarrow as pa

NEW_COLUMN = "new_column"


def rescued(
    columns: Mapping[str, pa.Array[pa.StringScalar]], count: int, path: str
) -> pa.Array[pa.StringScalar]:
    """Return the JSON of each record; null where it has no value in any of the columns.

    Args:
        columns: name and values, as text, of the columns that the table does not have.
        count: number of records.
        path: of the file, relative to the landing folder.
    """
    if not columns:
        return pa.nulls(count, pa.string())
    texts: list[str | None] = []
    for cells in zip(*(column.to_pylist() for column in columns.values()), strict=True):
        values = {name: cell for name, cell in zip(columns, cells, strict=True) if cell}
        reasons = dict.fromkeys(values, NEW_COLUMN)
        found = {**values, "_file_path": path, "_reasons": reasons}
        texts.append(json.dumps(found, ensure_ascii=False) if values else None)
    return pa.array(texts, pa.string())
