"""`saleslake ingest`: new files into the raw tables, without building anything on them."""

from __future__ import annotations

import click

from command.cli.options import dry_run_option, format_option, lake_option, landing_option

_EXAMPLES = """\b
Examples:
  saleslake ingest                               all tables
  saleslake ingest crm.cust_info                 one
  saleslake ingest --dry-run                     what would be done with each file
  saleslake ingest crm.cust_info --sample 5      the first five records of each of its new files
"""


@click.command(epilog=_EXAMPLES)
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@landing_option
@lake_option
@dry_run_option
@click.option(
    "--sample",
    "records",
    type=click.IntRange(1, 1000),
    help="Show so many records of each new file as they would land, and stop.",
)
@format_option
def ingest(  # noqa: PLR0913, PLR0917 - one for each option
    tables: tuple[str, ...],
    landing: str | None,
    lake: str | None,
    dry_run: bool,
    records: int | None,
    output: str,
) -> int:
    """Load new files into the raw tables, of each TABLE or of all, and build nothing.

    The first half of `saleslake run`, which goes on from here. With --dry-run every file is looked
    at as a run would, and nothing is written. With --sample only the beginning of each new file is
    looked at, and its values are shown in the types in which they land; what stands further down is
    not known then, so that a type that comes from all values may turn out another.
    """
    from command.ingesting import (  # lazy: help must not wait for pyarrow
        ingest_files,
        preview,
        sample_new,
    )
    from command.ingesting_text import render, render_preview, render_samples
    from command.json_output import as_json
    from command.progress import Progress
    from saleslake.settings import Settings

    settings = Settings.from_environment(landing=landing, lake=lake)
    if records is not None:
        samples = sample_new(settings, tables, records, Progress())
        click.echo(as_json(samples) if output == "json" else render_samples(samples))
        return 0
    if dry_run:
        foreseen = preview(settings, tables, Progress())
        click.echo(as_json(foreseen) if output == "json" else render_preview(foreseen))
        return 0
    done = ingest_files(settings, tables, Progress())
    click.echo(as_json(done) if output == "json" else render(done))
    return done.exit_code
