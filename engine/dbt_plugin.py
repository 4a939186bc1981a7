"""The dbt plugin: starts the engine of dbt's target and takes the lake's lock when dbt will write.

The target's own name says which engine: ``embedded`` or ``spark`` (a profile output of type spark
and method session). Any other target, Databricks say, is left to dbt alone.
"""

from __future__ import annotations

from contextlib import ExitStack

import click
from dbt.plugins.manager import dbtPlugin

from engine.notes import note
from saleslake.errors import PendingRestoreError, SaleslakeError
from saleslake.lake import Lake
from saleslake.settings import ENGINES, Settings

WRITING_COMMANDS = {"build", "clone", "retry", "run", "run-operation", "seed", "snapshot"}
COMMANDS_WITHOUT_ENGINE = {"clean", "deps", "docs serve", "init", "list", "ls", "parse"}

_until_exit = ExitStack()


def dbt_command(context: click.Context) -> str:
    """Return the dbt command of a click context as typed, for example ``docs generate``."""
    names = context.command_path.split()
    return " ".join(names[1:]) if names[1:2] == ["docs"] else names[-1]


class SaleslakePlugin(dbtPlugin):  # type: ignore[misc]
    """Started by dbt after it has read the profile and before it opens a connection."""

    def initialize(self) -> None:
        """Bring up the target's engine with the lake attached, if this command needs it.

        Raises:
            SaleslakeError: the engine cannot start, or the lake is in use; dbt reports it.
        """
        context = click.get_current_context(silent=True)
        profile = context.obj.get("profile") if context and context.obj else None
        if context is None or profile is None or profile.target_name not in ENGINES:
            return
        command = dbt_command(context)
        if command in COMMANDS_WITHOUT_ENGINE:
            return
        # dbt-spark switches ANSI off: an overflow would become a null, silently. Databricks has it
        # on, and so have we.
        profile.credentials.server_side_parameters["spark.sql.ansi.enabled"] = "true"
        lake = Lake(Settings.from_environment(engine=profile.target_name).lake)
        if not lake.raw.exists():
            raise SaleslakeError(
                f"The lake {lake.root} holds no raw tables yet.",
                "Land files first: make run.",
            )
        if command in WRITING_COMMANDS:
            _until_exit.enter_context(lake.lock())
            if lake.pending_restore.exists():
                raise PendingRestoreError(lake.root)
        from engine.session import open_session  # lazy: dbt ls and parse need no engine

        open_session(profile.target_name, lake, note)
