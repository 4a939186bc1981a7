"""What both benchmarks ask for, and how both are run; their commands differ in what is measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

import click

from bench.machine import memory_bytes
from saleslake.settings import PROJECT_DIR

Given = ParamSpec("Given")
Returned = TypeVar("Returned")
Found_co = TypeVar("Found_co", covariant=True)


class Measuring(Protocol[Found_co]):
    """A session of a benchmark."""

    def run(self) -> None:
        """Measure everything."""

    def found(self) -> Found_co:
        """Return what was measured so far."""


def with_shared_options(
    goes_to: str, keeps: str
) -> Callable[[Callable[Given, Returned]], Callable[Given, Returned]]:
    """Return what gives a command ``--work``, ``--memory-limit``, ``--keep`` and ``--format``.

    Args:
        goes_to: what goes to which folder in that of ``--work``.
        keeps: what ``--keep`` leaves where it is.
    """
    options = (
        click.option(
            "--work",
            type=click.Path(path_type=Path, file_okay=False, resolve_path=True),
            default=PROJECT_DIR / "target",
            show_default="target/",
            help=f"{goes_to} in this folder.",
        ),
        click.option(
            "--memory-limit",
            type=click.FloatRange(min=0.1),
            default=round(0.85 * memory_bytes() / 1e9, 1),
            help="End a run that takes more, in GB.",
        ),
        click.option("--keep", is_flag=True, help=f"Leave {keeps} where they are."),
        click.option("--format", "output", type=click.Choice(["text", "json"]), default="text"),
    )

    def give(command: Callable[Given, Returned]) -> Callable[Given, Returned]:
        for option in reversed(options):
            command = option(command)
        return command

    return give


def say(text: str) -> None:
    """Say how far a benchmark is; results alone go to the standard output."""
    click.echo(text, err=True)


def measured(session: Measuring[Found_co], work: Path) -> tuple[Found_co, str]:
    """Run a session; returns what it found, also as JSON, which its folder gets in any case."""
    from command.json_output import as_json  # lazy: help must not wait for it

    try:
        session.run()
    finally:
        found = session.found()
        results = as_json(found)
        if work.is_dir():
            (work / "results.json").write_text(results, encoding="utf-8")
    return found, results
