"""`saleslake dismiss`: quarantined records that nobody wants any more."""

from __future__ import annotations

import click

from command.cli.options import format_option, lake_option

_EXAMPLES = """\b
Examples:
  saleslake dismiss crm.cust_info --reason "test data"
  saleslake dismiss crm.cust_info --file crm/cust_info.csv --reason "asked for again by mail"
"""


@click.command(epilog=_EXAMPLES)
@click.argument("table")
@click.option("--reason", required=True, help="Why; kept with the records. Nothing personal.")
@click.option("--file", help="Only records of this file, as its path in the landing folder.")
@lake_option
@format_option
def dismiss(table: str, reason: str, file: str | None, lake: str | None, output: str) -> None:
    """Close the quarantined records of TABLE that wait: they are not wanted any more.

    They stay in ops.quarantined_records, marked with the reason, the run and the time; status and
    reports count them as closed, no longer as waiting. What was superseded by a newer content of
    its file is closed by itself.
    """
    from command.dismissing import dismiss_records, dismissal_text  # lazy: help must not wait
    from command.json_output import as_json
    from command.progress import Progress
    from saleslake.settings import Settings

    settings = Settings.from_environment(lake=lake)
    done = dismiss_records(settings, table, file, reason, Progress())
    click.echo(as_json(done) if output == "json" else dismissal_text(done))
