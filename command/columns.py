"""Text in columns for a terminal, with nothing in it that a terminal would obey."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

WIDTH = 100
"""Rows that are wider than this are shown with one value a line."""

# Control characters, and those that turn the direction of text around.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def safe(text: str) -> str:
    """Return a text with every character that a terminal would obey written out."""
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def in_columns(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Align rows, of which the first is the header.

    Args:
        rows: of equal length.
        right: places of the columns to align on the right.
    """
    cells = [[safe(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


def in_columns_or_blocks(
    columns: Sequence[str], rows: Sequence[Sequence[str]], names: Sequence[str] = ()
) -> list[str]:
    """Align rows where they fit the width; else write each as a block of one value a line.

    Args:
        columns: names of the columns.
        rows: their values.
        names: of the rows; they are numbered where none are given.
    """
    lines = in_columns([columns, *rows])
    if max(map(len, lines)) <= WIDTH:
        return lines
    return list(_blocks(columns, rows, names or [f"row {n + 1}" for n in range(len(rows))]))


def _blocks(
    columns: Sequence[str], rows: Sequence[Sequence[str]], names: Sequence[str]
) -> Iterator[str]:
    width = max(map(len, columns))
    for heading, row in zip(names, rows, strict=True):
        yield heading
        for name, value in zip(columns, row, strict=True):
            yield f"  {safe(name).ljust(width)}  {safe(value)}"


def bytes_text(count: int) -> str:
    """Return a number of bytes as a person reads it: 512 bytes, 3.4 MB."""
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
