"""Records as text, whole columns at a time: delimited lines and JSON lines.

PyArrow's own CSV writer quotes every text or none and ends lines with a line feed only; exports of
real systems quote where it is needed and end lines with CRLF. It has no writer for JSON.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TypeAlias, cast

import pyarrow as pa
import pyarrow.compute as pc

Texts: TypeAlias = pa.StringArray
Column: TypeAlias = "pa.Array[pa.Scalar[pa.DataType]]"

_NEEDS_QUOTES = '[",\\r\\n]'
_NEEDS_ESCAPES = r'["\\\x00-\x1f]'


def delimited(table: pa.Table, line_end: str) -> bytes:
    """Return records as comma-separated lines, each after a line end; nothing for null."""
    columns = [_quoted(_text(column)) for column in _columns(table)]
    return _bytes(joined([joined([line_end, columns[0]]), *columns[1:]], ",")) if columns else b""


def json_lines(table: pa.Table) -> bytes:
    """Return records as JSON objects, each before a line feed; null stays null."""
    parts: list[str | Texts] = []
    for name, column in zip(table.column_names, _columns(table), strict=False):
        parts += [f"{',' if parts else '{'}{json.dumps(name)}:", _json_value(column)]
    return _bytes(joined([*parts, "}\n"])) if parts else b""


def joined(parts: Sequence[str | Texts], separator: str = "", *, keeps_null: bool = False) -> Texts:
    """Return texts of several columns joined, record by record.

    Args:
        parts: columns, and texts that are the same in every record; at least one column.
        separator: between two parts.
        keeps_null: whether a null makes the record null; else it counts as nothing.
    """
    scalars = [pa.scalar(part) if isinstance(part, str) else part for part in parts]
    # The stubs know no mix of arrays and scalars.
    result: Texts = pc.binary_join_element_wise(  # type: ignore[call-overload]
        *scalars, pa.scalar(separator), null_handling="emit_null" if keeps_null else "replace"
    )
    return result


def _columns(table: pa.Table) -> list[Column]:
    """Return the columns in one piece each; none where there is no record."""
    return [column for batch in table.combine_chunks().to_batches() for column in batch.columns]


def _text(column: Column) -> Texts:
    if isinstance(column, pa.StringArray):
        return column
    return cast(Texts, column.cast(pa.string()))


def _quoted(texts: Texts) -> Texts:
    needs = pc.match_substring_regex(texts, _NEEDS_QUOTES)
    if not pc.any(needs).as_py():
        return texts
    quoted = joined(['"', pc.replace_substring(texts, '"', '""'), '"'])
    return cast(Texts, pc.if_else(needs, quoted, texts))


def _json_value(column: Column) -> Texts:
    texts = _text(column)
    if pa.types.is_string(column.type) or pa.types.is_temporal(column.type):
        if pc.any(pc.match_substring_regex(texts, _NEEDS_ESCAPES)).as_py():
            plain = texts.to_pylist()
            escaped = [text and json.dumps(text, ensure_ascii=False)[1:-1] for text in plain]
            texts = pa.array(escaped, pa.string())
        texts = joined(['"', texts, '"'], keeps_null=True)
    return cast(Texts, texts.fill_null("null"))


def _bytes(texts: Texts) -> bytes:
    """Return the characters of all texts, one after the other: so they stand in memory."""
    _, offsets, data = texts.buffers()
    if offsets is None or data is None:
        return b""
    ends = memoryview(offsets).cast("i")
    first, last = ends[texts.offset], ends[texts.offset + len(texts)]
    return data.slice(first, last - first).to_pybytes()
