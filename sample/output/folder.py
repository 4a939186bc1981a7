"""The folder of a sample: what may be replaced, and how files appear in it whole or not at all.

<folder>/landing/<source>/...    the files, as systems deliver them
<folder>/truth/...               what is true; no pipeline reads it
<folder>/sample.json             what the sample was made from, and until when
"""

from __future__ import annotations

import fcntl
import math
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sample.errors import SampleFolderError
from sample.profiles import DOMAINS

LANDING, TRUTH, MANIFEST = "landing", "truth", "sample.json"

_PARTS = (LANDING, TRUTH, MANIFEST)
_NEW = ".new-days"
_MB = 1_000_000


def refuse_folder(folder: Path, *, force: bool) -> None:
    """Refuse a folder that holds something that must not be replaced.

    Args:
        folder: of a sample to be written.
        force: whether a sample that is there already is replaced.

    Raises:
        SampleFolderError: there is something else than a sample, or a sample and no force.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise SampleFolderError(folder, "is a file", "Give the name of a folder.")
    found = sorted(path.name for path in folder.iterdir())
    if not found:
        return
    landing = folder / LANDING
    sources = {path.name for path in landing.iterdir()} if landing.is_dir() else set()
    is_sample = MANIFEST in found and set(found) <= {*_PARTS, _NEW} and sources <= set(DOMAINS)
    if not is_sample:
        raise SampleFolderError(
            folder,
            "holds files that no sample has",
            "Give another folder, or one that is empty: files that are not a sample's are never "
            "replaced.",
        )
    if not force:
        raise SampleFolderError(
            folder,
            "holds a sample already",
            "Use --force to replace it, or saleslake sample next to add days to it.",
        )


def refuse_full_disk(folder: Path, needed: int) -> None:
    """Refuse a folder on a disk that has no room.

    Args:
        folder: need not exist.
        needed: bytes that the files take at least.

    Raises:
        SampleFolderError: less is free.
    """
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < needed:
        raise SampleFolderError(
            folder,
            f"has {free // _MB:,} MB free, and the sample needs about "
            f"{math.ceil(needed / _MB):,} MB",
            "Give a folder on another disk, or a smaller profile. Nothing was written.",
        )


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write to, which takes the place of another one at the end; or nothing does.

    Raises:
        SampleFolderError: another process is writing it.
        OSError: it cannot be written.
    """
    folder = folder.resolve()
    part = folder.with_name(f".{folder.name}.saleslake-sample-part")
    old = folder.with_name(f".{folder.name}.saleslake-sample-old")
    with _claimed(part, folder):
        try:
            _put_back(old, folder)
            shutil.rmtree(old, ignore_errors=True)
            yield part
            if folder.exists():
                folder.rename(old)
            part.rename(folder)
        finally:
            _put_back(old, folder)
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _claimed(part: Path, folder: Path) -> Iterator[None]:
    """Have a folder of unfinished files to oneself: empty at first, and gone at the end.

    The system ends the claim of a process that was killed.

    Args:
        part: of the unfinished files; if it is given another name, it stays.
        folder: of the sample that they belong to.

    Raises:
        SampleFolderError: another process has it.
    """
    part.mkdir(parents=True, exist_ok=True)
    claim = os.open(part, os.O_RDONLY)
    try:
        if not _is_locked(claim) or not _is_at(claim, part):
            raise SampleFolderError(
                folder,
                "is being written by another process",
                "Wait until that is done, or give another folder. Nothing was written.",
            )
        for leftover in part.iterdir():
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()
        try:
            yield
        finally:
            if _is_at(claim, part):
                shutil.rmtree(part, ignore_errors=True)
    finally:
        os.close(claim)


def _is_locked(claim: int) -> bool:
    """Lock an open folder, and tell whether no other process has locked it."""
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(claim: int, part: Path) -> bool:
    """Tell whether an open folder still has its name; another process may have one of it now."""
    try:
        return os.path.samestat(os.fstat(claim), part.stat())
    except FileNotFoundError:
        return False


def _put_back(old: Path, folder: Path) -> None:
    """Put a sample back that was taken away, where nothing has taken its place."""
    if old.exists() and not folder.exists():
        old.rename(folder)


@contextmanager
def added_files(folder: Path, delivered_until: date) -> Iterator[Path]:
    """Give a folder whose files are moved into a sample's at the end, the manifest last.

    Until then the sample says that it ends where it ended before: whatever interrupts the moving,
    the same days made again are the same files in the same places, and files of other days, of a
    delivery that was interrupted, are removed.

    Args:
        folder: of a sample.
        delivered_until: the last day that the sample says it has.

    Raises:
        SampleFolderError: another process is adding files to it.
        OSError: it cannot be written.
    """
    part = folder / _NEW
    with _claimed(part, folder):
        yield part
        found = [path.relative_to(part) for path in sorted(part.rglob("*")) if path.is_file()]
        for leftover in sorted(_of_days_after(folder, delivered_until) - set(found)):
            (folder / leftover).unlink()
        for path in sorted(found, key=lambda path: path.name == MANIFEST):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (part / path).replace(folder / path)


def _of_days_after(folder: Path, day: date) -> set[Path]:
    """Return the files of deliveries that end after a day; each is named after its last one."""
    return {
        path.relative_to(folder)
        for part in (LANDING, TRUTH)
        for path in (folder / part).rglob("????-??-??.*")
        if path.stem > day.isoformat()
    }
