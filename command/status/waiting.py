"""Which files the next run would find new, without reading those that nobody touched.

A run tells files apart by their content. Here a file whose path, size and time are in the ledger
counts as known, and only one that was written again is read: the answer takes no time, and is wrong
only for a file that was changed in place without changing its size or its time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from command.status.known_files import KnownFile, KnownFiles
from ingest.catalogue.tables import Catalogue, DeliveredTable
from ingest.delta import from_microseconds
from ingest.files.discovery import DeliveredFile, hash_of
from ingest.files.filters import EXISTING, left_out
from ingest.ledger.table import State
from ingest.planning import leaves_out_existing
from ingest.policies import OVERWRITES

READ_AT_MOST = 256 << 20
"""Bytes of rewritten files that are read to see whether their content is another one."""


@dataclass(frozen=True)
class TableWaiting:
    """What the next run would load into one table.

    Attributes:
        table: source and table.
        files_outstanding: its files that wait or belong to an unfinished batch.
        bytes_outstanding: their size.
        files_left_out: files in the landing folder that its options leave out.
    """

    table: str
    files_outstanding: int = 0
    bytes_outstanding: int = 0
    files_left_out: int = 0


@dataclass(frozen=True)
class LandingStatus:
    """What lies in the landing folder, as far as it is of a table.

    Attributes:
        folder: the landing folder; None when none can be found.
        files_known: files that a run has dealt with.
        files_waiting: files that are new, or changed since.
        files_unfinished: files of a batch that a stopped run planned; the next one finishes it.
        files_left_out: files that the options of their table leave out.
        files_outstanding: files that wait or are unfinished.
        bytes_outstanding: their size.
        tables: the tables with a file outstanding or left out, in order of names.
    """

    folder: str | None
    files_known: int = 0
    files_waiting: int = 0
    files_unfinished: int = 0
    files_left_out: int = 0
    files_outstanding: int = 0
    bytes_outstanding: int = 0
    tables: tuple[TableWaiting, ...] = ()


def look_at_landing(folder: Path | None, catalogue: Catalogue, ledger: KnownFiles) -> LandingStatus:
    """Count the files of a landing folder: known, waiting, left out, of an unfinished batch."""
    count = _Count()
    for known in ledger.by_path.values():
        if known.state is State.PLANNED:
            count.unfinished += 1
            count.outstanding(known.table, known.size)
    if folder is None or not folder.is_dir():
        return count.status(None)
    for file, found in look_at_files(folder, catalogue, ledger):
        table = file.table.name if file.table else ""
        if found == "waiting":
            count.waiting += 1
            count.outstanding(table, file.size)
        elif found == "left_out":
            count.left_out(table)
        else:
            count.known += 1
    return count.status(str(folder))


def look_at_files(
    folder: Path, catalogue: Catalogue, ledger: KnownFiles
) -> Iterator[tuple[DeliveredFile, str]]:
    """Yield every file of a table, and whether it is known, waiting or left_out.

    Their content hash is not found out. Files of a batch that is not finished are not among them.
    """
    look = _Look(ledger)
    for path, file in _files(folder):
        table = catalogue.table_of(path)
        before = ledger.by_path.get(path)
        if table is None or (before is not None and before.state is State.PLANNED):
            continue
        status = file.stat()
        modified_at = from_microseconds(status.st_mtime_ns // 1000)
        found = DeliveredFile(path, str(file), status.st_size, modified_at, table=table)
        yield found, look.at(found, table, before)


@dataclass
class _Count:
    """Files and bytes, counted over a folder and by table."""

    known: int = 0
    waiting: int = 0
    unfinished: int = 0
    tables: dict[str, list[int]] = field(default_factory=dict)

    def outstanding(self, table: str, size: int) -> None:
        counted = self.tables.setdefault(table, [0, 0, 0])
        counted[0] += 1
        counted[1] += size

    def left_out(self, table: str) -> None:
        self.tables.setdefault(table, [0, 0, 0])[2] += 1

    def status(self, folder: str | None) -> LandingStatus:
        tables = tuple(TableWaiting(name, *self.tables[name]) for name in sorted(self.tables))
        return LandingStatus(
            folder,
            self.known,
            self.waiting,
            self.unfinished,
            sum(table.files_left_out for table in tables),
            sum(table.files_outstanding for table in tables),
            sum(table.bytes_outstanding for table in tables),
            tables,
        )


class _Look:
    """Says of each file what the next run would find, and reads only rewritten ones."""

    def __init__(self, ledger: KnownFiles) -> None:
        self._seen = ledger.seen
        self._to_read = READ_AT_MOST

    def at(self, file: DeliveredFile, table: DeliveredTable, before: KnownFile | None) -> str:
        """Return known, waiting or left_out; of a batch that is not finished nothing is asked."""
        by_options = left_out(file.name, file.modified_at, table.options)
        if before is not None and self._is_same(file, table, before):
            if before.state is not State.LEFT_OUT:
                return "known"
            return "left_out" if by_options or _stays_out(table, before) else "waiting"
        if by_options or leaves_out_existing(table, self._seen):
            return "left_out"
        return "waiting"

    def _is_same(self, file: DeliveredFile, table: DeliveredTable, before: KnownFile) -> bool:
        if before.size != file.size:
            return False
        if before.modified_at == file.modified_at:
            return True
        # A full delivery that is written again is another delivery, whatever it holds.
        if table.delivery != "incremental" or file.size > self._to_read:
            return False
        self._to_read -= file.size
        return hash_of(file.location) == before.content_hash


def _stays_out(table: DeliveredTable, before: KnownFile) -> bool:
    """Tell whether the catalogue still leaves out a file that a run left out, by other options."""
    if before.reason == EXISTING:
        return not table.options.include_existing_files
    return before.reason.startswith(OVERWRITES) and table.on_overwrite == "ignore"


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield every regular file with its path below the folder; what vanishes is not there.

    A link that leaves the folder is none, as for a run.
    """
    inside = folder.resolve()
    for root, _, names in os.walk(folder):
        for name in names:
            file = Path(root) / name
            if file.is_file() and (not file.is_symlink() or file.resolve().is_relative_to(inside)):
                yield (
                    os.fsencode(file.relative_to(folder).as_posix()).decode(
                        "utf-8", errors="backslashreplace"
                    ),
                    file,
                )
