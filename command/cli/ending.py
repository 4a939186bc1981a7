"""How a command ends when it does not succeed: one clear message, an exit code, JSON if asked for.

A person reads the message on stderr, whatever the format. With ``--format json`` stdout holds
exactly one JSON document, the result or this error, so that a script never parses a sentence.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TextIO

import click

from command.formats import printable_text
from command.logs import redact
from command.stopping import exit_code_of
from saleslake.errors import EXIT_INTERNAL, EXIT_INTERRUPTED, SaleslakeError

EXIT_BROKEN_PIPE = exit_code_of(signal.SIGPIPE)


@dataclass(frozen=True)
class Ending:
    """Why a command ended.

    Attributes:
        code: the exit code.
        name: of the kind of error; stays the same over versions.
        cause: what is wrong, in a sentence.
        remedy: what to do.
        can_retry: whether the same command may succeed later with nothing changed.
    """

    code: int
    name: str
    cause: str
    remedy: str
    can_retry: bool

    @property
    def text(self) -> str:
        """The message as a person reads it."""
        return f"saleslake: {self.cause}\n  {self.remedy}"


def wants_json(arguments: Sequence[str]) -> bool:
    """Tell whether a command line asks for JSON, also one that click refuses."""
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)


def ending_of(error: BaseException) -> Ending:
    """Return how an exception of a command ends it."""
    if isinstance(error, SaleslakeError):
        return Ending(
            error.exit_code, type(error).__name__, error.cause, error.remedy, error.can_retry
        )
    if isinstance(error, click.ClickException):
        return Ending(
            error.exit_code,
            "UsageError",
            error.format_message(),
            "Options and examples: saleslake <command> --help.",
            can_retry=False,
        )
    if isinstance(error, click.Abort):  # the input ended before the answer
        return Ending(EXIT_INTERRUPTED, "Stopped", "interrupted", "Run again.", can_retry=True)
    return Ending(
        EXIT_INTERNAL,
        "InternalError",
        f"a fault of saleslake itself: {type(error).__name__}: {redact(str(error))}",
        "Run again with SALESLAKE_DEBUG=1 for the details, and report them.",
        can_retry=False,
    )


def ending_by(signal_number: int) -> Ending:
    """Return how a signal ends a command."""
    name = signal.Signals(signal_number).name
    cause = "interrupted" if signal_number == signal.SIGINT else f"stopped by {name}"
    remedy = "run again to go on where it stopped."
    return Ending(exit_code_of(signal_number), "Stopped", cause, remedy, can_retry=True)


def show_error(error: BaseException, *, as_json: bool) -> int:
    """Print why a command ended; return its exit code."""
    ending = ending_of(error)
    if isinstance(error, click.ClickException):
        error.show()
    else:
        click.echo(f"\n{printable_text(ending.text)}", err=True)
    if as_json:
        click.echo(_document(ending))
    return ending.code


def show_signal(signal_number: int, terminal: TextIO, *, as_json: bool) -> None:
    """Print one line about the signal that ends the command."""
    ending = ending_by(signal_number)
    start = "\r\033[K" if terminal.isatty() else ""
    terminal.write(f"{start}saleslake: {ending.cause}; {ending.remedy}\n")
    terminal.flush()
    if as_json:
        click.echo(_document(ending))
        sys.stdout.flush()


def close_output() -> int:
    """Give up on a reader of stdout that is gone, ``head`` say; return the exit code."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_BROKEN_PIPE


def _document(ending: Ending) -> str:
    return json.dumps({"error": asdict(ending)})  # one line: it may be the last of several
