"""Writes a lost ledger anew, from what the raw tables and the quarantine say of their files.

Every raw row names its file: path, size, time, and since version 2 the hash of its content. What
was written before has no hash. It is taken from the quarantine, or from the file itself where that
still lies in the landing folder with the same path, size and time; else the file is recorded by its
path alone, and one of the same path and size is set aside rather than loaded a second time.

What no table tells is not made up: which files were set aside, skipped or left out is found out by
the next run as if they were new, and a full delivery that somebody accepted has to be accepted
again. The new ledger is written beside the old place and moved there by one rename.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingest.catalogue.tables import Catalogue
from ingest.files.discovery import DeliveredFile
from ingest.ledger import table as ledger_table
from ingest.ledger.table import Event, Ledger, State
from ingest.quarantine import table as quarantine_table
from maintenance.raw_batches import RawName, existing_ledger, raw_name
from maintenance.raw_files import RawFiles
from maintenance.removal import delete, move_aside
from maintenance.table_check import check_table
from maintenance.tables import is_raw
from saleslake.build_state import forget_state
from saleslake.errors import DamagedTableError, RestoreRefusedError
from saleslake.lake import Lake, LakeTable, delta_version


@dataclass(frozen=True)
class RebuiltTable:
    """What was found of one raw table.

    Attributes:
        table: source and name.
        files: loads of files; one that was loaded twice counts twice.
        batches: in which they were loaded.
        rows_loaded: rows of the raw table.
        rows_quarantined: records in the quarantine, with those that were replayed.
        without_content: paths of files of which only the path is known.
        unfinished: paths of files of an interrupted batch, which the next run finishes.
    """

    table: str
    files: int
    batches: int
    rows_loaded: int
    rows_quarantined: int
    without_content: tuple[str, ...]
    unfinished: tuple[str, ...]


def rebuild_ledger(  # noqa: PLR0913 - of what, from what, and by whom
    lake: Lake,
    catalogue: Catalogue,
    delivered: Iterable[DeliveredFile],
    *,
    run_id: str,
    now: datetime,
    force: bool,
) -> list[RebuiltTable]:
    """Write the ledger anew. The caller holds the lake's lock.

    Args:
        lake: the lake.
        catalogue: the delivered tables.
        delivered: what lies in the landing folder.
        run_id: recorded with what is written; names where an old ledger is kept.
        now: UTC.
        force: do so although there is a ledger that can be read.

    Raises:
        RestoreRefusedError: there is one; it knows more than can be found out again.
        DamagedTableError: a raw table or the quarantine is damaged: it is mended first.
    """
    _refuse_healthy(lake, catalogue, now, force=force)
    raw = [table for table in lake.tables() if is_raw(table, lake)]
    _must_be_whole(lake, raw)
    entries = {table.name: table for table in catalogue.tables}
    files = [file for file in delivered if file.table is not None]
    events, found = list[Event](), list[RebuiltTable]()
    for table in raw:
        name = raw_name(table)
        there = [file for file in files if file.table and file.table.name == name.name]
        of_table = RawFiles(lake, table.path, name, entries.get(name.name), there).events()
        events += of_table
        found.append(_sum(name, of_table))
    events.sort(key=lambda event: (event.batch_id or 0, event.key.path))
    full = {(table.source, table.table) for table in catalogue.tables if table.delivery == "full"}
    part = lake.state / f"{ledger_table.NAME}.part"
    shutil.rmtree(part, ignore_errors=True)
    Ledger(part, run_id, now, full).record(events)
    _put_in_place(lake, part, run_id)
    return found


def _refuse_healthy(lake: Lake, catalogue: Catalogue, now: datetime, *, force: bool) -> None:
    try:
        ledger = existing_ledger(lake, catalogue, now)
        is_there = ledger is not None and bool(ledger.events())  # a run that stopped made it anew
    except DamagedTableError:
        is_there = False
    if is_there and not force:
        raise RestoreRefusedError(
            f"ops.{ledger_table.NAME}",
            "it can be read, and knows more than can be found out again",
            "Add --force to rebuild it all the same; the old one is kept in ops/damaged.",
        )


def _must_be_whole(lake: Lake, raw: Sequence[LakeTable]) -> None:
    for table in lake.tables():
        if table not in raw and table.path != lake.ops_table(quarantine_table.NAME):
            continue
        findings, _ = check_table(table, lake)
        for finding in findings:
            if finding.is_damage:
                raise DamagedTableError(table.full_name, table.path, finding.problem)


def _put_in_place(lake: Lake, part: Path, run_id: str) -> None:
    """Replace the ledger; a kill in between leaves none, which is as before."""
    path = lake.ops_table(ledger_table.NAME)
    forget_state(lake)  # the versions of the new one say nothing about those of the old one
    if delta_version(path):  # in version 0 nothing was ever recorded
        move_aside(lake, path, f"ops.{ledger_table.NAME}", run_id)
    elif path.exists():
        delete(path)
    part.rename(path)


def _sum(name: RawName, events: Sequence[Event]) -> RebuiltTable:
    files = [event for event in events if event.state in State.claiming()]
    return RebuiltTable(
        table=name.name,
        files=len(files),
        batches=len({event.batch_id for event in files}),
        rows_loaded=sum(event.rows_loaded for event in files),
        rows_quarantined=sum(event.rows_quarantined for event in files),
        without_content=tuple(e.key.path for e in files if not e.key.content_hash),
        unfinished=tuple(e.key.path for e in files if e.state is State.PLANNED),
    )
