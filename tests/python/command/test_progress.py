"""What a person, or a scheduler's log, is told while a run works."""

from __future__ import annotations

import io

import pytest

from command.progress import SIGN_OF_LIFE_SECONDS, Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_one_line_per_step_where_lines_cannot_be_written_over(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(stream, clock)
    progress.step("Landing files")
    progress.count("Building", 1, 2)
    progress.clear()
    assert stream.getvalue() == "Landing files ...\n"


def test_a_long_step_gives_signs_of_life(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(stream, clock)
    progress.step("Building")
    for done in range(1, 5):
        clock.now += 10
        progress.count("Building", done, 40)
        progress.beat()
    progress.clear()
    assert stream.getvalue().splitlines() == [
        "Building ...",
        "  Building: 2 of 40 · 20 s",
        "  Building: 4 of 40 · 40 s",
    ]


def test_silence_lasts_no_longer_than_it_should(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(stream, clock)
    progress.step("Starting")
    clock.now = SIGN_OF_LIFE_SECONDS - 0.1
    progress.beat()
    assert stream.getvalue() == "Starting ...\n"
    clock.now = SIGN_OF_LIFE_SECONDS
    progress.beat()
    progress.beat()
    assert stream.getvalue().splitlines()[1:] == ["  Starting · 15 s"]
    progress.clear()
    clock.now = 1000
    progress.beat()
    assert len(stream.getvalue().splitlines()) == 2


def test_a_terminal_has_one_line_with_its_time(clock: Clock) -> None:
    stream = Terminal()
    progress = Progress(stream, clock)
    progress.step("Starting dbt")
    clock.now = 75
    progress.beat()
    progress.step("Reading")
    progress.clear()
    written = stream.getvalue().split("\r\x1b[K")
    assert "\n" not in stream.getvalue()
    assert written[1] == "Starting dbt"
    assert "Starting dbt · 1 min 15 s" in written
    assert written[-2:] == ["Reading", ""]


def test_large_numbers_come_with_a_percentage(clock: Clock) -> None:
    stream = Terminal()
    progress = Progress(stream, clock)
    progress.count("sales: loading records", 2_500_000, 10_000_000)
    assert stream.getvalue().endswith("sales: loading records: 2,500,000 of 10,000,000 (25%)")
    progress.clear()


def test_a_line_is_cut_to_the_terminal(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    stream = Terminal()
    progress = Progress(stream, clock)
    progress.step("a step with a name that is too long")
    progress.clear()
    assert stream.getvalue().split("\r\x1b[K")[1] == "a step with a name "


def test_a_fast_count_is_not_written_each_time(clock: Clock) -> None:
    stream = Terminal()
    progress = Progress(stream, clock)
    for done in range(1000):
        clock.now += 0.001
        progress.count("checking files", done, 999)
    progress.clear()
    lines = stream.getvalue().split("\r\x1b[K")
    assert 5 < len(lines) < 20
    assert lines[1] == "checking files: 0 of 999"
