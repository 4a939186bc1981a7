"""Says what is being done while a person waits, and that it is still being done.

On a terminal one line, written over, with the time the step has taken. Elsewhere one line per step,
and another one when a step has been silent for long: a scheduler's log then tells slow from dead.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from command.formats import duration, printable

REWRITE_SECONDS = 0.5
SHORTEST_SECONDS = 0.1
"""A count may change a thousand times a second; nobody reads that, and a terminal is slow."""
SIGN_OF_LIFE_SECONDS = 15.0
SHOWN_AFTER_SECONDS = 2.0
"""A step's time is shown from here on: below, it only flickers."""


@dataclass(frozen=True)
class Step:
    """What is being done.

    Attributes:
        text: in words.
        started: on the clock, in seconds.
        done: how much of it, in whatever is counted.
        total: how much there is; 0 where nothing is counted.
    """

    text: str
    started: float
    done: int = 0
    total: int = 0

    def line(self, now: float) -> str:
        """Return the step in one line, with how far it is and how long it has taken."""
        counted = f": {self.done:,} of {self.total:,}" if self.total else ""
        counted += f" ({self.done / self.total:.0%})" if self.total >= 1000 else ""
        seconds = now - self.started
        return f"{self.text}{counted}" + (
            f" · {_whole(seconds)}" if seconds >= SHOWN_AFTER_SECONDS else ""
        )


class Progress:
    """One line that is written over on a terminal; one line per step elsewhere."""

    def __init__(
        self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._clock = clock
        self._step: Step | None = None
        self._written = 0.0
        self._lock = threading.RLock()  # a signal may come while it is held, and end with a line
        self._cleared = threading.Event()
        self._cleared.set()

    def step(self, text: str) -> None:
        """Say that a step begins."""
        with self._lock:
            self._step = Step(printable(text), self._clock())
            self._write(self._step.text if self._live else f"{self._step.text} ...\n")
            if self._cleared.is_set():
                self._cleared = threading.Event()
                threading.Thread(target=self._beat, args=(self._cleared,), daemon=True).start()

    def count(self, text: str, done: int, total: int) -> None:
        """Say how far a step is; where lines cannot be written over, not each time."""
        text = printable(text)
        with self._lock:
            before = self._step
            started = before.started if before and before.text == text else self._clock()
            self._step = Step(text, started, done, total)
            begins = before is None or before.text != text
            if self._live and (begins or self._clock() - self._written >= SHORTEST_SECONDS):
                self._write(self._step.line(self._clock()))

    def beat(self) -> None:
        """Write the time anew, or give a sign of life when one is due."""
        with self._lock:
            now = self._clock()
            if self._step is None:
                return
            if self._live:
                self._write(self._step.line(now))
            elif now - self._written >= SIGN_OF_LIFE_SECONDS:
                self._write(f"  {self._step.line(now)}\n")

    def clear(self) -> None:
        """Remove the line: what was begun is done."""
        with self._lock:
            self._step = None
            self._cleared.set()
            if self._live:
                self._write("")

    def _beat(self, cleared: threading.Event) -> None:
        while not cleared.wait(REWRITE_SECONDS):
            self.beat()

    def _write(self, text: str) -> None:
        if self._live:
            width = shutil.get_terminal_size().columns
            text = f"\r\033[K{text[: width - 1]}"
        self._stream.write(text)
        self._stream.flush()
        self._written = self._clock()


def _whole(seconds: float) -> str:
    """Return a duration without tenths: they flicker."""
    return f"{int(seconds)} s" if seconds < 60 else duration(seconds)
