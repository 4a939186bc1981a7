"""Copies a file so that the copy can stand for it: whole, on disk, of the same content and time.

It is apart because whoever deletes the original afterwards has nothing but this to rely on.
"""

from __future__ import annotations

import os
from pathlib import Path

from ingest.delta import from_microseconds
from ingest.files.discovery import hash_of
from ingest.readers.base import READ_SIZE, HashingStream


def copy_verified(source: Path, target: Path, content_hash: str) -> Path | None:
    """Copy a file so that the copy is whole and on disk, or is not there; overwrites nothing.

    Args:
        source: the file.
        target: where the copy is to be. Where another file lies there, the copy gets another name.
        content_hash: the SHA-256 that both must have.

    Returns:
        Where the copy is; None when the source has other content by now.

    Raises:
        OSError: it could not be copied.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    target = _place_of_copy(target, source.stat().st_mtime_ns, content_hash)
    if target.exists():
        return target
    part = target.with_name(f".{content_hash[:12]}.part")
    with HashingStream(source) as content, part.open("wb") as copy:
        while data := content.read(READ_SIZE):
            copy.write(data)
        copy.flush()
        os.fsync(copy.fileno())
        is_the_same = content.hexdigest() == content_hash
    if not is_the_same or hash_of(part) != content_hash:
        part.unlink()
        if is_the_same:
            raise OSError(5, "the copy differs from the file")
        return None
    status = source.stat()
    os.utime(part, ns=(status.st_atime_ns, status.st_mtime_ns))
    _give_name(part, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return target


def _place_of_copy(target: Path, modified: int, content_hash: str) -> Path:
    """Return where a copy lies already, or is to be.

    Content that came back under its path is the newest there, which its time tells: an older copy
    of the same content does not stand for it.

    Args:
        target: where it is to be unless another file lies there.
        modified: time of the file, in nanoseconds since 1970.
        content_hash: of the file.

    Raises:
        FileExistsError: another file has even the name that tells time and content.
    """
    mark = content_hash[:12]
    for place in (target, target.with_name(f"{target.stem}.{mark}{target.suffix}")):
        if not place.exists():
            return place
        if place.stat().st_mtime_ns == modified and hash_of(place) == content_hash:
            return place
    at = from_microseconds(modified // 1000).strftime("%Y%m%dT%H%M%S.%fZ")
    last = target.with_name(f"{target.stem}.{at}.{mark}{target.suffix}")
    if last.exists() and hash_of(last) != content_hash:
        raise FileExistsError(17, "another file lies where it is to go", str(last))
    return last


def _give_name(part: Path, target: Path) -> None:
    """Give a whole copy its name, which nobody may have taken meanwhile.

    Raises:
        FileExistsError: somebody has.
    """
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        part.rename(target)
    else:
        part.unlink()
