"""Types of text columns by their values: a column is typed only if nothing of a value is lost.

Every value must be written again from the typed one as it was delivered. So 007 and +5 are no
numbers, and a column with 1.1 and 1.10 is text. Three things are not kept: zeros at the end of
decimals that all have equally many digits, capitals of true and false, and how a time is spelled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from ingest.raw.column_types import TEXT, TIMESTAMP, TIMESTAMP_NTZ
from ingest.raw.conversion import Texts, fitted, is_filled

_DECIMAL = r"^-?(0|[1-9]\d*)\.\d+$"
_MINUS_ZERO = r"^-0(\.0*)?$"
_SHORTEST = r"^-?(0|[1-9]\d*)(\.\d*[1-9])?$"
_WITH_POINT = r"^-?(0|[1-9]\d*)\.(0|\d*[1-9])$"
_UTC = r"Z$"
_SMALL_DECIMAL = (18, 4)
_LARGE_DECIMAL = (38, 18)


class _Decimals:
    """The digits of a column's decimals: as many after the point in each value."""

    def __init__(self) -> None:
        self._scale: int | None = None
        self._whole = 0

    def take(self, text: Texts) -> bool:
        """Look at some values; say whether the column may still be decimals."""
        if not _all(pc.match_substring_regex(text, _DECIMAL)):
            return False
        if pc.any(pc.match_substring_regex(text, _MINUS_ZERO)).as_py():
            return False
        points = pc.find_substring(text, ".")
        scales = pc.subtract(pc.subtract(pc.utf8_length(text), points), 1)
        scale = pc.max(scales).as_py()
        self._whole = max(self._whole, pc.max(points).as_py())
        if pc.min(scales).as_py() != scale or self._scale not in {None, scale}:
            return False
        self._scale = scale
        precision, largest = _LARGE_DECIMAL
        return scale <= largest and self._whole <= precision - largest

    @property
    def type(self) -> pa.DataType:
        """A type with room for more digits than there are."""
        precision, scale = _SMALL_DECIMAL
        if (self._scale or 0) > scale or self._whole > precision - scale:
            precision, scale = _LARGE_DECIMAL
        return pa.decimal128(precision, scale)


class _Column:
    """One column, and the types that it may still have."""

    def __init__(self) -> None:
        self._decimals = _Decimals()
        self._is_empty = True
        self._left: dict[str, Callable[[Texts], bool]] = {
            "boolean": lambda text: _fit(text, pa.bool_()),
            "bigint": lambda text: _fit(text, pa.int64()),
            "decimal": self._decimals.take,
            "shortest": lambda text: _doubles(text, _SHORTEST),
            "with_point": lambda text: _doubles(text, _WITH_POINT),
            "date": lambda text: _fit(text, pa.date32()),
            "timestamp_ntz": lambda text: _fit(text, TIMESTAMP_NTZ),
            "timestamp": lambda text: (
                _all(pc.match_substring_regex(text, _UTC)) and _fit(text, TIMESTAMP)
            ),
        }

    def take(self, values: Texts) -> None:
        """Look at some values; empty ones say nothing."""
        text = values.filter(is_filled(values))
        if len(text):
            self._is_empty = False
            self._left = {kind: fits for kind, fits in self._left.items() if fits(text)}

    @property
    def type(self) -> pa.DataType:
        """The type; text for a column without values."""
        if self._is_empty or not self._left:
            return TEXT
        types: Mapping[str, pa.DataType] = {
            "boolean": pa.bool_(),
            "bigint": pa.int64(),
            "decimal": self._decimals.type,
            "shortest": pa.float64(),
            "with_point": pa.float64(),
            "date": pa.date32(),
            "timestamp_ntz": TIMESTAMP_NTZ,
            "timestamp": TIMESTAMP,
        }
        return types[next(iter(self._left))]


def inferred_types(
    names: Sequence[str], batches: Iterable[tuple[Sequence[str], pa.RecordBatch]]
) -> Mapping[str, pa.DataType]:
    """Return the types of text columns, by their names in lower case.

    Args:
        names: the columns to look at.
        batches: all records that decide, each batch with the names of its columns.
    """
    columns = {name.lower(): _Column() for name in names}
    for delivered, batch in batches:
        for name, values in zip(delivered, batch.columns, strict=True):
            if name.lower() in columns:
                columns[name.lower()].take(cast(Texts, values))
    return {name: column.type for name, column in columns.items()}


def _all(found: pa.BooleanArray) -> bool:
    return bool(pc.all(found).as_py())


def _fit(text: Texts, data_type: pa.DataType) -> bool:
    return fitted(text, data_type).misfits is None


def _doubles(text: Texts, spelling: str) -> bool:
    """Tell whether numbers have few enough digits, all spelled in one way."""
    if not _all(pc.match_substring_regex(text, spelling)):
        return False
    no_zero = not pc.any(pc.match_substring_regex(text, _MINUS_ZERO)).as_py()
    return no_zero and _fit(text, pa.float64())
