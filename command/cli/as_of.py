"""`saleslake as-of`: the lake, or a table, as it was."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from command.cli.options import format_option, lake_option
from command.cli.time_option import to_moment
from saleslake.settings import Settings


@click.command(name="as-of")
@click.argument("moment", callback=to_moment, required=False)
@click.option("--table", help="A table, such as gold.dim_customer.")
@click.option("--version", type=click.IntRange(min=0), help="A version of the table.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Rows to print.",
)
@click.option(
    "--output",
    "file",
    type=click.Path(path_type=Path),
    help="Write all rows to this .csv or .parquet file instead.",
)
@click.option("--force", is_flag=True, help="Replace the output file.")
@lake_option
@format_option
def as_of(  # noqa: PLR0913, PLR0917 - one for each option
    moment: datetime | None,
    table: str | None,
    version: int | None,
    limit: int,
    file: Path | None,
    force: bool,
    lake: str | None,
    output: str,
) -> int:
    """Read the lake as it was; nothing is changed.

    MOMENT is a time such as 2026-11-20 or 2026-11-20T12:00, in UTC unless it names a zone
    (2026-11-20T12:00+01:00), or now. In a CSV file a text that a spreadsheet would take for a
    formula gets an apostrophe before it; numbers stay as they are.

    \b
    saleslake as-of 2026-11-20T12:00                  the version of every table then
    saleslake as-of --table gold.dim_customer         the versions of a table
    saleslake as-of 2026-11-20 --table gold.dim_date  its rows then
    saleslake as-of --version 3 --table gold.dim_date --output dates.csv
    """  # noqa: D301 - \b keeps the lines of the examples apart
    if table is None and moment is None:
        raise click.UsageError("Give a moment, or --table, or both.")
    if moment is not None and version is not None:
        raise click.UsageError("Give a moment or --version, not both.")
    if table is None and (version is not None or file is not None):
        raise click.UsageError("--version and --output are about one table: add --table.")
    wanted = moment if version is None else version
    if wanted is None and file is not None:
        raise click.UsageError("Say which version to write: a moment, or --version.")
    settings = Settings.from_environment(lake=lake)
    is_json = output == "json"
    if table is None and moment is not None:
        click.echo(_lake(settings, moment, is_json=is_json))
    elif table is not None and wanted is None:
        click.echo(_versions(settings, table, is_json=is_json))
    elif table is not None and wanted is not None and file is not None:
        click.echo(_export(settings, table, wanted, file, force=force, is_json=is_json))
    elif table is not None and wanted is not None:
        click.echo(_rows(settings, table, wanted, limit, is_json=is_json))
    return 0


def _lake(settings: Settings, moment: datetime, *, is_json: bool) -> str:
    from command.json_output import as_json
    from command.progress import Progress
    from command.time_travel import lake_as_of
    from command.time_travel_text import lake_text

    found = lake_as_of(settings, Progress(), moment)
    return as_json(found) if is_json else lake_text(found)


def _versions(settings: Settings, table: str, *, is_json: bool) -> str:
    from command.json_output import as_json
    from command.time_travel import versions_of
    from command.time_travel_text import versions_text

    found = versions_of(settings, table)
    return as_json(found) if is_json else versions_text(found)


def _rows(
    settings: Settings, table: str, wanted: int | datetime, limit: int, *, is_json: bool
) -> str:
    from command.json_output import as_json
    from command.time_travel import rows_as_of
    from command.time_travel_text import rows_text

    found = rows_as_of(settings, table, wanted, limit)
    return as_json(found) if is_json else rows_text(found)


def _export(  # noqa: PLR0913 - one for each option
    settings: Settings,
    table: str,
    wanted: int | datetime,
    file: Path,
    *,
    force: bool,
    is_json: bool,
) -> str:
    from command.json_output import as_json
    from command.progress import Progress
    from command.time_travel import export_as_of
    from command.time_travel_text import export_text

    found = export_as_of(settings, Progress(), table, wanted, file, force=force)
    return as_json(found) if is_json else export_text(found)
