"""Numbers, sizes and times as people read them; the same in the terminal and on the page."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

_UNITS = ["B", "kB", "MB", "GB", "TB"]
_NO_BREAK = "\N{NO-BREAK SPACE}"


def counted(count: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun: ``1 file``, ``2 files``."""
    return f"{count:,} {singular if count == 1 else plural or f'{singular}s'}"


def duration(seconds: float) -> str:
    """Return a duration: ``0.4 s``, ``14 s``, ``2 min 5 s``, ``1 h 2 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def size(count: int) -> str:
    """Return a number of bytes with three digits at most: ``988 kB``, ``1.2 GB``."""
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit and value < 9.95 else f"{value:.0f} {_UNITS[unit]}"


def age(then: datetime, now: datetime) -> str:
    """Return how long ago something was, in its largest unit: ``just now``, ``3 hours ago``."""
    seconds = (now - then) / timedelta(seconds=1)
    for length, name in [(86_400, "day"), (3_600, "hour"), (60, "minute")]:
        if seconds >= length:
            return f"{counted(int(seconds // length), name)} ago"
    return "just now"


def moment(at: datetime) -> str:
    """Return a time in UTC to the minute, and say so."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def signed(value: Decimal | int) -> str:
    """Return a difference with its sign: ``+1,234``, and a real minus before a negative one."""
    return f"{value:+,.0f}".replace("-", "\N{MINUS SIGN}")


def enumeration(start: str, parts: Sequence[str], width: int = 100) -> str:
    """Return a start and parts with commas, wrapped below the first part and never inside one."""
    text = textwrap.fill(
        ", ".join(part.replace(" ", _NO_BREAK) for part in parts),
        width=width,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return text.replace(_NO_BREAK, " ")
