"""The saleslake command: its group, and how a command ends."""

from __future__ import annotations

import gc
import os
import sys
from functools import partial

import click

from command.cli.accept import accept
from command.cli.as_of import as_of
from command.cli.backfill import backfill
from command.cli.dismiss import dismiss
from command.cli.doctor import doctor
from command.cli.ending import close_output, show_error, show_signal, wants_json
from command.cli.explain import explain
from command.cli.ingest import ingest
from command.cli.maintain import maintain
from command.cli.orientation import orientation
from command.cli.rebuild_ledger import rebuild_ledger
from command.cli.replay import replay
from command.cli.restore import restore
from command.cli.run import run
from command.cli.sample import sample
from command.cli.schema import schema
from command.cli.status import status
from command.cli.watch import watch
from command.stopping import leave, listen
from saleslake import __version__
from saleslake.errors import EXIT_INTERNAL, EXIT_OK

GARBAGE_COLLECTION = 50_000, 20, 100
"""Looked for seldom: what dbt and a listing of 100,000 files make lives to the end of a command."""

_EPILOG = """\b
Examples:
  saleslake                                      what to do first
  saleslake run --landing exports --lake shop    your files to a tested star schema
  saleslake status --lake shop                   what is in it, and how fresh
  saleslake ingest --dry-run                     what a run would do with each file
  saleslake watch                                new files as they come, until Ctrl-C
  saleslake explain crm/cust_info.csv            why a file was loaded, or was not
\b
Exit codes:
   0  done, or nothing to do          14  lake in use by another run
   1  a table, model or test failed   15  lake cannot be written
   2  wrong command line              16  sample and real data would mix
   3  files or records set aside      17  lake of a newer version
  10  landing folder missing, empty   18  dbt project cannot be loaded
  11  catalogue invalid               19  ledger and raw tables disagree
  12  setting invalid                 70  a fault of saleslake itself
  13  no Java for the spark engine   130  interrupted (Ctrl-C)
  20  lake's path unusable           143  stopped by SIGTERM; 129: by SIGHUP
  21  no delivery to accept           30  a table is damaged: doctor
  31  no such table                   32  no such version, or no more
  33  retention too short             34  output file there, unwritable
  35  no lake there                   36  restore would lose rows
  37  a restore waits to be finished  38  folder cannot take a sample
"""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EPILOG,
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="saleslake")
@click.pass_context
def saleslake(context: click.Context) -> None:
    """Business files to a tested star schema."""
    if context.invoked_subcommand is None:
        click.echo(orientation())


saleslake.add_command(run)
saleslake.add_command(ingest)
saleslake.add_command(watch)
saleslake.add_command(backfill)
saleslake.add_command(accept)
saleslake.add_command(replay)
saleslake.add_command(dismiss)
saleslake.add_command(sample)
saleslake.add_command(status)
saleslake.add_command(explain)
saleslake.add_command(schema)
saleslake.add_command(maintain)
saleslake.add_command(as_of)
saleslake.add_command(restore)
saleslake.add_command(doctor)
saleslake.add_command(rebuild_ledger)


def main() -> None:
    """Run the command and end the process with its exit code."""
    as_json = wants_json(sys.argv[1:])
    last_words = partial(show_signal, as_json=as_json)
    listen(last_words)
    gc.set_threshold(*GARBAGE_COLLECTION)
    try:
        code = saleslake.main(standalone_mode=False) or EXIT_OK
        sys.stdout.flush()
    except KeyboardInterrupt:
        leave(last_words)
    except (BrokenPipeError, SystemExit) as error:
        if isinstance(error, SystemExit) and "_SALESLAKE_COMPLETE" in os.environ:
            raise  # a shell asks for completions
        code = close_output()  # click has an exit of its own when nobody reads what it prints
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # click's Abort
            leave(last_words)
        code = show_error(error, as_json=as_json)
        if code == EXIT_INTERNAL and os.environ.get("SALESLAKE_DEBUG"):
            raise
    sys.exit(code)
