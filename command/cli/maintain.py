"""`saleslake maintain`: fewer and fewer old files, the same rows."""

from __future__ import annotations

import click

from command.cli.options import dry_run_option, engine_option, format_option, lake_option
from maintenance.retention import DEFAULT_RETENTION_DAYS, LOG_RETENTION_DAYS


@click.command()
@lake_option
@engine_option
@click.option(
    "--retention-days",
    type=click.IntRange(min=0, max=LOG_RETENTION_DAYS),
    default=DEFAULT_RETENTION_DAYS,
    show_default=True,
    help="How long to keep the files of older versions, for as-of, restore and readers.",
)
@click.option(
    "--force-short-retention",
    is_flag=True,
    help=f"Allow less than {DEFAULT_RETENTION_DAYS} days: who reads the lake meanwhile may fail.",
)
@dry_run_option
@format_option
def maintain(  # noqa: PLR0913, PLR0917 - one for each option
    lake: str | None,
    engine: str | None,
    retention_days: int,
    force_short_retention: bool,
    dry_run: bool,
    output: str,
) -> int:
    """Compact small files, delete what has expired, remove what nothing makes any more.

    Every table keeps its rows, and every version of the last --retention-days stays readable: at
    most 30, for writers of Delta tables drop older log entries by themselves. Tables of the
    warehouse that the dbt project no longer has are removed; snapshots, raw and ops tables never
    are. Exit code 1 says that a table was left as it is.

    \b
    saleslake maintain --dry-run            what it would do
    saleslake maintain --retention-days 30  keep versions for a month
    """  # noqa: D301 - \b keeps the lines of the examples apart
    from command.json_output import as_json  # lazy: help must not wait for pyarrow
    from command.maintenance import maintain as maintain_lake
    from command.maintenance_text import maintenance_text
    from command.progress import Progress
    from saleslake.errors import EXIT_BUILD_FAILED, EXIT_OK
    from saleslake.settings import Settings

    settings = Settings.from_environment(lake=lake, engine=engine)
    result = maintain_lake(
        settings,
        Progress(),
        retention_days=retention_days,
        force_short_retention=force_short_retention,
        dry_run=dry_run,
    )
    click.echo(as_json(result) if output == "json" else maintenance_text(result))
    return EXIT_BUILD_FAILED if result.problems else EXIT_OK
