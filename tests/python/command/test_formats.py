"""Numbers, sizes and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from command import formats

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (14.4, "14 s"),
        (59.6, "1 min 0 s"),
        (125, "2 min 5 s"),
        (3720, "1 h 2 min"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert formats.duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (988_000, "988 kB"), (999_600, "1.0 MB")],
)
def test_size(count: int, text: str) -> None:
    assert formats.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "just now"),  # another machine's clock
        (59, "just now"),
        (60, "1 minute ago"),
        (7_199, "1 hour ago"),
        (3 * 86_400, "3 days ago"),
    ],
)
def test_age(seconds: int, text: str) -> None:
    assert formats.age(NOW - timedelta(seconds=seconds), NOW) == text


def test_moments_are_utc_and_say_so() -> None:
    assert formats.moment(datetime.fromisoformat("2026-03-01T01:30+02:00")) == (
        "2026-02-28 23:30 UTC"
    )


def test_signs_and_nouns() -> None:
    assert formats.signed(Decimal("1234.5")) == "+1,234"
    assert formats.signed(-3) == "\N{MINUS SIGN}3"
    assert [formats.counted(n, "delivery", "deliveries") for n in (1, 2)] == [
        "1 delivery",
        "2 deliveries",
    ]


def test_an_enumeration_never_breaks_inside_a_part() -> None:
    lines = formats.enumeration("  by name  ", [f"part number {n}" for n in range(20)], width=60)
    assert all(len(line) <= 60 for line in lines)
    assert all(
        line.startswith("  by name  " if n == 0 else " " * 11) for n, line in enumerate(lines)
    )
    assert all(line.rstrip(",").split(", ")[-1].split()[-2] == "number" for line in lines)


def test_control_characters_of_other_people_are_shown_and_do_nothing() -> None:
    name = "a\x1b[2Jb\nc\x9bd\N{RIGHT-TO-LEFT OVERRIDE}e\tf"
    assert formats.printable(name) == r"a\x1b[2Jb\nc\x9bd\u202ee\tf"
    assert formats.printable("Côte d'Ivoire 日本 · 12") == "Côte d'Ivoire 日本 · 12"
    assert formats.printable_text("one\n\x1btwo") == "one\n\\x1btwo"
