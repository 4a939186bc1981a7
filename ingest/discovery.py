"""What lies in the landing folder: every file with its content hash, its table or why it has none.

Nothing is invisible: what no pattern matches, what is no regular file and what cannot be opened is
listed with its reason. The order is that of the paths, on every system.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ingest.catalogue import Catalogue, DeliveredTable
from ingest.delta import from_microseconds
from ingest.filters import left_out
from ingest.readers.base import HashingStream

NO_PATTERN = "matches no catalogue pattern"


@dataclass(frozen=True)
class DeliveredFile:
    """One entry of the landing folder.

    Attributes:
        path: relative to the landing folder, with ``/``.
        location: where it is on disk.
        size: in bytes.
        modified_at: UTC, to the microsecond.
        content_hash: SHA-256 of its content; empty when it was not or could not be read.
        table: the table whose pattern it matches, or None.
        reason: why it is not loaded, or None.
        unreadable: it is of a table, or may be, and could not be read.
        left_out: it is of a table whose options leave it out.
    """

    path: str
    location: Path
    size: int
    modified_at: datetime
    content_hash: str = ""
    table: DeliveredTable | None = None
    reason: str | None = None
    unreadable: bool = False
    left_out: bool = False

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]


def discover(landing: Path, catalogue: Catalogue) -> list[DeliveredFile]:
    """List everything below the landing folder, in order of paths.

    Symbolic links to files inside the folder are followed; links to folders and links that lead
    out are not, and are listed as ignored.

    Raises:
        CatalogueError: a file matches the patterns of two tables.
    """
    root = landing.resolve()
    return sorted(
        (_describe(entry, root, catalogue) for entry in _walk(root)), key=lambda file: file.path
    )


@dataclass(frozen=True)
class _Entry:
    location: Path
    status: os.stat_result
    problem: str | None = None
    unreadable: bool = False


def _walk(folder: Path) -> Iterator[_Entry]:
    """Yield every entry below a folder; one that vanishes meanwhile is not there."""
    try:
        with os.scandir(folder) as listing:
            entries = list(listing)
    except FileNotFoundError:
        return
    except OSError as error:
        yield _Entry(folder, folder.lstat(), f"folder cannot be listed: {_why(error)}", True)
        return
    for entry in entries:
        location = Path(entry.path)
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(location)
            else:
                yield _Entry(location, entry.stat(follow_symlinks=False))
        except FileNotFoundError:
            continue


def find(location: Path, landing: Path, catalogue: Catalogue) -> DeliveredFile:
    """Describe one entry of the landing folder.

    Args:
        location: where it is, below the landing folder.
        landing: the landing folder.
        catalogue: says of which table it is.

    Raises:
        CatalogueError: it matches the patterns of two tables.
        FileNotFoundError: it is not there.
    """
    root = landing.resolve()
    place = location.parent.resolve() / location.name
    return _describe(_Entry(place, place.lstat()), root, catalogue)


def _describe(entry: _Entry, root: Path, catalogue: Catalogue) -> DeliveredFile:
    location, status, problem = entry.location, entry.status, entry.problem
    if problem is None and stat.S_ISLNK(status.st_mode):
        problem, status = _follow(location, root, status)
    if problem is None and not stat.S_ISREG(status.st_mode):
        problem = "not a regular file"
    raw = os.fsencode(location.relative_to(root).as_posix())
    path = raw.decode("utf-8", errors="backslashreplace")
    if problem is None and path.encode() != raw:
        problem = "its name is not valid UTF-8"
    file = DeliveredFile(
        path=path,
        location=location,
        size=status.st_size,
        modified_at=from_microseconds(status.st_mtime_ns // 1000),
        reason=problem,
        unreadable=entry.unreadable,
    )
    return file if problem else _hashed(file, catalogue.table_of(path))


def _follow(location: Path, root: Path, link: os.stat_result) -> tuple[str | None, os.stat_result]:
    try:
        target = location.resolve(strict=True)
        if not target.is_relative_to(root):
            return "symbolic link that leaves the landing folder", link
        if target.is_dir():
            return "symbolic link to a folder", link
        return None, target.stat()
    except (OSError, RuntimeError):
        return "symbolic link that leads nowhere", link


def _hashed(file: DeliveredFile, table: DeliveredTable | None) -> DeliveredFile:
    reason, unreadable, content_hash = (None if table else NO_PATTERN), False, ""
    try:
        content_hash = hash_of(file.location)
    except OSError as error:
        # Without a table it is ignored either way, and nobody needs to mend it.
        reason, unreadable = reason or f"cannot be opened: {_why(error)}", table is not None
    by_options = None
    if table is not None and reason is None:
        by_options = left_out(file.name, file.modified_at, table.options)
    return replace(
        file,
        content_hash=content_hash,
        table=table,
        reason=reason or by_options,
        unreadable=unreadable,
        left_out=by_options is not None,
    )


def hash_of(file: Path) -> str:
    """Return the SHA-256 of a file's content."""
    with HashingStream(file) as stream:
        return stream.hexdigest()


def _why(error: OSError) -> str:
    return (error.strerror or "error of the disk").lower()
