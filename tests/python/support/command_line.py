"""The saleslake command in this process: quick, and its errors can be looked at."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout

from command.cli.main import saleslake as group
from saleslake.lake import Lake


def saleslake(
    *arguments: str,
    lake: Lake,
    json_output: bool = False,
    with_errors: bool = False,
    expect: int | None = 0,
) -> str:
    """Run a command and return what it printed.

    Args:
        arguments: the command and its own.
        lake: the lake that it gets by --lake.
        json_output: ask for JSON.
        with_errors: return what it printed as errors and progress too.
        expect: the exit code that it must end with; None for any.
    """
    command = [*arguments, "--lake", str(lake.root), *(["--format", "json"] * json_output)]
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed if with_errors else io.StringIO()):
        code = group.main(command, standalone_mode=False)
    assert expect is None or (code or 0) == expect, printed.getvalue()
    return printed.getvalue()
