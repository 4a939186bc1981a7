"""Content hashes that need not be taken again: a cache, in the lake, of files that did not change.

Whether a file is new is decided by its content hash alone. To read every file of a large landing
folder for it takes longer than all else of a run that finds nothing new. So a hash is remembered
with what the file was when it was taken: device, inode, size, time of modification and time of
change. The last one is set by the system's clock whenever the file or its times change, and by
nobody else: a file that was overwritten with the same size and the same time has another one.

A remembered hash counts only where that is certain:

- on the file systems of local disks. Others may report old times or none (network, FUSE), or do
  not note every way of writing (tmpfs).
- for a file that had rested for SETTLED_SECONDS when it was listed: what happens to it later then
  has a later time, however coarse the clock is. The rest also covers writes through memory maps,
  whose time the system notes when a page is first written after it went to disk: that is every
  30 seconds or so.

Nothing is lost with the file: the next run takes all hashes again. A file whose hash is remembered
wrongly cannot be loaded as something else: loading takes the hash of what it reads.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from saleslake.lake import Lake, write_atomically

NAME = "content_hashes.json"
FORMAT_VERSION = 1
SETTLED_SECONDS = 60
TRUSTED_FILE_SYSTEMS = frozenset({"ext3", "ext4", "xfs"})

_MOUNTS = Path("/proc/self/mountinfo")


class HashCache:
    """What is known of the files of a landing folder, and what one listing of it adds.

    Args:
        known: by path, what a file was and its hash, as an earlier listing noted it.
        devices: those whose times of change can be trusted.
        listed_at: when the listing began, nanoseconds since 1970.
    """

    def __init__(self, known: Mapping[str, str], devices: Collection[int], listed_at: int) -> None:
        self._known = known
        self._devices = devices
        self._settled_before = listed_at - SETTLED_SECONDS * 1_000_000_000
        self._noted: dict[str, str] = {}

    def hash_of(self, path: str, status: os.stat_result) -> str | None:
        """Return the hash of a file that has not changed since it was taken; None for others.

        Args:
            path: relative to the landing folder.
            status: the file's, from this listing.
        """
        entry = self._known.get(path)
        if entry is None or status.st_dev not in self._devices:
            return None
        known, _, content_hash = entry.rpartition(" ")
        if known != stamp_of(status):
            return None
        self._noted[path] = entry
        return content_hash

    def note(self, path: str, status: os.stat_result, content_hash: str) -> None:
        """Remember a hash that was taken after ``status``, if it can be trusted later."""
        if status.st_dev in self._devices and status.st_ctime_ns < self._settled_before:
            self._noted[path] = f"{stamp_of(status)} {content_hash}"

    @property
    def content(self) -> Mapping[str, str]:
        """What the next listing is to know: of the files of this one."""
        return self._noted

    @property
    def is_changed(self) -> bool:
        """Whether that is something else than what was known."""
        return self._noted != self._known


def stamp_of(status: os.stat_result) -> str:
    """Return what changes with a file's content, or more often: its place, size and times."""
    return (
        f"{status.st_dev}:{status.st_ino}:{status.st_size}:"
        f"{status.st_mtime_ns}:{status.st_ctime_ns}"
    )


def open_cache(lake: Lake) -> HashCache:
    """Return a lake's cache for a listing that begins now."""
    return HashCache(_read(lake.state / NAME), _trusted_devices(), time.time_ns())


def save_cache(lake: Lake, cache: HashCache) -> None:
    """Keep what a listing noted, if it is new; the caller holds the lake's lock."""
    if not cache.is_changed:
        return
    text = as_text(cache.content)
    with suppress(OSError):  # a disk that is full stops the run where that matters
        lake.state.mkdir(parents=True, exist_ok=True)
        write_atomically(lake.state / NAME, text)


def as_text(content: Mapping[str, str]) -> str:
    """Return the cache's file: a digest of the rest, so that damage is seen, and the rest."""
    rest = json.dumps({"format_version": FORMAT_VERSION, "files": content})
    return f"{_digest(rest)}\n{rest}"


def from_text(text: str) -> dict[str, str]:
    """Return the content of the cache's file; nothing of a damaged or an unknown one."""
    digest, _, rest = text.partition("\n")
    if digest != _digest(rest):
        return {}
    document = json.loads(rest)
    if document["format_version"] != FORMAT_VERSION:
        return {}
    files: dict[str, str] = document["files"]
    return files


def _read(file: Path) -> dict[str, str]:
    try:
        return from_text(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _trusted_devices() -> frozenset[int]:
    try:
        return trusted_devices(_MOUNTS.read_text(encoding="utf-8", errors="replace"))
    except OSError:  # no Linux: nothing is known of its file systems
        return frozenset()


def trusted_devices(mounts: str) -> frozenset[int]:
    """Return the devices with a file system of TRUSTED_FILE_SYSTEMS.

    Args:
        mounts: the content of Linux's /proc/self/mountinfo.
    """
    found = set()
    for line in mounts.splitlines():
        place, _, file_system = line.partition(" - ")
        if file_system.partition(" ")[0] in TRUSTED_FILE_SYSTEMS:
            major, _, minor = place.split()[2].partition(":")
            found.add(os.makedev(int(major), int(minor)))
    return frozenset(found)
