"""The files that the loader is measured on, all made from the sales lines of the six files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from bench.files import ORDER, SALES_FOLDER, Lines, repeated, write_lines


def write_parts(own: Lines, landing: Path, lines: int, files: int) -> list[Path]:
    """Write so many sales lines in so many files of the same number of lines, or one less.

    Args:
        own: the sales lines of the six files.
        landing: the folder to write.
        lines: of all files.
        files: at most one for each line.
    """
    sizes = [lines // files + (place < lines % files) for place in range(files)]
    written = []
    for number, part in enumerate(in_sizes(repeated(own, lines), sizes)):
        written.append(_file(landing, number))
        write_lines(part, written[-1])
    return written


def write_one(own: Lines, landing: Path, size_bytes: int) -> tuple[Path, int]:
    """Write one file of about a size; return it and the number of its lines."""
    sample = next(repeated(own, own.num_rows))
    lines = round(size_bytes / (len(_csv(sample)) / sample.num_rows))
    (file,) = write_parts(own, landing, lines, 1)
    return file, lines


def write_small(own: Lines, landing: Path, files: int) -> list[Path]:
    """Write so many files of one sales line each, no two with the same content."""
    header = (",".join(own.column_names) + "\n").encode()
    written = []
    for number, line in enumerate(islice(_lines(own, files), files)):
        file = _file(landing, number)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(header + line)
        written.append(file)
    return written


def in_sizes(parts: Iterator[Lines], sizes: list[int]) -> Iterator[Lines]:
    """Yield the lines of all parts as tables of the given sizes."""
    waiting = next(parts)
    for size in sizes:
        while waiting.num_rows < size:
            waiting = pa.concat_tables([waiting, next(parts)])
        yield waiting.slice(0, size)
        waiting = waiting.slice(size)


def _lines(own: Lines, number: int) -> Iterator[bytes]:
    """Yield lines as CSV; every copy of the own ones has other order numbers."""
    seen = set[bytes]()
    for copy in repeated(own.filter(own[ORDER].is_valid()), 2 * number + own.num_rows):
        for line in _csv(copy).splitlines(keepends=True):
            if line not in seen:
                seen.add(line)
                yield line


def _csv(lines: Lines) -> bytes:
    stream = io.BytesIO()
    options = csv.WriteOptions(include_header=False, quoting_style="none")
    csv.write_csv(lines, stream, options)
    return stream.getvalue()


def _file(landing: Path, number: int) -> Path:
    return landing / SALES_FOLDER / f"part-{number:06d}.csv"
