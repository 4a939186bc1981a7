"""The layout of a lake on disk, its marker file and its lock. The lake itself is the catalogue.

<lake>/lake.json                            what this lake holds: sample or real data
<lake>/raw/<source>/<table>/data            Delta, written by ingest
<lake>/warehouse/<schema>/<table>           Delta, written by dbt
<lake>/ops/<table>                          Delta, written by ingest: ledger, quarantine
<lake>/ops/logs  ops/reports  ops/state     JSON
<lake>/ops/removed                          moved out of sight, to be deleted by maintenance
<lake>/ops/damaged                          moved aside by a repair, never deleted
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from saleslake.errors import (
    LakeInUseError,
    LakeKindError,
    LakeNotWritableError,
    LakeVersionError,
)

FORMAT_VERSION = 1


@dataclass(frozen=True)
class LockHolder:
    """The process that writes to a lake, and since when (UTC)."""

    process_id: int
    since: datetime


@dataclass(frozen=True)
class LakeTable:
    """One Delta table of a lake: its schema and name in SQL, and its folder."""

    schema: str
    name: str
    path: Path

    @property
    def full_name(self) -> str:
        """Schema and name, such as ``gold.dim_customer``."""
        return f"{self.schema}.{self.name}"


class Lake:
    """A lake's folders. Creating the object touches no disk."""

    _held: ClassVar[set[Path]] = set()

    def __init__(self, root: Path) -> None:
        self.root = root
        self.raw = root / "raw"
        self.warehouse = root / "warehouse"
        self.ops = root / "ops"
        self.logs = self.ops / "logs"
        self.reports = self.ops / "reports"
        self.state = self.ops / "state"
        self.removed = self.ops / "removed"
        self.damaged = self.ops / "damaged"
        self.pending_restore = self.state / "restore.json"
        self.marker = root / "lake.json"

    def raw_table(self, source: str, table: str) -> Path:
        """Return the Delta folder of a delivered table."""
        return self.raw / source / table / "data"

    def ops_table(self, name: str) -> Path:
        """Return the Delta folder of one of ingest's own tables."""
        return self.ops / name

    def lock_holder(self) -> LockHolder | None:
        """Return who holds the lake for writing, or None; takes no lock that could stop a run."""
        path = self.state / "lock"
        try:
            text = path.read_text(encoding="utf-8").strip()
            since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except OSError:
            return None
        number = text.removeprefix("process ")
        if not number.isdigit() or not _is_running(int(number)):
            return None
        # The process may be a later one with the number of a holder that was killed. Only in that
        # case, and for no longer than the question takes, is the lock touched.
        with path.open(encoding="utf-8") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return LockHolder(int(number), since)
        return None

    def tables(self) -> list[LakeTable]:
        """List every Delta table of the lake, in order of schema and name.

        Raw tables of source ``crm`` are in schema ``raw_crm``.
        """
        return [table for table, _ in self.tables_and_versions()]

    def tables_and_versions(self) -> list[tuple[LakeTable, int]]:
        """List every Delta table with its newest version; each log's names are read once."""
        folders = [
            *self.raw.glob("*/*/data"),
            *self.warehouse.glob("*/*"),
            *self.ops.glob("*"),
        ]
        found = []
        for folder in folders:
            version = delta_version(folder)
            if version is None:
                continue
            if folder.is_relative_to(self.raw):
                table = LakeTable(f"raw_{folder.parent.parent.name}", folder.parent.name, folder)
            else:
                table = LakeTable(folder.parent.name, folder.name, folder)
            found.append((table, version))
        return sorted(found, key=lambda pair: (pair[0].schema, pair[0].name))

    def prepare(self) -> None:
        """Create the lake's folders.

        Raises:
            LakeNotWritableError: a folder cannot be created or written.
        """
        try:
            for folder in (self.raw, self.warehouse, self.logs, self.reports, self.state):
                folder.mkdir(parents=True, exist_ok=True)
                if not os.access(folder, os.W_OK):
                    raise PermissionError(13, "permission denied", str(folder))
        except OSError as error:
            reason = error.strerror or str(error)
            raise LakeNotWritableError(self.root, reason.lower()) from error

    def kind(self) -> str | None:
        """Return ``sample`` or ``real``, or None while the lake has no marker.

        Raises:
            LakeVersionError: the marker is damaged or was written by a newer saleslake.
        """
        if not self.marker.exists():
            return None
        try:
            content = json.loads(self.marker.read_text(encoding="utf-8"))
            kind, version = content["kind"], content["format_version"]
        except (ValueError, KeyError, TypeError) as error:
            raise LakeVersionError(self.marker, "is not a lake's marker file") from error
        if not isinstance(version, int) or version > FORMAT_VERSION:
            raise LakeVersionError(self.marker, f"says format version {version}, newer than ours")
        return str(kind)

    def mark(self, kind: str) -> None:
        """Record once what the lake holds, ``sample`` or ``real``.

        Raises:
            LakeKindError: the lake already holds the other kind.
        """
        held = self.kind()
        if held == kind:
            return
        if held is not None:
            raise LakeKindError(self.root, held, kind)
        write_atomically(self.marker, json.dumps({"kind": kind, "format_version": FORMAT_VERSION}))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lake for writing; the lock of a killed process is released by the system.

        Inside the process that holds it already, this does nothing.

        Raises:
            LakeInUseError: another process holds it; names its process id.
            LakeNotWritableError: a folder of the lake cannot be created or written.
        """
        if self.root in Lake._held:
            yield
            return
        self.prepare()
        path = self.state / "lock"
        with path.open("a+", encoding="utf-8") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                handle.seek(0)
                raise LakeInUseError(self.root, handle.read().strip() or "unknown") from error
            # Only a note for others: on a full disk maintenance must still be able to free space.
            with suppress(OSError):
                os.ftruncate(handle.fileno(), 0)
                os.write(handle.fileno(), f"process {os.getpid()}".encode())
            Lake._held.add(self.root)
            try:
                yield
            finally:
                Lake._held.discard(self.root)
                handle.truncate(0)  # who held it is said only while it is held


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def is_delta_table(folder: Path) -> bool:
    """Tell whether a folder is a Delta table with at least one commit."""
    return delta_version(folder) is not None


def delta_version(folder: Path) -> int | None:
    """Return a Delta table's newest version, by the names in its log; None when it is no table.

    Spark makes the log's folder seconds before the first commit: a run that is killed in between
    leaves a log without one, and that is no table yet.
    """
    versions = [_version(name) for name in _names(folder / "_delta_log")]
    return max((version for version in versions if version is not None), default=None)


def _version(name: str) -> int | None:
    """The version of a commit or of a checkpoint, ``00000000000000000010.json`` for example."""
    number, _, kind = name.partition(".")
    is_version = number.isdigit() and (kind == "json" or kind.startswith("checkpoint."))
    return int(number) if is_version else None


def newest_commit(folder: Path) -> Path | None:
    """Return the newest commit of a Delta table, by the names of its log; None without one."""
    log = folder / "_delta_log"
    commits = [name for name in _names(log) if name.removesuffix(".json").isdigit()]
    return log / max(commits) if commits else None


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []


def write_atomically(path: Path, text: str) -> None:
    """Write a small file so that a reader, or a killed run, sees the old or the new one whole."""
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(path)
