"""What lies in the landing folder: every file with its content hash, its table or why it has none.

Nothing is invisible: what no pattern matches, what is no regular file and what cannot be opened is
listed with its reason. The order is that of the paths, on every system.

A folder may hold 100,000 files, so what is done for each of them is little: paths stay texts until
the end, and a hash that is known is not taken again.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ingest.ahead import ahead
from ingest.catalogue.tables import Catalogue, DeliveredTable
from ingest.delta import from_microseconds
from ingest.files.filters import left_out
from ingest.files.hash_cache import HashCache, stamp_of
from ingest.readers.base import READ_SIZE

NO_PATTERN = "matches no catalogue pattern"
TableOf = Callable[[str], DeliveredTable | None]


class DeliveredFile(NamedTuple):
    """One entry of the landing folder.

    A tuple: there may be 100,000, and a dataclass takes three times as long to make.

    Attributes:
        path: relative to the landing folder, with ``/``.
        place: where it is on disk, as text: 100,000 paths take a second to make.
        size: in bytes.
        modified_at: UTC, to the microsecond.
        content_hash: SHA-256 of its content; empty when it was not or could not be read.
        table: the table whose pattern it matches, or None.
        reason: why it is not loaded, or None.
        unreadable: it is of a table, or may be, and could not be read.
        left_out: it is of a table whose options leave it out.
        status: what the system says of it; None for one that was not listed.
    """

    path: str
    place: str
    size: int
    modified_at: datetime
    content_hash: str = ""
    table: DeliveredTable | None = None
    reason: str | None = None
    unreadable: bool = False
    left_out: bool = False
    status: os.stat_result | None = None

    @property
    def stamp(self) -> str:
        """Size, times and place on disk, as text: while they are the same, so is the content."""
        return stamp_of(self.status) if self.status else ""

    @property
    def location(self) -> Path:
        """Where it is on disk."""
        return Path(self.place)

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]


def discover(
    landing: Path, catalogue: Catalogue, cache: HashCache | None = None
) -> list[DeliveredFile]:
    """List everything below the landing folder, in order of paths.

    Symbolic links to files inside the folder are followed; links to folders and links that lead
    out are not, and are listed as ignored.

    Args:
        landing: the landing folder.
        catalogue: says of which table a file is.
        cache: knows the hashes of files that did not change, and is told the others.

    Raises:
        CatalogueError: a file matches the patterns of two tables.
    """
    files = listed(landing, catalogue.table_of)
    with ahead(partial(read, cache=cache), files) as hashed:
        return [hashed(file) for file in files]


def listed(landing: Path, table_of: TableOf) -> list[DeliveredFile]:
    """List everything below the landing folder, in order of paths, without reading it.

    Args:
        landing: the landing folder.
        table_of: returns the table of a path relative to it, None where it has none.
    """
    root = str(landing.resolve())
    return sorted(
        (_describe(entry, root, table_of) for entry in _walk(root)), key=lambda file: file.path
    )


class _Entry(NamedTuple):
    location: str
    status: os.stat_result
    problem: str | None = None
    unreadable: bool = False


def _walk(folder: str) -> Iterator[_Entry]:
    """Yield every entry below a folder; one that vanishes meanwhile is not there."""
    try:
        with os.scandir(folder) as listing:
            entries = list(listing)
    except FileNotFoundError:
        return
    except OSError as error:
        yield _Entry(folder, os.lstat(folder), f"folder cannot be listed: {_why(error)}", True)
        return
    for entry in entries:
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path)
            else:
                yield _Entry(entry.path, entry.stat(follow_symlinks=False))
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
    root = str(landing.resolve())
    place = location.parent.resolve() / location.name
    return read(_describe(_Entry(str(place), place.lstat()), root, catalogue.table_of))


def _describe(entry: _Entry, root: str, table_of: TableOf) -> DeliveredFile:
    place, status, problem = entry.location, entry.status, entry.problem
    if problem is None and stat.S_ISLNK(status.st_mode):
        problem, status = _follow(Path(place), Path(root), status)
    if problem is None and not stat.S_ISREG(status.st_mode):
        problem = "not a regular file"
    path, is_text = _relative(entry.location, root)
    if problem is None and not is_text:
        problem = "its name is not valid UTF-8"
    modified_at = from_microseconds(status.st_mtime_ns // 1000)
    table, by_options = None, None
    if problem is None:
        table = table_of(path)
        problem = None if table else NO_PATTERN
    if table is not None:
        by_options = left_out(path.rpartition("/")[2], modified_at, table.options)
    return DeliveredFile(
        path=path,
        place=place,
        size=status.st_size,
        modified_at=modified_at,
        table=table,
        reason=problem or by_options,
        unreadable=entry.unreadable,
        left_out=by_options is not None,
        status=status,
    )


def _relative(location: str, root: str) -> tuple[str, bool]:
    """Return the path below the landing folder as text, and whether its name is text at all."""
    path = location[len(root) :].lstrip("/") or "."
    if path.isascii():
        return path, True
    raw = os.fsencode(path)
    shown = raw.decode("utf-8", errors="backslashreplace")
    return shown, shown.encode() == raw


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


def read(file: DeliveredFile, cache: HashCache | None = None) -> DeliveredFile:
    """Return a listed file with the hash of its content, or with why it has none.

    Args:
        file: as it was listed.
        cache: see ``discover``.
    """
    if file.status is None or (file.table is None and file.reason != NO_PATTERN):
        return file  # nothing that can be read
    content_hash = cache.hash_of(file.path, file.status) if cache else None
    if content_hash is None:
        try:
            content_hash = hash_of(file.place, file.size)
        except OSError as error:
            if file.table is None:
                return file  # it is ignored either way, and nobody needs to mend it
            reason = f"cannot be opened: {_why(error)}"
            return file._replace(reason=reason, unreadable=True, left_out=False)
        if cache:
            cache.note(file.path, file.status, content_hash)
    return file._replace(content_hash=content_hash)


def hash_of(file: Path | str, size: int = READ_SIZE) -> str:
    """Return the SHA-256 of a file's content.

    Args:
        file: where it is.
        size: its size in bytes, as far as it is known: a small file is then read at once.
    """
    if size >= READ_SIZE:
        with open(file, "rb", buffering=0) as stream:  # noqa: PTH123 - text is as good as a path
            return hashlib.file_digest(stream, "sha256").hexdigest()
    digest = hashlib.sha256()
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        while data := os.read(descriptor, size + 1):
            digest.update(data)
    finally:
        os.close(descriptor)
    return digest.hexdigest()


def _why(error: OSError) -> str:
    return (error.strerror or "error of the disk").lower()
