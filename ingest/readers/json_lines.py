"""JSON lines: one object per line, every value as the text that stands in the file.

Numbers keep their digits, nested objects and arrays are kept as JSON, and null is null. A line that
is no object is quarantined; its neighbours are loaded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa

from ingest.catalogue import DeliveredTable
from ingest.names import FORBIDDEN_IN_COLUMN
from ingest.readers.base import (
    MAX_RECORD,
    MAX_REJECTED,
    CheckedFile,
    FileChangedError,
    HashingStream,
    Records,
    RejectedRecord,
    UnreadableFileError,
    untold,
)
from ingest.readers.bytes import decompressed
from ingest.readers.header import column_names
from ingest.readers.lines import Line, Misfit, checked_lines, lines_of

ROWS_PER_BATCH = 20_000
_WHITESPACE = re.compile(r"[ \t\n\r]*")

Values = dict[str, str | None]
"""An object's values as text, by their keys."""


class JsonLinesReader:
    """Reads the JSON files of one table; see ``ingest.readers.base.Reader``."""

    def __init__(self, table: DeliveredTable) -> None:
        self._table = table
        self._encoding = table.options.encoding

    def check(self, file: Path, tell: Callable[[int], None] = untold) -> CheckedFile:
        """Read a file whole and say what is in it.

        Raises:
            UnreadableFileError: it has to be set aside.
        """
        keys: dict[str, None] = {}
        loaded, rejected = 0, list[RejectedRecord]()
        line = None
        for line in checked_lines(file, self._encoding, tell):
            found = values_of(line.text)
            if not isinstance(found, Misfit):
                loaded += 1
                keys.update(dict.fromkeys(found))
                continue
            rejected.append(found.at(line))
            if len(rejected) > MAX_REJECTED:
                reason = f"more than {MAX_REJECTED:,} lines are not JSON objects"
                raise UnreadableFileError(reason)
        if line is None:
            return CheckedFile(empty="the file is empty")
        if rejected and rejected[-1].record_number == line.record_number and not line.is_ended:
            raise UnreadableFileError(
                f"line {line.number}: the last line is no whole JSON object and has no line end, "
                "so the upload was cut off"
            )
        return CheckedFile(self._columns(keys, rejected), loaded, tuple(rejected))

    def records(self, file: Path, content_hash: str, checked: CheckedFile) -> Iterator[Records]:
        """Yield the objects of a file that was checked.

        Raises:
            FileChangedError: after the last record: what was read has another SHA-256.
        """
        try:
            with HashingStream(file) as stream:
                content = decompressed(cast(BinaryIO, stream), file.name)
                yield from _in_batches(lines_of(content, self._encoding), checked)
                content_is_same = stream.hexdigest() == content_hash
        except (UnreadableFileError, EOFError, OSError) as error:
            raise FileChangedError(file) from error
        if not content_is_same:
            raise FileChangedError(file)

    def _columns(self, keys: dict[str, None], rejected: list[RejectedRecord]) -> tuple[str, ...]:
        if not keys and rejected:
            raise UnreadableFileError(f"line {rejected[0].line_number}: {rejected[0].reason}")
        return column_names(tuple(keys), self._table)


class _RepeatedKeyError(ValueError):
    """An object that has a key twice: one of its values would be lost."""


def values_of(text: str) -> Values | Misfit:
    """Return an object's values as text, or why the line holds none."""
    try:
        found = json.loads(
            text,
            object_pairs_hook=_once,
            parse_int=str,
            parse_float=str,
            parse_constant=_no_constant,
        )
    except _RepeatedKeyError:
        return Misfit("json_repeated_key", "an object with a key more than once")
    except (ValueError, RecursionError):
        return Misfit("json_invalid", "no valid JSON")
    if not isinstance(found, dict):
        return Misfit("json_no_object", "no JSON object")
    if "\\u" in text and _has_half_a_pair(found):
        return Misfit("json_invalid", "an escape that is half a character")
    if any(isinstance(value, dict | list) for value in found.values()):
        return _with_nested(text)
    return {key: _text(value) for key, value in found.items()}


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedKeyError
    return found


def _no_constant(name: str) -> str:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


def _has_half_a_pair(found: object) -> bool:
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _with_nested(text: str) -> Values:
    """Return the values of a valid object; nested ones as they stand in the text."""
    decode = json.JSONDecoder().raw_decode
    at, found = _next(text, text.index("{") + 1), Values()
    while text[at] != "}":
        key, at = decode(text, at)
        at = _next(text, _next(text, at) + 1)  # past the colon
        value, end = decode(text, at)
        is_plain = isinstance(value, str | bool) or value is None
        found[str(key)] = _text(value) if is_plain else text[at:end]
        at = _next(text, end)
        if text[at] == ",":
            at = _next(text, at + 1)
    return found


def _next(text: str, at: int) -> int:
    """Return the place of the next character that is no white space."""
    blank = _WHITESPACE.match(text, at)
    return blank.end() if blank else at


def _in_batches(lines: Iterator[Line], checked: CheckedFile) -> Iterator[Records]:
    places = {name.lower(): place for place, name in enumerate(checked.columns)}
    place_of: dict[str, int] = {}
    numbers, rows = list[int](), list[list[str | None]]()
    size = 0
    for line in lines:
        found = values_of(line.text)
        if isinstance(found, Misfit):
            continue
        row: list[str | None] = [None] * len(places)
        for key, value in found.items():
            if key not in place_of:
                name = FORBIDDEN_IN_COLUMN.sub("_", key.strip()).lower()
                place_of[key] = places.get(name, -1)
            if place_of[key] < 0:
                raise UnreadableFileError("a key that the check did not find")
            row[place_of[key]] = value
        numbers.append(line.record_number)
        rows.append(row)
        size += len(line.text)
        if len(rows) == ROWS_PER_BATCH or size > MAX_RECORD:
            yield _batch(numbers, rows, checked.columns)
            numbers, rows, size = [], [], 0
    if rows:
        yield _batch(numbers, rows, checked.columns)


def _batch(numbers: list[int], rows: list[list[str | None]], columns: tuple[str, ...]) -> Records:
    arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    batch = pa.RecordBatch.from_arrays(arrays, names=list(columns))
    return Records(pa.array(numbers, pa.int64()), batch)
