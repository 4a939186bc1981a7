"""`python -m bench`: parses, calls and prints."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bench.loader.command import loader
from bench.options import measured, say, with_shared_options
from bench.sample.command import sample
from bench.sections import DOCUMENT, read_document, this_call, with_sections_of
from bench.sides import SIDES
from saleslake.errors import EXIT_INTERRUPTED, EXIT_OK, SaleslakeError
from saleslake.settings import PROJECT_DIR


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True},
)
@click.option(
    "--side",
    "sides",
    type=click.Choice(SIDES),
    multiple=True,
    default=SIDES,
    help="What to compare; again for more than one.",
)
@click.option(
    "--lines",
    type=click.IntRange(min=0),
    default=10_000_000,
    help="Sales lines of the big data set; 0: without it.",
)
@click.option("--crm-erp/--no-crm-erp", default=True, help="The six files as they are.")
@click.option(
    "--rounds",
    type=click.IntRange(min=1),
    default=3,
    help="How often the six files are measured.",
)
@click.option(
    "--lines-rounds",
    type=click.IntRange(min=1),
    default=1,
    help="How often the big data set is.",
)
@click.option("--spark-lines", is_flag=True, help="Spark on the big data set too: many minutes.")
@with_shared_options("Files, lakes and databases go to saleslake_bench/", "lakes and databases")
@click.option(
    "--slowest",
    type=click.IntRange(min=0),
    default=5,
    help="How many of embedded's slowest nodes to show.",
)
@click.option("--write", is_flag=True, help="Write docs/benchmarks.md, but for its other parts.")
@click.pass_context
def bench(  # noqa: PLR0913 (one argument for each option)
    context: click.Context,
    *,
    sides: tuple[str, ...],
    lines: int,
    crm_erp: bool,
    rounds: int,
    lines_rounds: int,
    spark_lines: bool,
    work: Path,
    memory_limit: float,
    keep: bool,
    slowest: int,
    output: str,
    write: bool,
) -> None:
    """Measure this project against dbt-duckdb, side by side."""
    if context.invoked_subcommand:
        return
    from bench import document, terminal  # lazy: help must not wait for pyarrow
    from bench.datasets import Options
    from bench.session import Session

    options = Options(
        sides=tuple(side for side in SIDES if side in sides),
        lines=lines,
        few_lines=crm_erp,
        rounds=rounds,
        lines_rounds=lines_rounds,
        spark_lines=spark_lines,
        work=work / "saleslake_bench",
        keep=keep,
        memory_limit_bytes=int(memory_limit * 1e9),
    )
    session = Session(PROJECT_DIR, options, say)
    found, results = measured(session, options.work)
    if write:
        text = with_sections_of(document.render(found, this_call()), read_document())
        DOCUMENT.write_text(text, encoding="utf-8")
    click.echo(results if output == "json" else terminal.render(found, slowest))


bench.add_command(loader)
bench.add_command(sample)


def main() -> int:
    """Run the command and return its exit code."""
    try:
        bench(standalone_mode=False)
    except SaleslakeError as error:
        click.echo(f"\nbench: {error.cause}\n  {error.remedy}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nbench: interrupted.", err=True)
        return EXIT_INTERRUPTED
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
