"""The types of raw columns: what a delivered type becomes, what holds what, and how they are named.

A Delta column keeps the type it was created with, so these few rules decide whether a value of a
later file has its place. Text holds everything. Touches no disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce

import pyarrow as pa
from pyarrow import types

MAX_PRECISION = 38
"""Digits of the widest decimal of Delta."""

TEXT = pa.string()
TIMESTAMP = pa.timestamp("us", tz="UTC")
TIMESTAMP_NTZ = pa.timestamp("us")

_BY_NAME: dict[str, pa.DataType] = {
    "string": TEXT,
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": TIMESTAMP,
    "timestamp_ntz": TIMESTAMP_NTZ,
    "binary": pa.binary(),
}
_DECIMALS = (pa.Decimal32Type, pa.Decimal64Type, pa.Decimal128Type, pa.Decimal256Type)
_NAMES = {data_type: name for name, data_type in _BY_NAME.items()}
_INTEGERS = {8: pa.int8(), 16: pa.int16(), 32: pa.int32(), 64: pa.int64()}
_INTEGER_DIGITS = {8: 10, 16: 10, 32: 10, 64: 20}
"""Precision of the decimal that an integer is widened to, as Delta has it."""


def of_name(name: str) -> pa.DataType:
    """Return the type that Spark SQL calls so, such as ``decimal(18,4)``.

    Args:
        name: in the spelling of ``ingest.options.hints``.
    """
    if name.startswith("decimal("):
        precision, scale = name.removeprefix("decimal(").rstrip(")").split(",")
        return pa.decimal128(int(precision), int(scale))
    return _BY_NAME[name]


def name_of(data_type: pa.DataType) -> str:
    """Return what Spark SQL calls a raw column's type."""
    if isinstance(data_type, pa.Decimal128Type):
        return f"decimal({data_type.precision},{data_type.scale})"
    return _NAMES.get(data_type, str(data_type))


def raw_type(delivered: pa.DataType) -> pa.DataType:
    """Return the type in which a raw table holds values of a type, none of them changed.

    What Delta cannot hold is text: times of day, durations, decimals beyond 38 digits, and nested
    values, which are JSON.
    """
    if isinstance(delivered, pa.BaseExtensionType):
        return raw_type(delivered.storage_type)
    if isinstance(delivered, pa.DictionaryType):
        return raw_type(delivered.value_type)
    for is_of_kind, found in _BY_KIND:
        if is_of_kind(delivered):
            return found(delivered)
    return delivered if delivered in _NAMES else TEXT


def _signed(delivered: pa.DataType) -> pa.DataType:
    return _INTEGERS.get(2 * delivered.bit_width, pa.decimal128(20, 0))


def _time(delivered: pa.DataType) -> pa.DataType:
    has_zone = isinstance(delivered, pa.TimestampType) and delivered.tz is not None
    return TIMESTAMP if has_zone else TIMESTAMP_NTZ


def _decimal(delivered: pa.DataType) -> pa.DataType:
    if not isinstance(delivered, _DECIMALS):
        return TEXT
    precision, scale = delivered.precision, delivered.scale
    return pa.decimal128(precision, scale) if 0 <= scale <= precision <= MAX_PRECISION else TEXT


_BY_KIND: Sequence[tuple[Callable[[pa.DataType], bool], Callable[[pa.DataType], pa.DataType]]] = (
    (types.is_unsigned_integer, _signed),
    (types.is_timestamp, _time),
    (types.is_decimal, _decimal),
    (types.is_float16, lambda _: pa.float32()),
    (types.is_date, lambda _: pa.date32()),
    (types.is_large_binary, lambda _: pa.binary()),
    (types.is_fixed_size_binary, lambda _: pa.binary()),
    (types.is_binary_view, lambda _: pa.binary()),
)


def is_wider(wide: pa.DataType, narrow: pa.DataType) -> bool:
    """Tell whether a type holds every value of another one exactly; Delta's rules of widening."""
    if types.is_integer(narrow):
        if types.is_integer(wide):
            return bool(wide.bit_width > narrow.bit_width)
        if isinstance(wide, pa.Decimal128Type):
            return bool(wide.precision - wide.scale >= _INTEGER_DIGITS[narrow.bit_width])
        return bool(wide == pa.float64() and narrow.bit_width <= 32)
    if isinstance(narrow, pa.Decimal128Type) and isinstance(wide, pa.Decimal128Type):
        more_whole = wide.precision - wide.scale >= narrow.precision - narrow.scale
        return bool(wide != narrow and wide.scale >= narrow.scale and more_whole)
    return (narrow, wide) in {
        (pa.float32(), pa.float64()),
        (pa.date32(), TIMESTAMP_NTZ),
    }


def common_type(found: Iterable[pa.DataType]) -> pa.DataType:
    """Return the narrowest type that holds every value of some types exactly.

    Args:
        found: types of raw columns, at least one.
    """
    return reduce(lambda one, other: _common(one, other) or TEXT, found)


def widened(held: pa.DataType, delivered: pa.DataType) -> pa.DataType:
    """Return the type a column gets that is to hold another type too; its own if there is none."""
    found = _common(held, delivered)
    return held if found is None or not is_wider(found, held) else found


def _common(one: pa.DataType, other: pa.DataType) -> pa.DataType | None:
    if one == other or is_wider(one, other):
        return one
    if is_wider(other, one):
        return other
    if isinstance(one, pa.Decimal128Type) and isinstance(other, pa.Decimal128Type):
        scale = max(one.scale, other.scale)
        precision = scale + max(one.precision - one.scale, other.precision - other.scale)
        return pa.decimal128(precision, scale) if precision <= MAX_PRECISION else None
    return None
