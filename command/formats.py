"""Numbers, sizes and times as people read them; the same in the terminal and on the page."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

_UNITS = ["B", "kB", "MB", "GB", "TB"]
_NO_BREAK = "\N{NO-BREAK SPACE}"
# Controls of the terminal, and of the direction of text: in the name of a file they would clear the
# screen, or show one name and mean another.
_CONTROLS = [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_VISIBLE = {code: chr(code).encode("unicode_escape").decode() for code in _CONTROLS}


def printable(line: str) -> str:
    """Return a line with other people's control characters made visible, as Python writes them."""
    return line.translate(_VISIBLE)


def printable_text(text: str) -> str:
    """Return a text of several lines likewise; its line ends stay."""
    return "\n".join(map(printable, text.split("\n")))


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


def enumeration(start: str, parts: Sequence[str], width: int = 100) -> list[str]:
    """Return lines of parts with commas, below the first part and never broken inside one."""
    lines = textwrap.wrap(
        ", ".join(part.replace(" ", _NO_BREAK) for part in parts),
        width=width,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_NO_BREAK, " ") for line in lines]
