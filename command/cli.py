"""The saleslake command: parses, calls and prints."""

from __future__ import annotations

import os
import sys

import click

from saleslake import __version__
from saleslake.errors import (
    EXIT_INTERNAL,
    EXIT_INTERRUPTED,
    EXIT_OK,
    SaleslakeError,
)

_EXIT_CODES = """\b
Exit codes:
   0  done, or nothing to do          14  lake in use by another run
   1  a table, model or test failed   15  lake cannot be written
   2  wrong command line              16  sample and real data would mix
   3  files or records set aside      17  lake of a newer version
  10  landing folder missing, empty   18  dbt project cannot be loaded
  11  catalogue invalid               19  ledger and raw tables disagree
  12  setting invalid                 70  a fault of saleslake itself
  13  no Java for the spark engine   130  interrupted
  20  lake's path unusable
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=_EXIT_CODES)
@click.version_option(__version__, prog_name="saleslake")
def saleslake() -> None:
    """Business files to a tested star schema."""


@saleslake.command()
@click.option("--landing", help="Folder with your files. Default: SALESLAKE_LANDING or landing/.")
@click.option("--lake", help="Folder of the lake. Default: SALESLAKE_LAKE or lake/.")
@click.option("--engine", help="embedded or spark. Default: SALESLAKE_ENGINE or embedded.")
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to print the report.",
)
def run(landing: str | None, lake: str | None, engine: str | None, output: str) -> int:
    r"""Land new files, build and test the lake, and report.

    \b
    saleslake run                                  sample data, in lake/
    saleslake run --landing exports --lake shop    your own files
    """
    from command.report import as_json  # lazy: help must not wait for pyarrow
    from command.run import run as run_job
    from command.terminal import Progress, render
    from saleslake.settings import Settings

    settings = Settings.from_environment(landing=landing, lake=lake, engine=engine)
    report = run_job(settings, Progress())
    click.echo(as_json(report) if output == "json" else render(report))
    return report.exit_code


def main() -> None:
    """Run the command and end the process with its exit code."""
    try:
        code = saleslake.main(standalone_mode=False)
    except SaleslakeError as error:
        click.echo(f"\nsaleslake: {error.cause}\n  {error.remedy}", err=True)
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nsaleslake: interrupted; run again to go on where it stopped.", err=True)
        code = EXIT_INTERRUPTED
    except Exception as error:
        click.echo(
            f"\nsaleslake: a fault of saleslake itself: {type(error).__name__}: {error}\n"
            "  Run again with SALESLAKE_DEBUG=1 for the details, and report them.",
            err=True,
        )
        if os.environ.get("SALESLAKE_DEBUG"):
            raise
        code = EXIT_INTERNAL
    sys.exit(code or EXIT_OK)


if __name__ == "__main__":
    main()
