"""`saleslake sample`: files of a fictional business, with the truth about them."""

from __future__ import annotations

import click

from command.cli.options import format_option, lake_option

_EXAMPLES = """\b
Examples:
  saleslake sample write --profile 1M --folder big     a million order lines: big/landing, big/truth
  saleslake sample write --dirt none --seed 7 --force  clean files, another business
  saleslake sample write --dirt crm.sales_details/amount_outlier=0.01 --folder outliers
  saleslake sample next --days 7                       the next week's files, late ones among them
  saleslake sample next --drift renamed                a column has another name from now on
  saleslake sample choices                             profiles, systems, kinds of dirt
"""

_folder_option = click.option(
    "--folder", help="Folder of the sample. Default: sample/ in the lake, which a run reads."
)
_processes_option = click.option(
    "--processes", type=click.IntRange(min=1), help="To write in. Default: all, if it is large."
)


@click.group(epilog=_EXAMPLES)
def sample() -> None:
    """Write the files of a fictional business, and what is true about it.

    Six systems deliver: CRM, ERP, suppliers' stock, web shop, marketing, foot traffic. Everything
    follows from a seed. docs/sample.md says what is in the files and in the truth.
    """


@sample.command()
@click.option("--profile", default="demo", show_default=True, help="Size; see choices.")
@click.option("--seed", type=int, help="Another number, another business. Default: 20260101.")
@click.option("--lines", type=int, help="Order lines, about. Default: the profile's.")
@click.option("--first-day", help="Default: the profile's.")
@click.option("--last-day", help="Default: the profile's.")
@click.option("--domain", "domains", multiple=True, help="Only this system; may be repeated.")
@click.option("--dirt", multiple=True, help="none, or KIND=RATE; may be repeated. See choices.")
@click.option("--force", is_flag=True, help="Replace the sample that is in the folder.")
@_folder_option
@_processes_option
@lake_option
@format_option
def write(  # noqa: PLR0913, PLR0917 - one for each option
    profile: str,
    seed: int | None,
    lines: int | None,
    first_day: str | None,
    last_day: str | None,
    domains: tuple[str, ...],
    dirt: tuple[str, ...],
    force: bool,
    folder: str | None,
    processes: int | None,
    lake: str | None,
    output: str,
) -> int:
    """Write a sample; the same seed and sizes give the same bytes."""
    from command import sample_files  # lazy: help must not wait for NumPy
    from command.json_output import as_json
    from command.progress import Progress
    from command.sample_files_text import render
    from saleslake.settings import Settings

    wish = sample_files.Wish(profile, seed, lines, first_day, last_day, dirt, domains)
    target = sample_files.sample_folder(Settings.from_environment(lake=lake), folder)
    written = sample_files.write(target, wish, Progress(), processes=processes, force=force)
    click.echo(as_json(written) if output == "json" else render(written))
    return 0


@sample.command(name="next")
@click.option("--days", type=int, default=7, show_default=True, help="How many days to add.")
@click.option(
    "--drift",
    "drifts",
    multiple=True,
    help="new_column, renamed or widened, of shop.orders or TABLE:CHANGE; may be repeated.",
)
@_folder_option
@_processes_option
@lake_option
@format_option
def next_days(  # noqa: PLR0913, PLR0917 - one for each option
    days: int,
    drifts: tuple[str, ...],
    folder: str | None,
    processes: int | None,
    lake: str | None,
    output: str,
) -> int:
    """Write the files of the days that follow, with late and corrected records of earlier ones."""
    from command import sample_files  # lazy: help must not wait for NumPy
    from command.json_output import as_json
    from command.progress import Progress
    from command.sample_files_text import render
    from saleslake.settings import Settings

    target = sample_files.sample_folder(Settings.from_environment(lake=lake), folder)
    written = sample_files.write_days(target, days, drifts, Progress(), processes=processes)
    click.echo(as_json(written) if output == "json" else render(written))
    return 0


@sample.command()
@format_option
def choices(output: str) -> int:
    """List profiles, systems, and kinds of dirt with their usual rates."""
    from command.json_output import as_json  # lazy: help must not wait for NumPy
    from command.sample_files import choices as all_choices
    from command.sample_files_text import render_choices

    found = all_choices()
    click.echo(as_json(found) if output == "json" else render_choices(found))
    return 0
