"""Turns a failure that a damaged table or a full disk caused into one that says so.

Looking costs nothing while all goes well: only after a failure are the tables looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from maintenance.disk import full_disk
from maintenance.history import damage_of, read_history
from maintenance.removal import move_aside
from maintenance.tables import is_history
from saleslake.errors import DamagedTableError, LakeNotWritableError, SaleslakeError
from saleslake.lake import Lake, LakeTable


def damaged_tables(lake: Lake) -> list[tuple[LakeTable, str]]:
    """Return every table whose newest version cannot be read whole, and what is wrong with it."""
    found = [(table, damage_of(read_history(table.path))) for table in lake.tables()]
    return [(table, problem) for table, problem in found if problem]


@contextmanager
def causes_named(lake: Lake) -> Iterator[None]:
    """Blame a failure on a full disk or a damaged table, if there is one.

    Raises:
        LakeNotWritableError: the disk is full.
        DamagedTableError: something failed, and a table is damaged.
    """
    try:
        yield
    except SaleslakeError:
        raise
    except Exception as error:
        reason = full_disk(error)
        if reason:
            raise LakeNotWritableError(lake.root, reason) from error
        found = damaged_tables(lake)
        if not found:
            raise
        (table, problem), *others = found
        names = [other.full_name for other, _ in others]
        raise DamagedTableError(table.full_name, table.path, problem, names) from error


def move_damaged_aside(lake: Lake, label: str) -> list[str]:
    """Move damaged warehouse tables to ops/damaged, so that a full build creates them anew.

    A snapshot stays as long as it has a version to restore: no build can make its history again.

    Args:
        lake: the lake, whose lock the caller holds.
        label: sets apart what is moved now from what was before.

    Returns:
        Names of the tables.
    """
    moved = []
    for table, _ in damaged_tables(lake):
        history = read_history(table.path)
        can_go_back = is_history(table) and history.newest_whole is not None
        if table.path.is_relative_to(lake.warehouse) and not can_go_back:
            move_aside(lake, table.path, table.full_name, label)
            moved.append(table.full_name)
    return moved
