"""Which files the next run would find new, without reading those that nobody touched.

A run tells files apart by their content. Here a file whose path, size and time are in the ledger
counts as known, and only one that was written again is read: the answer takes no time, and is wrong
only for a file that was changed in place without changing its size or its time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from command.report.notes import Note, held_back_note, set_aside_note
from ingest.catalogue import Catalogue
from ingest.delta import from_microseconds
from ingest.discovery import hash_of
from ingest.full_deliveries import FullDeliveries
from ingest.ledger import NAME, State
from ingest.result import HeldBack
from saleslake.lake import Lake, is_delta_table
from saleslake.query import LakeQuery

READ_AT_MOST = 256 << 20
"""Bytes of rewritten files that are read to see whether their content is another one."""

_LATEST = """
select
    file_path, content_hash, file_size, state, reason,
    cast(file_modified_at as bigint) as modified_microseconds
from (
    select *, row_number() over (partition by file_path order by sequence desc) as age
    from ledger
)
where age = 1 and content_hash is not null
order by file_path
"""
_HELD_BACK = """
with applied as (
    select table_name, max(delivery_number) as last_number
    from deliveries
    where state = 'applied'
    group by table_name
)
select distinct
    deliveries.table_name, deliveries.delivery_number, deliveries.delivery_name,
    deliveries.reason, deliveries.state = 'incomplete' as is_incomplete
from deliveries
left join applied on deliveries.table_name = applied.table_name
where deliveries.state in ('incomplete', 'held_back')
    and deliveries.delivery_number > coalesce(applied.last_number, 0)
order by deliveries.table_name, deliveries.delivery_number
"""


@dataclass(frozen=True)
class KnownFile:
    """What the ledger says of a path at last.

    Attributes:
        content_hash: SHA-256 of its content.
        size: in bytes.
        modified_at: UTC.
        state: what became of it.
        reason: why, for a file that was not loaded.
    """

    content_hash: str
    size: int
    modified_at: datetime
    state: State
    reason: str


@dataclass(frozen=True)
class LandingStatus:
    """What lies in the landing folder, as far as it is of a table.

    Attributes:
        folder: the landing folder; None when none can be found.
        files_known: files that a run has dealt with.
        files_waiting: files that are new, or changed since.
        files_unfinished: files of a batch that a stopped run planned; the next one finishes it.
    """

    folder: str | None
    files_known: int = 0
    files_waiting: int = 0
    files_unfinished: int = 0


def read_ledger(lake: Lake) -> dict[str, KnownFile]:
    """Return the latest event of every path; nothing of a lake where nothing has landed."""
    path = lake.ops_table(NAME)
    if not is_delta_table(path):
        return {}
    return {
        row.text("file_path"): KnownFile(
            content_hash=row.text("content_hash"),
            size=row.whole("file_size"),
            modified_at=from_microseconds(row.whole("modified_microseconds")),
            state=State(row.text("state")),
            reason=row.text("reason"),
        )
        for row in LakeQuery({"ledger": path}).rows(_LATEST)
    }


def look_at_landing(
    folder: Path | None, catalogue: Catalogue, ledger: Mapping[str, KnownFile]
) -> LandingStatus:
    """Count the files of a landing folder that are known, waiting, and of an unfinished batch."""
    unfinished = sum(known.state is State.PLANNED for known in ledger.values())
    if folder is None or not folder.is_dir():
        return LandingStatus(None, files_unfinished=unfinished)
    known = waiting = 0
    to_read = READ_AT_MOST
    for path, file in _files(folder):
        table = catalogue.table_of(path)
        if table is None:
            continue
        before, status = ledger.get(path), file.stat()
        if before is not None and before.size == status.st_size and before.state != State.PLANNED:
            modified_at = from_microseconds(status.st_mtime_ns // 1000)
            same = before.modified_at == modified_at
            # A full delivery that is written again is another delivery, whatever it holds.
            if not same and table.delivery == "incremental" and status.st_size <= to_read:
                to_read -= status.st_size
                same = hash_of(file) == before.content_hash
            known, waiting = known + same, waiting + (not same)
        elif before is None or before.state != State.PLANNED:
            waiting += 1
    return LandingStatus(str(folder), known, waiting, unfinished)


def set_aside_notes(ledger: Mapping[str, KnownFile], landing: Path | None) -> list[Note]:
    """Return the files that cannot be loaded; one that is gone from the folder is settled."""
    return [
        set_aside_note(path, known.reason)
        for path, known in ledger.items()
        if known.state is State.SET_ASIDE
        and (landing is None or not landing.is_dir() or (landing / path).exists())
    ]


def held_back_notes(lake: Lake) -> list[Note]:
    """Return the full deliveries that do not count, later than the last one that does."""
    path = FullDeliveries(lake).path
    if not is_delta_table(path):
        return []
    return [
        held_back_note(
            row.text("table_name"),
            HeldBack(row.text("delivery_name"), row.text("reason"), row.flag("is_incomplete")),
        )
        for row in LakeQuery({"deliveries": path}).rows(_HELD_BACK)
    ]


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield every regular file with its path below the folder; what vanishes is not there."""
    for root, _, names in os.walk(folder):
        for name in names:
            file = Path(root) / name
            if file.is_file():
                yield (
                    os.fsencode(file.relative_to(folder).as_posix()).decode(
                        "utf-8", errors="backslashreplace"
                    ),
                    file,
                )
