"""`saleslake rebuild-ledger`: a ledger that was lost, from the raw tables."""

from __future__ import annotations

import click

from command.cli.options import format_option, lake_option, landing_option


@click.command(name="rebuild-ledger")
@click.option("--force", is_flag=True, help="Though there is a ledger; it goes to ops/damaged.")
@landing_option
@lake_option
@format_option
def rebuild_ledger(force: bool, landing: str | None, lake: str | None, output: str) -> None:
    """Write a lost ledger anew from the raw tables and the quarantine.

    A run needs the ledger to load nothing twice, and stops when it is gone (exit code 19). Each raw
    row names its file and its content, so the files that are loaded are known again. Rows of lakes
    of an older version do not name the content: their files must lie in the landing folder, or are
    known by their path only, and one of the same path and size is set aside. Which full deliveries
    were accepted is not known any more. If this is killed, do it again.

    \b
    saleslake rebuild-ledger --lake shop
    saleslake rebuild-ledger --format json
    """  # noqa: D301 - \b keeps the lines of the examples apart
    from command.json_output import as_json  # lazy: help must not wait for pyarrow
    from command.progress import Progress
    from command.rebuilding import rebuild, rebuilding_text
    from saleslake.settings import Settings

    settings = Settings.from_environment(landing=landing, lake=lake)
    found = rebuild(settings, Progress(), force=force)
    click.echo(as_json(found) if output == "json" else rebuilding_text(found))
