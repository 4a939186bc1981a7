"""`saleslake backfill`: files once that the options of their table leave out."""

from __future__ import annotations

from datetime import datetime

import click

from command.cli.options import dry_run_option, format_option, lake_option, landing_option
from command.cli.time_option import to_moment

_EXAMPLES = """\b
Examples:
  saleslake backfill crm.cust_info --dry-run     what is left out, and what would be loaded of it
  saleslake backfill crm.cust_info --from 2026-01-01 --to 2026-02-01
                                                 only what was changed last in January
"""


@click.command(epilog=_EXAMPLES)
@click.argument("table")
@click.option(
    "--from", "start", callback=to_moment, help="Files changed last at this time or later, UTC."
)
@click.option("--to", "end", callback=to_moment, help="Files changed last before this time, UTC.")
@landing_option
@lake_option
@dry_run_option
@format_option
def backfill(  # noqa: PLR0913, PLR0917 - one for each option
    table: str,
    start: datetime | None,
    end: datetime | None,
    landing: str | None,
    lake: str | None,
    dry_run: bool,
    output: str,
) -> int:
    """Load the files of TABLE once that its options leave out.

    That is what pathGlobFilter, modifiedAfter, modifiedBefore and includeExistingFiles exclude.
    The catalogue stays as it is. A file that is loaded is not loaded again, and no file that a run
    would load anyway is looked at.
    """
    from command.backfilling import (  # lazy: help must not wait for pyarrow
        backfill as load_left_out,
    )
    from command.backfilling import preview_backfill
    from command.ingesting_text import render, render_preview
    from command.json_output import as_json
    from command.progress import Progress
    from ingest.backfill import Range
    from saleslake.settings import Settings

    if start is not None and end is not None and start >= end:
        raise click.UsageError("--from is not before --to: no file can be between them.")
    settings, times = Settings.from_environment(landing=landing, lake=lake), Range(start, end)
    if dry_run:
        foreseen = preview_backfill(settings, table, times, Progress())
        text = render_preview(foreseen, f"holds no file of {table} that its options leave out")
        click.echo(as_json(foreseen) if output == "json" else text)
        return 0
    done = load_left_out(settings, table, times, Progress())
    click.echo(as_json(done) if output == "json" else render(done))
    return done.exit_code
