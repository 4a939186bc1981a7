"""A table through its versions: when each was made, its rows, and whether its files are there.

The log is followed once, commit by commit, so that hundreds of versions cost no more than one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable

from maintenance.delta_log import Commit, DataFile, DeltaLog, read_log
from maintenance.view import readable_view

FIRST_KNOWN = "(older entries of the log are gone)"
"""Stands for the operation of a version whose commit was cleaned up; its checkpoint is there."""


@dataclass(frozen=True)
class Version:
    """One version of a table.

    Attributes:
        version: its number.
        written_at: UTC; never before that of an earlier version.
        operation: what made it.
        rows: of the table then; None when a writer did not count them.
        files: number of its data files.
        size: of them, in bytes.
        missing: data files that are not there any more, or have another size.
    """

    version: int
    written_at: datetime
    operation: str
    rows: int | None
    files: int
    size: int
    missing: int

    @property
    def is_whole(self) -> bool:
        """Whether it can be read."""
        return self.missing == 0


@dataclass(frozen=True)
class History:
    """What is known of a table's versions.

    Attributes:
        log: the table's log.
        versions: those that the log can tell of, oldest first, without a gap; the last one is the
            newest that can be read.
        current: data files of the last one, by path.
        broken: those of them that are missing, with the reason.
        removed_by: for each data file in the log, the version that removed it last; None while the
            last version needs it.
        is_cut_off: whether the newest commit reads well and is not whole.
    """

    log: DeltaLog
    versions: Sequence[Version]
    current: Mapping[str, DataFile]
    broken: Mapping[str, str]
    removed_by: Mapping[str, int | None]
    is_cut_off: bool

    @property
    def newest(self) -> Version | None:
        """The newest version that the log can tell of; None when there is none."""
        return self.versions[-1] if self.versions else None

    @property
    def oldest_kept(self) -> Version | None:
        """The oldest version from which on every one can be read; None when the last cannot."""
        kept = None
        for version in reversed(self.versions):
            if not version.is_whole:
                break
            kept = version
        return kept

    @property
    def newest_whole(self) -> Version | None:
        """The newest version with all its data files."""
        return next((version for version in reversed(self.versions) if version.is_whole), None)

    def at(self, moment: datetime) -> Version | None:
        """Return the version that was the newest at a moment; None before the first one."""
        return version_at(self.versions, moment)

    def get(self, number: int) -> Version | None:
        """Return a version by its number."""
        return next((version for version in self.versions if version.version == number), None)

    def needed_since(self, version: int) -> set[str]:
        """Return the data files that this version or a later one needs."""
        return {
            path for path, number in self.removed_by.items() if number is None or number > version
        }


def version_at(versions: Iterable[Version], moment: datetime) -> Version | None:
    """Return the last version that was written at or before a moment."""
    found = None
    for version in versions:
        if version.written_at > moment:
            break
        found = version
    return found


def damage_of(history: History) -> str | None:
    """Say in words the first thing that is damaged in a table; None for a whole one."""
    for problem in history.log.damage:
        return f"{problem.file} of its log {problem.what}"
    if history.newest and history.is_cut_off:
        return f"the end of its newest commit, version {history.newest.version}, is missing"
    for path, why in history.broken.items():
        return f"its data file {path} {why}"
    return None if history.versions else "no version of it can be read"


def read_history(table: Path, log: DeltaLog | None = None) -> History:
    """Follow a table through all versions that its log can tell of.

    Args:
        table: its folder.
        log: its log, when it was read already.
    """
    log = log or read_log(table)
    numbers = log.readable
    state = _State(table)
    versions: list[Version] = []
    for number in numbers:
        commit = log.commits.get(number)
        if number == numbers[0] and number in log.checkpoints:
            state.start(_files_of(table, log, number))
        elif commit is not None:
            state.apply(number, commit)
        # Clocks are set back; the order of versions is the truth.
        at = commit.written_at if commit else _time_of_checkpoint(log, number)
        at = max(at, versions[-1].written_at) if versions else at
        versions.append(state.version(number, at, commit.operation if commit else FIRST_KNOWN))
    cut_off = _files_lost_to_a_cut(log, versions[-1]) if versions else 0
    if cut_off:
        versions[-1] = replace(versions[-1], missing=versions[-1].missing + cut_off)
    return History(
        log, tuple(versions), state.active, state.broken(), state.removed_by, bool(cut_off)
    )


def _files_lost_to_a_cut(log: DeltaLog, newest: Version) -> int:
    """Return by how many data files the newest commit differs from its engine's own count.

    A commit that was cut off at the end of a line reads well. Engines write a checksum beside it.
    """
    try:
        text = (log.folder / f"{newest.version:020}.crc").read_text(encoding="utf-8")
        return abs(int(json.loads(text)["numFiles"]) - newest.files)
    except (OSError, ValueError, KeyError, TypeError):
        return 0


class _State:
    """The data files of a table while its log is followed, with their sums kept up to date."""

    def __init__(self, table: Path) -> None:
        self._table = table
        self._problems: dict[str, str | None] = {}
        self._rows = self._uncounted = self._size = self._missing = 0
        self.active: dict[str, DataFile] = {}
        self.removed_by: dict[str, int | None] = {}

    def start(self, files: Mapping[str, DataFile]) -> None:
        """Begin with the files of a checkpoint."""
        for path, file in files.items():
            self._add(path, file)

    def apply(self, number: int, commit: Commit) -> None:
        """Follow one commit; a path that it removes and adds again stays."""
        for path in commit.removed:
            self._remove(path, number)
        for path, file in commit.added.items():
            self._remove(path, number)
            self._add(path, file)

    def version(self, number: int, at: datetime, operation: str) -> Version:
        """Return the version that the commits so far make."""
        rows = None if self._uncounted else self._rows
        return Version(number, at, operation, rows, len(self.active), self._size, self._missing)

    def broken(self) -> dict[str, str]:
        """Return the files that are not as they should be, with the reason."""
        return {path: why for path in self.active if (why := self._problems[path])}

    def _add(self, path: str, file: DataFile) -> None:
        if path not in self._problems:
            self._problems[path] = self._look_at(path, file.size)
        self.active[path] = file
        self.removed_by[path] = None
        self._count(path, file, 1)

    def _remove(self, path: str, number: int) -> None:
        file = self.active.pop(path, None)
        self.removed_by[path] = number
        if file is not None:
            self._count(path, file, -1)

    def _count(self, path: str, file: DataFile, sign: int) -> None:
        self._rows += sign * (file.rows or 0)
        self._uncounted += sign * (file.rows is None)
        self._size += sign * file.size
        self._missing += sign * (self._problems[path] is not None)

    def _look_at(self, path: str, size: int) -> str | None:
        try:
            found = (self._table / path).stat().st_size
        except OSError:
            return "is missing"
        return None if found == size else f"has {found:,} bytes instead of {size:,}"


def _time_of_checkpoint(log: DeltaLog, version: int) -> datetime:
    names = [name for name in log.names if name.startswith(f"{version:020}.checkpoint.")]
    newest = max((log.folder / name).stat().st_mtime for name in names)
    return datetime.fromtimestamp(newest, UTC)


def _files_of(table: Path, log: DeltaLog, version: int) -> dict[str, DataFile]:
    """Return the data files of a version, as the library reads them from its checkpoint."""
    with readable_view(table, log) as view:
        actions = DeltaTable(view, version=version).get_add_actions()
    columns = pa.RecordBatchReader.from_stream(actions).read_all()
    columns = columns.select(["path", "size_bytes", "num_records"])
    return {
        unquote(str(row["path"])): DataFile(int(row["size_bytes"]), row["num_records"])
        for row in columns.to_pylist()
    }
