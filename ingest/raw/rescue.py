"""``_rescued_data``: what a record brought that has no place, as JSON, so that it is not lost.

As in Auto Loader the JSON holds each value under its column's name, and the file; and, beyond it,
why each value is there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from ingest.names import FILE_PATH, REASONS
from ingest.raw.conversion import is_filled

NEW_COLUMN = "new_column"
TYPE_MISMATCH = "type_mismatch"


@dataclass(frozen=True)
class Homeless:
    """Values of one column that have no place in the table.

    Attributes:
        name: of the column.
        text: the values as text; null or empty where there is nothing to rescue.
        reason: why: ``new_column`` or ``type_mismatch``.
    """

    name: str
    text: pa.Array[pa.StringScalar]
    reason: str


def rescued(columns: Sequence[Homeless], count: int, path: str) -> pa.Array[pa.StringScalar]:
    """Return the JSON of each record; null where there is nothing to rescue.

    Args:
        columns: what has no place.
        count: number of records.
        path: of the file, relative to the landing folder.
    """
    if not columns:
        return pa.nulls(count, pa.string())
    is_there = [is_filled(column.text) for column in columns]
    concerned = reduce(pc.or_kleene, is_there)
    # Few records as a rule; only those are looked at one by one.
    cells_of = [column.text.filter(concerned).to_pylist() for column in columns]
    texts: list[str] = []
    for cells in zip(*cells_of, strict=True):
        found = [(column, cell) for column, cell in zip(columns, cells, strict=True) if cell]
        values: dict[str, object] = {column.name: cell for column, cell in found}
        values[FILE_PATH] = path
        values[REASONS] = {column.name: column.reason for column, _ in found}
        texts.append(json.dumps(values, ensure_ascii=False))
    nothing, json_texts = pa.nulls(count, pa.string()), pa.array(texts, pa.string())
    return cast("pa.Array[pa.StringScalar]", pc.replace_with_mask(nothing, concerned, json_texts))
