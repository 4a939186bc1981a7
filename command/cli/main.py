"""The saleslake command: its group, and how a command ends."""

from __future__ import annotations

import os
import sys

import click

from command.cli.accept import accept
from command.cli.as_of import as_of
from command.cli.doctor import doctor
from command.cli.maintain import maintain
from command.cli.restore import restore
from command.cli.run import run
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
  20  lake's path unusable           21  no delivery to accept
  30  a table is damaged: doctor     31  no such table
  32  no such version, or no more    33  retention too short
  34  output file there, unwritable  35  no lake there
  36  restore would lose rows        37  a restore waits to be finished
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=_EXIT_CODES)
@click.version_option(__version__, prog_name="saleslake")
def saleslake() -> None:
    """Business files to a tested star schema."""


saleslake.add_command(run)
saleslake.add_command(accept)
saleslake.add_command(maintain)
saleslake.add_command(as_of)
saleslake.add_command(restore)
saleslake.add_command(doctor)


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
