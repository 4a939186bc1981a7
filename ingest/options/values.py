"""What may be written for an option: each function reads one kind of value.

A value comes from YAML or from Spark, where everything is text, so ``true`` and ``"true"`` are the
same. Each raises ValueError with what should be written, in words that follow "Write".
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from ingest.files.globs import compile_glob, glob_problem
from ingest.options.hints import read_hints, read_partition_columns

Scalar = str | int | float | bool | None
Value = str | int | bool | datetime | timedelta | None
Read = Callable[[Scalar], Value]

_UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_BYTES = re.compile(r"(\d+) ?([bkmgt]?)b?", re.IGNORECASE)
_DAYS = {"year": 366, "month": 31, "week": 7, "day": 1}
"""A month or year is its longest: what waits for one must not end before it."""
_SECONDS = {"hour": 3600, "minute": 60, "second": 1}
_PART = re.compile(r"(\d+) ?(year|month|week|day|hour|minute|second)s?\b ?", re.IGNORECASE)
ENCODINGS = ["utf-8", "utf-16", "latin-1", "cp1252", "cp1250", "shift_jis", "gb18030"]


def character(value: Scalar) -> str:
    """One ASCII character that can separate fields or stand around them."""
    if isinstance(value, str) and len(value) == 1 and value.isascii() and value not in "\r\n\0":
        return value
    raise ValueError("one ASCII character, such as ',' or \"\\t\"")


def character_or_none(value: Scalar) -> str | None:
    """One ASCII character; null or an empty text for none."""
    return None if value is None or value == "" else character(value)


def boolean(value: Scalar) -> bool:
    """True or false, as YAML or as text."""
    text = str(value).lower()
    if text not in {"true", "false"}:
        raise ValueError("true or false")
    return text == "true"


def count(value: Scalar) -> int:
    """A whole number from 1."""
    text = str(value)
    if isinstance(value, bool) or not text.isdecimal() or int(text) < 1:
        raise ValueError("a whole number from 1")
    return int(text)


def size(value: Scalar) -> int:
    """A number of bytes, or of k, m, g or t of them, powers of 1,024: ``10g``."""
    found = None if isinstance(value, bool) else _BYTES.fullmatch(str(value))
    if not found or not int(found[1]):
        raise ValueError("a number of bytes, or such as 512k, 100m or 10g")
    return int(found[1]) * _UNITS[found[2].lower()]


def interval(value: Scalar) -> timedelta:
    """A length of time as Spark writes it: ``14 days``, ``2 weeks``, ``1 month 12 hours``."""
    text = str(value).strip().lower().removeprefix("interval ")
    found, end = timedelta(0), 0
    for part in _PART.finditer(text):
        if part.start() != end:
            break
        number, unit, end = int(part[1]), part[2], part.end()
        found += timedelta(days=number * _DAYS.get(unit, 0), seconds=number * _SECONDS.get(unit, 0))
    if not end or end != len(text):
        raise ValueError("a length of time, such as 14 days, 2 weeks or 12 hours")
    return found


def absolute_folder(value: Scalar) -> str:
    """The absolute path of a folder of this machine."""
    text = value if isinstance(value, str) else ""
    if not text.startswith("/") or ".." in PurePosixPath(text).parts:
        raise ValueError("the absolute path of a folder, such as /data/archive")
    return text


def moment(value: Scalar) -> datetime:
    """A date or a time of ISO 8601; UTC where it names no zone."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        example = "a date or time such as 2026-01-31 or 2026-01-31T18:00:00+01:00"
        raise ValueError(example) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def one_of(*valid: str) -> Read:
    """Return a reader of one of some words, without regard to case."""

    def read(value: Scalar) -> str:
        for word in valid:
            if str(value).lower() == word.lower():
                return word
        raise ValueError(f"one of: {', '.join(valid)}")

    return read


def partition_columns(value: Scalar) -> str | None:
    """Columns that paths give, each with its type, as ``hints.read_hints`` reads them."""
    found = read_partition_columns("" if value is None else str(value))
    return ", ".join(f"{name} {data_type}" for name, data_type in found.items()) or None


def hints(value: Scalar) -> str:
    """Columns and their types, in one spelling: ``id bigint, amount decimal(18,4)``."""
    found = read_hints(str(value))
    return ", ".join(f"{name} {data_type}" for name, data_type in found.items())


def folder(value: Scalar) -> str:
    """A path of a folder."""
    text = str(value).strip() if isinstance(value, str) else ""
    if not text:
        raise ValueError("the path of a folder")
    return text


def name_glob(value: Scalar) -> str:
    """A pattern for the last part of a path."""
    text = str(value) if isinstance(value, str) else ""
    if not text or "/" in text or glob_problem(text):
        raise ValueError("a pattern for file names, such as *.csv; *, ? and [..] are known")
    compile_glob(text)
    return text


def encoding(value: Scalar) -> str:
    """A text encoding that Python knows."""
    try:
        name = str(value)
        codecs.lookup(name).incrementaldecoder(errors="strict")
        b"a".decode(name, errors="ignore")  # refuses what is no text, such as base64
    except (LookupError, TypeError, ValueError):
        raise ValueError(f"an encoding, such as {', '.join(ENCODINGS)}") from None
    return name
