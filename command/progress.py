"""Says what is being done while a person waits."""

from __future__ import annotations

import sys
from typing import TextIO


class Progress:
    """One line that is written over on a terminal; one line per step elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()

    def step(self, text: str) -> None:
        """Say that a step begins."""
        self._write(text if self._live else f"{text} ...\n")

    def count(self, text: str, done: int, total: int) -> None:
        """Say how far a step is; silent where lines cannot be written over."""
        if self._live:
            self._write(f"{text}: {done} of {total}")

    def clear(self) -> None:
        """Remove the line."""
        if self._live:
            self._write("")

    def _write(self, text: str) -> None:
        self._stream.write(f"\r\033[K{text}" if self._live else text)
        self._stream.flush()
