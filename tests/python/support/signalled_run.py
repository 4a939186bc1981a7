"""The saleslake command in a process that sends itself a signal, really, at a named step.

python signalled_run.py <signal> <step> <arguments of saleslake>

The step is the beginning of a text that progress shows, such as ``crm.sales_details: loading`` or
``Building and testing on embedded: 12``: the twelfth node has ended.
"""

from __future__ import annotations

import os
import signal
import sys

from command.cli.main import main
from command.progress import Progress

_step, _count = Progress.step, Progress.count


def send_at(number: signal.Signals, place: str) -> None:
    """Arrange for the signal to be sent when progress comes to a place, once."""
    sent: list[str] = []

    def look(text: str) -> None:
        if not sent and text.startswith(place):
            sent.append(text)
            os.kill(os.getpid(), number)

    def step(self: Progress, text: str) -> None:
        _step(self, text)
        look(text)

    def count(self: Progress, text: str, done: int, total: int) -> None:
        _count(self, text, done, total)
        look(f"{text}: {done}")

    setattr(Progress, "step", step)  # noqa: B010 - mypy lets nobody assign to a method
    setattr(Progress, "count", count)  # noqa: B010


if __name__ == "__main__":
    # A child of a background job is deaf to SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    send_at(signal.Signals[sys.argv[1]], sys.argv[2])
    sys.argv = ["saleslake", *sys.argv[3:]]
    main()
