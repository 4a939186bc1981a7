"""Which files a backfill loads: those that a table's options leave out, of a range of times.

Nothing is loaded twice by it, because it is an ordinary load of files that were never loaded; and
the catalogue stays as it is, so what is left out tomorrow is what was left out yesterday. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from ingest.catalogue.tables import Catalogue, DeliveredTable
from ingest.files.discovery import DeliveredFile
from ingest.files.filters import EXISTING
from ingest.ledger.events import Owner
from ingest.ledger.table import Event, State
from ingest.planning import StateOf, key_of, leaves_out_existing


@dataclass(frozen=True)
class Range:
    """Times between which a file was changed last, UTC; None for no limit.

    Attributes:
        start: the first moment that is part of it.
        end: the first moment that is not.
    """

    start: datetime | None = None
    end: datetime | None = None

    def __contains__(self, moment: datetime) -> bool:
        """Say whether a moment is part of it."""
        return (self.start is None or self.start <= moment) and (
            self.end is None or moment < self.end
        )


def left_out_files(
    files: Iterable[DeliveredFile],
    table: DeliveredTable,
    state_of: StateOf,
    seen: Collection[Owner],
    times: Range,
) -> list[DeliveredFile]:
    """Return the files that a table's options leave out and that were never loaded.

    Args:
        files: the landing folder's, found with the catalogue as it is.
        table: the table.
        state_of: the ledger.
        seen: the tables that the ledger knows files of.
        times: which files are meant.
    """
    is_first = leaves_out_existing(table, seen)
    return [
        file
        for file in files
        if file.table is not None
        and file.table.name == table.name
        and file.modified_at in times
        and _is_left_out(file, table, state_of(key_of(file)), is_first)
    ]


def _is_left_out(
    file: DeliveredFile, table: DeliveredTable, before: Event | None, is_first: bool
) -> bool:
    if before is not None and before.state in State.claiming():
        return False
    if file.left_out:
        return True
    if file.reason is not None or table.options.include_existing_files:
        return False
    if before is None:
        return is_first
    return before.state is State.LEFT_OUT and before.reason == EXISTING


def without_filters(catalogue: Catalogue, name: str) -> Catalogue:
    """Return the catalogue with one table whose options leave no file out.

    Args:
        catalogue: all tables.
        name: source and table, such as ``crm.cust_info``.
    """
    return Catalogue(
        tuple(
            replace(
                table,
                options=replace(
                    table.options,
                    path_glob_filter=None,
                    modified_after=None,
                    modified_before=None,
                    include_existing_files=True,
                ),
            )
            if table.name == name
            else table
            for table in catalogue.tables
        )
    )
