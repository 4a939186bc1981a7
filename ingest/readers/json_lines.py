"""JSON: one object per line, or over several; every value as the text that stands in the file.

Numbers keep their digits, nested objects and arrays are kept as JSON, and null is null. A record
that is no object is quarantined; its neighbours are loaded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from ingest.catalogue.tables import DeliveredTable
from ingest.names import stored_name
from ingest.readers.base import CheckedFile, Records, UnreadableFileError, untold
from ingest.readers.bytes import while_unchanged
from ingest.readers.header import column_names
from ingest.readers.json_documents import documents_of
from ingest.readers.lines import Line, Misfit, in_batches, lines_of, sift

ROWS_PER_BATCH = 20_000
_WHITESPACE = re.compile(r"[ \t\n\r]*")

Values = dict[str, str | None]
"""An object's values as text, by their keys."""
Row = list[str | None]


class JsonLinesReader:
    """Reads the JSON files of one table; see ``ingest.readers.base.Reader``."""

    def __init__(self, table: DeliveredTable) -> None:
        self._table = table
        self._encoding = table.options.encoding
        self._split = documents_of if table.options.multi_line else lines_of

    def check(self, file: Path, tell: Callable[[int], None] = untold) -> CheckedFile:
        """Read a file whole and say what is in it.

        Raises:
            UnreadableFileError: it has to be set aside.
        """
        keys: dict[str, None] = {}

        def misfit_of(line: Line) -> Misfit | None:
            found = values_of(line.text)
            if isinstance(found, Misfit):
                return found
            keys.update(dict.fromkeys(found))
            return None

        lines = sift(file, self._encoding, tell, misfit_of, "JSON objects", self._split)
        if lines.last is None:
            return CheckedFile(empty="the file is empty")
        lines.refuse_cut_off("is no whole JSON object")
        lines.refuse_unfit()
        if not keys and lines.rejected:
            raise UnreadableFileError("its objects hold no key, and other lines do not fit")
        if not keys:
            return CheckedFile(empty="its objects hold no key")
        columns = column_names(tuple(keys), self._table)
        return CheckedFile(columns, lines.loaded, lines.rejected)

    def records(self, file: Path, content_hash: str, checked: CheckedFile) -> Iterator[Records]:
        """Yield the objects of a file that was checked.

        Raises:
            FileChangedError: after the last record: what was read has another SHA-256.
        """
        return while_unchanged(
            file,
            content_hash,
            lambda content: _records_of(self._split(content, self._encoding), checked),
        )


class _RepeatedKeyError(ValueError):
    """An object that has a key twice: one of its values would be lost."""


def values_of(text: str) -> Values | Misfit:
    """Return an object's values as text, or why the line holds none."""
    try:
        found = _DECODER.decode(text)
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


_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=_no_constant
)


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


def _records_of(lines: Iterator[Line], checked: CheckedFile) -> Iterator[Records]:
    for numbers, rows in in_batches(_rows(lines, checked.columns), ROWS_PER_BATCH):
        arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        yield Records(numbers, pa.RecordBatch.from_arrays(arrays, names=list(checked.columns)))


def _rows(lines: Iterator[Line], columns: Sequence[str]) -> Iterator[tuple[Line, Row]]:
    """Yield each object's values in the order of the columns."""
    places = {name.lower(): place for place, name in enumerate(columns)}
    place_of: dict[str, int] = {}
    for line in lines:
        found = values_of(line.text)
        if isinstance(found, Misfit):
            continue
        row: Row = [None] * len(places)
        for key, value in found.items():
            if key not in place_of:
                place_of[key] = places.get(stored_name(key).lower(), -1)
            if place_of[key] < 0:
                raise UnreadableFileError("a key that the check did not find")
            row[place_of[key]] = value
        yield line, row
