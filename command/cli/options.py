"""Options that several commands have."""

from __future__ import annotations

import click

landing_option = click.option(
    "--landing", help="Folder with your files. Default: SALESLAKE_LANDING or landing/."
)
lake_option = click.option("--lake", help="Folder of the lake. Default: SALESLAKE_LAKE or lake/.")
engine_option = click.option(
    "--engine", help="embedded or spark. Default: SALESLAKE_ENGINE or embedded."
)
format_option = click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to print the result: for people, or for scripts (docs/json.md).",
)
dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would be done, and stop.")
