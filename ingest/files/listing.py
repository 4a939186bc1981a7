"""What lies in a landing folder as the system lists it: cheap, because no file is opened.

A file that is still being written is told by two looks: from one to the next it has changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Seen:
    """What the system says of a file; whoever writes it changes some of it.

    Attributes:
        size: in bytes.
        modified: time of its content, nanoseconds since 1970.
        changed: time of its content, name or rights, nanoseconds since 1970.
        inode: which file it is, whatever its name.
    """

    size: int
    modified: int
    changed: int
    inode: int


Listing = Mapping[str, Seen]
"""All files below a folder, by their relative paths, as ``ingest.files.discovery`` writes them."""


def listing_of(folder: Path) -> dict[str, Seen]:
    """List a folder; what vanishes meanwhile, or cannot be looked at, is not there."""
    root = f"{folder.resolve()}/".replace("//", "/")
    return {
        os.fsencode(entry.path[len(root) :]).decode(errors="backslashreplace"): seen
        for entry, seen in _walk(root)
    }


def _walk(folder: str) -> Iterator[tuple[os.DirEntry[str], Seen]]:
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except OSError:
        return
    for entry in entries:
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path)
                continue
            status = entry.stat()
        except OSError:
            continue
        yield (
            entry,
            Seen(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino),
        )


def unsettled(now: Listing, before: Listing, since: int) -> frozenset[str]:
    """Return the files that may still be being written. Pure.

    Args:
        now: a look at the folder.
        before: the look before that one.
        since: who was last changed before this is settled at the first look too; nanoseconds since
            1970.
    """
    return frozenset(
        path
        for path, seen in now.items()
        if seen != before.get(path) and max(seen.modified, seen.changed) >= since
    )
