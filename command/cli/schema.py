"""`saleslake schema`: the versions of a raw table's schema, and what each changed."""

from __future__ import annotations

import click

from command.cli.options import format_option, lake_option

_EXAMPLES = """\b
Examples:
  saleslake schema crm.cust_info                 its columns, and when each came from which file
  saleslake schema crm.cust_info --format json
"""


@click.command(epilog=_EXAMPLES)
@click.argument("table")
@lake_option
@format_option
def schema(table: str, lake: str | None, output: str) -> None:
    """Show the versions of the schema of TABLE: what each added or widened, and by which file.

    TABLE is a source and a table of the catalogue, such as crm.cust_info. Nothing is changed.
    """
    from command.json_output import as_json  # lazy: help must not wait for pyarrow
    from command.schema_text import render
    from ingest.catalogue.entries import load_catalogue
    from ingest.raw.schema_history import schema_history
    from saleslake.lake import Lake
    from saleslake.settings import Settings

    settings = Settings.from_environment(lake=lake)
    found = schema_history(table, Lake(settings.lake), load_catalogue(settings.catalogue))
    click.echo(as_json(found) if output == "json" else render(found))
