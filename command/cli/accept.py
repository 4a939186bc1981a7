"""`saleslake accept`: a full delivery that was held back is right."""

from __future__ import annotations

import click

from command.cli.options import format_option, lake_option

_EXAMPLES = """\b
Examples:
  saleslake accept crm.cust_info                 then: saleslake run
  saleslake accept crm.cust_info --lake shop     in another lake
"""


@click.command(epilog=_EXAMPLES)
@click.argument("table")
@lake_option
@format_option
def accept(table: str, lake: str | None, output: str) -> None:
    """Accept the newest delivery of TABLE that was held back; the next run applies it.

    A full delivery that lacks more keys than the catalogue allows (largest_deleted_share) is held
    back: it may be cut short. When it is right, accept it, and what it lacks counts as deleted.
    """
    from datetime import UTC, datetime  # lazy: help must not wait for pyarrow

    from command.json_output import as_json
    from command.progress import Progress
    from command.run import new_run_id
    from ingest.catalogue.entries import load_catalogue
    from ingest.ledger.full_deliveries import accept as accept_delivery
    from maintenance.restore import finish_pending
    from saleslake.lake import Lake
    from saleslake.settings import Settings

    settings = Settings.from_environment(lake=lake)
    now = datetime.now(UTC)
    opened, catalogue = Lake(settings.lake), load_catalogue(settings.catalogue)
    with opened.lock():
        finish_pending(opened, catalogue, now, Progress().step)
        accepted = accept_delivery(opened, catalogue, table, new_run_id(now), now)
    if output == "json":
        click.echo(as_json({"table": table, "accepted": accepted}))
        return
    for delivery in accepted:
        click.echo(f"Accepted {delivery.delivery} of {table}: it {delivery.reason}.")
    click.echo("Next: saleslake run")
