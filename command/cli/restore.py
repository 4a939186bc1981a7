"""`saleslake restore`: a table as it was, and the ledger with it."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

from command.cli.options import dry_run_option, format_option, lake_option, landing_option
from command.cli.time_option import to_moment

if TYPE_CHECKING:
    from maintenance.restore_plan import RestorePlan


@click.command()
@click.argument("table")
@click.option("--version", type=click.IntRange(min=0), help="The version to go back to.")
@click.option(
    "--time", "moment", callback=to_moment, help="The moment to go back to; UTC without a zone."
)
@click.option(
    "--from-landing",
    is_flag=True,
    help="Take a raw table out as a whole; the next run loads the files that lie in landing.",
)
@click.option("--yes", is_flag=True, help="Do not ask, though files are gone from landing.")
@landing_option
@lake_option
@dry_run_option
@format_option
def restore(  # noqa: PLR0913, PLR0917 - one for each option
    table: str,
    version: int | None,
    moment: datetime | None,
    from_landing: bool,
    yes: bool,
    landing: str | None,
    lake: str | None,
    dry_run: bool,
    output: str,
) -> int:
    """Take a table back to an earlier version.

    A raw table: the files of later batches count as not loaded, so the next run loads those that
    still lie in the landing folder; those that do not are listed before anything is done. A table
    of the warehouse: the next run builds it again anyway. Tables of ops: only to repair damage. A
    log that is damaged is repaired; what is wrong with it is kept in ops/damaged.

    \b
    saleslake restore raw_crm.cust_info --version 3 --dry-run
    saleslake restore raw_crm.cust_info --time 2026-11-20T12:00
    saleslake restore raw_crm.cust_info --from-landing
    """  # noqa: D301 - \b keeps the lines of the examples apart
    from command.json_output import as_json  # lazy: help must not wait for pyarrow
    from command.maintenance import restore as restore_table
    from command.maintenance_text import restoration_text
    from command.progress import Progress
    from saleslake.errors import EXIT_OK
    from saleslake.settings import Settings

    if [version is not None, moment is not None, from_landing].count(True) != 1:
        raise click.UsageError("Give one of --version, --time and --from-landing.")
    wanted = moment if version is None else version
    result = restore_table(
        Settings.from_environment(landing=landing, lake=lake),
        Progress(),
        table,
        wanted,
        dry_run=dry_run,
        confirm=lambda plan: _confirm(plan, yes=yes, show=output == "text"),
    )
    text = restoration_text(result, plan_was_shown=result.is_done)
    click.echo(as_json(result) if output == "json" else text)
    return EXIT_OK


def _confirm(plan: RestorePlan, *, yes: bool, show: bool) -> None:
    """Show what will happen; ask when rows would go for which there is no file any more."""
    from command.maintenance_text import plan_text
    from saleslake.errors import RestoreRefusedError

    if show:
        click.echo(plan_text(plan))
    if yes or not plan.lost_files:
        return
    if not (show and sys.stdin.isatty()):
        why = f"{len(plan.lost_files)} of its files are gone from the landing folder"
        raise RestoreRefusedError(
            plan.table, why, "Look at them with --dry-run, and add --yes to let their rows go."
        )
    click.confirm("Their rows go with no file to load them from. Go on?", abort=True)
