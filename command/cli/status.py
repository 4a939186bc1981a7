"""`saleslake status`: what is in the lake, and how fresh."""

from __future__ import annotations

import click

from command.cli.options import engine_option, format_option, lake_option, landing_option

_EXAMPLES = """\b
Examples:
  saleslake status                      the lake in lake/, or in SALESLAKE_LAKE
  saleslake status --lake shop          another one
  saleslake status --format json        for scripts; see docs/json.md
"""


@click.command(epilog=_EXAMPLES)
@lake_option
@landing_option
@engine_option
@format_option
def status(lake: str | None, landing: str | None, engine: str | None, output: str) -> int:
    """Say what is in the lake, how fresh it is and what is set aside.

    Needs no engine and about a second; reads only, also while a run is under way. Says too what
    the next run would do, and how many files wait in the landing folder: the one that is named,
    else that of the last run.
    """
    from command.json_output import as_json  # lazy: help must not wait for pyarrow
    from command.status.lake_status import read_status
    from command.status.terminal import render
    from saleslake.settings import Settings

    settings = Settings.from_environment(landing=landing, lake=lake, engine=engine)
    found = read_status(settings)
    click.echo(as_json(found) if output == "json" else render(found))
    return 0
