"""`saleslake ingest`: new files into the raw tables, without building anything on them."""

from __future__ import annotations

import click

from command.cli.options import dry_run_option, format_option, lake_option, landing_option

_EXAMPLES = """\b
Examples:
  saleslake ingest                               all tables
  saleslake ingest crm.cust_info                 one
  saleslake ingest --dry-run                     what would be done with each file
"""


@click.command(epilog=_EXAMPLES)
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@landing_option
@lake_option
@dry_run_option
@format_option
def ingest(
    tables: tuple[str, ...], landing: str | None, lake: str | None, dry_run: bool, output: str
) -> int:
    """Load new files into the raw tables, of each TABLE or of all, and build nothing.

    The first half of `saleslake run`, which goes on from here. With --dry-run every file is looked
    at as a run would, and nothing is written.
    """
    from command.ingesting import ingest_files, preview  # lazy: help must not wait for pyarrow
    from command.ingesting_text import render, render_preview
    from command.json_output import as_json
    from command.progress import Progress
    from saleslake.settings import Settings

    settings = Settings.from_environment(landing=landing, lake=lake)
    if dry_run:
        foreseen = preview(settings, tables, Progress())
        click.echo(as_json(foreseen) if output == "json" else render_preview(foreseen))
        return 0
    done = ingest_files(settings, tables, Progress())
    click.echo(as_json(done) if output == "json" else render(done))
    return done.exit_code
