"""`saleslake doctor`: what is wrong with a lake, and the command that mends it."""

from __future__ import annotations

import click

from command.cli.options import format_option, lake_option


@click.command()
@lake_option
@format_option
def doctor(lake: str | None, output: str) -> int:
    """Check a lake from top to bottom; nothing is changed.

    Looks at the marker, every table's log and data files, whether the ledger and the raw tables
    agree, and what interrupted commands left. Names table, version, file and the command that
    repairs it. Exit code 0: healthy; 30: damaged.

    \b
    saleslake doctor
    saleslake doctor --lake shop --format json
    """  # noqa: D301 - \b keeps the lines of the examples apart
    from command.json_output import as_json  # lazy: help must not wait for pyarrow
    from command.maintenance import diagnose_lake
    from command.maintenance_text import diagnosis_text
    from command.progress import Progress
    from saleslake.errors import EXIT_OK, DamagedTableError
    from saleslake.settings import Settings

    result = diagnose_lake(Settings.from_environment(lake=lake), Progress())
    click.echo(as_json(result) if output == "json" else diagnosis_text(result))
    return EXIT_OK if result.is_healthy else DamagedTableError.exit_code
