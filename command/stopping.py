"""Ctrl-C and SIGTERM: end a command in order if that is quick, and end it in any case.

Every step of a run survives being killed (docs/decisions/0013), so the end may be hard: in order
means no more than that dbt closes its nodes and nothing but one line is printed. Python runs a
signal's handler only between two of its own instructions, and a write of a large file is one
instruction. So a thread watches too: it ends the process when the main thread does not, and at once
at a second signal.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn, TextIO

GRACE_SECONDS = 3.0
"""How long the steps under way may take to end after the first signal."""

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):
    """A signal asks the process to end. Like Ctrl-C, it is no Exception that a step may catch.

    Attributes:
        signal_number: the signal.
    """

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal.Signals(signal_number).name)
        self.signal_number = signal_number


LastWords = Callable[[int, TextIO], None]
"""Prints what is to be said about a signal; the stream is the terminal, which is shut to others."""


@dataclass
class _State:
    """What this process was asked, and where it may still speak.

    Attributes:
        signal_number: the first signal that came.
        raised: whether the main thread was told.
        terminal: a copy of the standard error stream.
        leaving: taken by the thread that ends the process.
    """

    signal_number: int | None = None
    raised: bool = False
    terminal: TextIO | None = None
    leaving: threading.Lock = field(default_factory=threading.Lock)


_state = _State()


def raise_if_stopped() -> None:
    """End here if a signal came whose exception was swallowed: native code turns it into another.

    Raises:
        Stopped: a signal came.
    """
    if _state.signal_number is not None:
        raise Stopped(_state.signal_number)


def exit_code_of(signal_number: int) -> int:
    """Return the shell's code for a process that a signal ended: 130, 143 or 129."""
    return 128 + signal_number


def listen(last_words: LastWords) -> None:
    """From now on end in order when asked to; for the main thread of a command.

    A signal that is ignored already, as by nohup or for a job in the background, stays ignored.

    Args:
        last_words: called by ``leave``, or by the watching thread when there is no more time.
    """
    # dbt's semaphores are cleaned up by a helper process of Python's own, which is loud about it.
    os.environ["PYTHONWARNINGS"] = ",".join(
        filter(None, [os.environ.get("PYTHONWARNINGS"), "ignore:resource_tracker:UserWarning"])
    )
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    _state.terminal = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace")
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _raise)
    threading.Thread(target=_watch, args=(reading, last_words), daemon=True).start()


def leave(last_words: LastWords) -> NoReturn:
    """End this process after a signal, without the engines' clean-up, which waits and is loud."""
    number = _state.signal_number or signal.SIGINT
    if not _state.leaving.acquire(blocking=False):
        while True:  # another thread is doing it
            time.sleep(GRACE_SECONDS)
    # Whoever reads our output may be stuck, and a stuck reader must not keep us.
    speaker = threading.Thread(
        target=last_words, args=(number, _state.terminal or sys.stderr), daemon=True
    )
    speaker.start()
    speaker.join(timeout=1)
    os._exit(exit_code_of(number))


def _raise(number: int, _frame: FrameType | None) -> None:
    if not _state.raised:
        _state.raised = True
        _note(number)
        raise Stopped(_state.signal_number or number)


def _note(number: int) -> None:
    """Remember the first signal, and let the engines of this process go down in silence."""
    if _state.signal_number is None:
        _state.signal_number = number
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _watch(reading: int, last_words: LastWords) -> None:
    """Wait for the first signal; then for the second one or for the end of the time."""
    number = _next_signal(reading, None)
    if number is not None:
        _note(number)
        if _state.terminal and _state.terminal.isatty():
            _state.terminal.write("\r\033[KStopping ...")
            _state.terminal.flush()
        _next_signal(reading, GRACE_SECONDS)
        leave(last_words)


def _next_signal(reading: int, seconds: float | None) -> int | None:
    """Return the next of SIGNALS that comes, None when none does in that time."""
    ends_at = None if seconds is None else time.monotonic() + seconds
    while True:
        left = None if ends_at is None else max(0.0, ends_at - time.monotonic())
        ready, _, _ = select.select([reading], [], [], left)
        if not ready:
            return None
        number = os.read(reading, 1)
        if number and number[0] in SIGNALS:
            return number[0]
