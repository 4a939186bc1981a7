"""`saleslake explain`: why a file was loaded, or was not."""

from __future__ import annotations

import click

from command.cli.options import format_option, lake_option, landing_option

_EXAMPLES = """\b
Examples:
  saleslake explain crm/cust_info.csv            what became of it, and what will
  saleslake explain crm/cust_info.csv --format json
"""


@click.command(epilog=_EXAMPLES)
@click.argument("file")
@landing_option
@lake_option
@format_option
def explain(file: str, landing: str | None, lake: str | None, output: str) -> None:
    """Say why FILE was loaded, left out, set aside or not seen, and what the next run will do.

    FILE is a path in the landing folder, or relative to it. It need not be there any more. Nothing
    is changed.
    """
    from datetime import UTC, datetime  # lazy: help must not wait for pyarrow

    from command.explain_text import path_in_landing, render
    from command.json_output import as_json
    from command.landing import choose_landing
    from ingest.catalogue.entries import load_catalogue
    from ingest.explain import explain as explain_file
    from maintenance.raw_batches import existing_ledger
    from saleslake.errors import LandingMissingError
    from saleslake.lake import Lake
    from saleslake.settings import Settings

    settings = Settings.from_environment(landing=landing, lake=lake)
    opened, catalogue = Lake(settings.lake), load_catalogue(settings.catalogue)
    try:
        folder = choose_landing(settings, opened).folder
    except LandingMissingError:  # the ledger knows files that are gone
        folder = settings.landing
    ledger = existing_ledger(opened, catalogue, datetime.now(UTC))
    found = explain_file(path_in_landing(file, folder), folder, opened, catalogue, ledger)
    click.echo(as_json(found) if output == "json" else render(found))
