"""Values into the types of raw columns: each exactly, or not at all.

A value fits a column if nothing of it is lost: 007 is no number, 30 February no date, and 1.234,56
is not guessed at. What does not fit is marked, for the caller to keep elsewhere.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias, TypeVar, cast

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from ingest.raw.column_types import TEXT, TIMESTAMP_NTZ, is_wider, raw_type

Values: TypeAlias = "pa.Array[pa.Scalar[pa.DataType]]"
Texts: TypeAlias = pa.StringArray
Kind = TypeVar("Kind", bound="pa.Array[pa.Scalar[pa.DataType]]")

_WHOLE = r"^(0|-?[1-9]\d{0,18})$"
_NUMBER = r"^-?(0|[1-9]\d*)(\.\d+)?$"
_FLOATING = r"^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,3})?$"
_DATE = r"^\d{4}-\d{2}-\d{2}$"
_TIME = r"^\d{4}-\d{2}-\d{2}[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6}0{0,3})?"
_ZONE = r"(Z|[+-](0\d|1[0-4]):?[0-5]\d)"
_EXACT_DIGITS: Mapping[pa.DataType, int] = {pa.float32(): 6, pa.float64(): 15}
"""Significant digits of which a floating-point number keeps each."""


@dataclass(frozen=True)
class Fitted:
    """Values of one column in its type.

    Attributes:
        values: null where a value does not fit.
        misfits: true where one does not; None where all fit.
    """

    values: Values
    misfits: pa.BooleanArray | None = None


def fitted(values: Values, target: pa.DataType) -> Fitted:
    """Return values in the type of the column they go to.

    Args:
        values: of a type that ``raw_values`` returns; an empty text is null in any other type.
        target: the column's type.
    """
    if values.type == target:
        return Fitted(values)
    if target == TEXT:
        return Fitted(as_text(values))
    if is_wider(target, values.type):
        return Fitted(values.cast(target))
    of_one_kind = raw_type(values.type) == target and types.is_timestamp(target)
    if of_one_kind or (values.type, target) == (pa.float64(), pa.float32()):
        return _marked(values, _unchanged(values, target))
    if pa.binary() in (values.type, target):
        return _marked(values, _nulls(len(values), target))
    return _marked(values, parsed(as_text(values), target))


def _marked(values: Values, found: Values) -> Fitted:
    lost = pc.and_(pc.is_valid(values), pc.is_null(found))
    if values.type == TEXT:
        lost = pc.and_kleene(lost, is_filled(values))
    return Fitted(found, lost if pc.any(lost).as_py() else None)


def _unchanged(values: Values, target: pa.DataType) -> Values:
    found = values.cast(target, safe=False)
    return _where(pc.equal(found.cast(values.type, safe=False), values), found)


def _where(keep: pa.BooleanArray, values: Kind) -> Kind:
    return cast(Kind, pc.if_else(keep, values, pa.scalar(None, values.type)))


def _nulls(count: int, data_type: pa.DataType) -> Values:
    return pa.array([None], data_type).take(pa.array([0] * count, pa.int64()))


def parsed(text: Texts, target: pa.DataType) -> Values:
    """Return texts as values of a type, null where they are none or would not be kept exactly."""
    if isinstance(target, pa.Decimal128Type):
        return _decimals(text, target.precision, target.scale)
    for is_of_kind, values_of in _PARSERS:
        if is_of_kind(target):
            return values_of(text, target)
    return _nulls(len(text), target)


def _booleans(text: Texts, target: pa.DataType) -> Values:
    lower = pc.utf8_lower(text)
    return _where(pc.is_in(lower, pa.array(["true", "false"])), lower).cast(target)


def _integers(text: Texts, target: pa.DataType) -> Values:
    numbers = _where(pc.match_substring_regex(text, _WHOLE), text).cast(pa.decimal128(19, 0))
    largest = 2 ** (target.bit_width - 1) - 1
    above = pc.less_equal(numbers, pa.scalar(Decimal(largest)))
    below = pc.greater_equal(numbers, pa.scalar(Decimal(-largest - 1)))
    return _where(pc.and_(above, below), numbers).cast(target)


def _decimals(text: Texts, precision: int, scale: int) -> Values:
    is_number = pc.match_substring_regex(text, _NUMBER)
    bare = pc.replace_substring_regex(_where(is_number, text), r"(\.\d*?)0+$", r"\1")
    bare = pc.replace_substring_regex(bare, r"\.$", "")
    digits = rf"\d{{1,{precision - scale}}}" if precision > scale else "0"
    fraction = rf"(\.\d{{1,{scale}}})?" if scale else ""
    fits = pc.match_substring_regex(bare, f"^-?{digits}{fraction}$")
    return _where(fits, bare).cast(pa.decimal128(precision, scale))


def _floating(text: Texts, target: pa.DataType) -> Values:
    is_number = pc.match_substring_regex(text, _FLOATING)
    numbers = _where(is_number, text).cast(target)
    # Few enough digits, or exactly the digits that the number has as text.
    mantissa = pc.replace_substring_regex(text, r"[eE].*$", "")
    digits = pc.utf8_length(pc.replace_substring_regex(mantissa, r"^-?(0\.0*)?|\.", ""))
    is_short = pc.less_equal(digits, pa.scalar(_EXACT_DIGITS[target]))
    is_same = pc.equal(numbers.cast(TEXT), text)
    return _where(pc.and_(pc.or_(is_short, is_same), pc.is_finite(numbers)), numbers)


def _dates(text: Texts, target: pa.DataType) -> Values:
    return _where(_is_date(text), text).cast(target)


def _times(text: Texts, target: pa.DataType) -> Values:
    zone = "" if target == TIMESTAMP_NTZ else _ZONE
    whole = pc.match_substring_regex(text, f"{_TIME}{zone}$")
    is_time = pc.and_(whole, _is_date(pc.utf8_slice_codeunits(text, 0, 10)))
    # Digits beyond the microsecond are zeros.
    shorter = pc.replace_substring_regex(text, r"(\.\d{6})0+", r"\1")
    return _where(is_time, shorter).cast(target)


def _is_date(text: Texts) -> pa.BooleanArray:
    """Mark the days of the calendar, from year 1."""
    written = pc.and_(
        pc.match_substring_regex(text, _DATE), pc.invert(pc.starts_with(text, "0000"))
    )
    days = pc.strptime(_where(written, text), format="%Y-%m-%d", unit="s", error_is_null=True)
    # 30 February comes back as 2 March.
    return pc.equal(days.cast(pa.date32()).cast(TEXT), text)


_PARSERS: Sequence[tuple[Callable[[pa.DataType], bool], Callable[[Texts, pa.DataType], Values]]] = (
    (types.is_boolean, _booleans),
    (types.is_integer, _integers),
    (types.is_floating, _floating),
    (types.is_date, _dates),
    (types.is_timestamp, _times),
)


def is_filled(text: Values) -> pa.BooleanArray:
    """Mark the texts that are not empty; null for null."""
    return pc.greater(pc.binary_length(cast(Texts, text)), pa.scalar(0))


def as_text(values: Values) -> Texts:
    """Return values as text that has all of them: bytes in base64, nested values as JSON."""
    found = values.type
    if types.is_nested(found):
        return _each(values, lambda cell: json.dumps(_plain(cell), ensure_ascii=False))
    # pyarrow would write 1E-7 for a small decimal.
    if types.is_binary(found) or (types.is_decimal(found) and found.scale > 6):
        return _each(values, lambda cell: str(_plain(cell)))
    return cast(Texts, values.cast(TEXT))


def _each(values: Values, text_of: Callable[[object], str]) -> Texts:
    cells: Sequence[object] = cast("pa.Array[pa.StringScalar]", values).to_pylist()
    return pa.array([None if cell is None else text_of(cell) for cell in cells], TEXT)


def _plain(cell: object) -> object:
    """Return a value as JSON can hold it: what JSON has no kind for as text."""
    if isinstance(cell, Mapping):
        return {str(name): _plain(value) for name, value in cell.items()}
    if isinstance(cell, list | tuple):  # a map is a list of pairs
        return [_plain(value) for value in cell]
    if isinstance(cell, bytes):
        return base64.b64encode(cell).decode("ascii")
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if cell is None or isinstance(cell, bool | int | str):
        return cell
    return cell if isinstance(cell, float) and math.isfinite(cell) else str(cell)


def raw_values(values: Values) -> Values:
    """Return delivered values in their raw type; see ``ingest.raw.column_types.raw_type``.

    Nanoseconds stay as they are, for a raw column has none, and ``fitted`` says which of them lose
    something.

    Raises:
        pyarrow.ArrowInvalid: a text is not valid UTF-8, or a time is beyond what Delta can hold.
    """
    if isinstance(values, pa.ExtensionArray):
        return raw_values(values.storage)
    if isinstance(values, pa.DictionaryArray):
        return raw_values(values.dictionary_decode())
    target = raw_type(values.type)
    if types.is_nested(values.type):
        return as_text(values)
    if isinstance(values.type, pa.TimestampType) and values.type.unit == "ns":
        return values.cast(pa.timestamp("ns", tz=None if values.type.tz is None else "UTC"))
    found = as_text(values) if target == TEXT else values.cast(target)
    found.validate(full=True)
    return found
