"""`saleslake watch`: new files as they come."""

from __future__ import annotations

import click

from command.cli.options import engine_option, format_option, lake_option, landing_option

_EXAMPLES = """\b
Examples:
  saleslake watch --landing exports --lake shop  look every ten seconds, load what is new
  saleslake watch --every 5m --build             every five minutes the whole job, if files came
  saleslake watch --rounds 3 --format json       three looks; one line of JSON for each round
"""


@click.command(epilog=_EXAMPLES)
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@landing_option
@lake_option
@engine_option
@click.option("--every", default="10s", help="Time between two looks: 10s, 2m, 1h. Default: 10s.")
@click.option("--rounds", type=click.IntRange(1), help="End after so many looks. Default: never.")
@click.option("--build", is_flag=True, help="Do the whole job, as saleslake run, not only ingest.")
@format_option
def watch(  # noqa: PLR0913, PLR0917 - one for each option
    tables: tuple[str, ...],
    landing: str | None,
    lake: str | None,
    engine: str | None,
    every: str,
    rounds: int | None,
    build: bool,
    output: str,
) -> int:
    """Load new files as they come, of each TABLE or of all, until Ctrl-C or SIGTERM.

    A file that changed between two looks is still being written, and is left for the next one. One
    line is printed for each round in which something happened. The lake is locked by each round
    alone; while another command has it, the watch waits for it.
    """
    from command.json_output import as_json_line  # lazy: help must not wait for pyarrow
    from command.progress import Progress
    from command.watching import Round, Watch, seconds_of
    from command.watching_text import round_text
    from saleslake.settings import Settings

    if build and tables:
        raise click.UsageError("--build is the whole job: name no TABLE with it.")

    def tell(done: Round) -> None:
        click.echo(as_json_line(done) if output == "json" else round_text(done))

    settings = Settings.from_environment(landing=landing, lake=lake, engine=engine)
    watching = Watch(settings, tables, Progress(), seconds_of(every), build, tell)
    return watching.run(rounds)
