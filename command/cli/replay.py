"""`saleslake replay`: quarantined records again, after what was wrong with them was mended."""

from __future__ import annotations

import click

from command.cli.options import format_option, lake_option

_EXAMPLES = """\b
Examples:
  saleslake replay                               all tables
  saleslake replay crm.cust_info                 one
  saleslake replay crm.cust_info --closed        also what was superseded or dismissed
"""


@click.command(epilog=_EXAMPLES)
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@click.option("--closed", is_flag=True, help="Read also records that are superseded or dismissed.")
@lake_option
@format_option
def replay(tables: tuple[str, ...], closed: bool, lake: str | None, output: str) -> int:
    """Read quarantined records again, of each TABLE or of all, and load those that fit now.

    Do this after the catalogue's options of a table were mended, or with a newer saleslake. Records
    that fit are loaded once, as a batch of their own, and marked in ops.quarantined_records with
    the batch, the run and the time; the others stay. Files that were set aside whole need no
    replay: every run looks at them again. Exit code 3: records still wait; saleslake dismiss closes
    those that are not worth it.
    """
    from command.json_output import as_json  # lazy: help must not wait for pyarrow
    from command.progress import Progress
    from command.replaying import replay_records, replay_text
    from saleslake.settings import Settings

    settings = Settings.from_environment(lake=lake)
    report = replay_records(settings, tables, Progress(), with_closed=closed)
    click.echo(as_json(report) if output == "json" else replay_text(report))
    return report.exit_code
