"""The log of files on disk: lines of JSON that are only ever added, and a lock for who adds them.

An append is one write and one fsync. What a kill leaves of one is a line without an end, which
never counted and goes with the next append; a failed append is taken back.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

from ingest.cloudfiles.events import Committed, Entry, Event, Gone, HandedOut, Note, Start
from ingest.cloudfiles.log import BrokenLogError, Log
from saleslake.stream_errors import StreamInUseError, StreamLogError

NAME = "_files.jsonl"
_VERSION = 1
_KINDS: dict[str, type[Event]] = {
    "file": Entry,
    "note": Note,
    "start": Start,
    "handed_out": HandedOut,
    "committed": Committed,
    "gone": Gone,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def read_log(location: Path) -> Log | None:
    """Return what a log says, None where there is none; takes no lock.

    Raises:
        StreamLogError: it is damaged.
    """
    return _read(location / NAME)[0]


class LogFile:
    """The log of one schemaLocation, to be read and written by one process.

    Args:
        location: the folder, which is created.
        wait: how many seconds to wait for another process to let go of it.

    Attributes:
        log: what it says.
        is_new: nothing was ever written to it.

    Raises:
        StreamInUseError: another process has it.
        StreamLogError: it is damaged.
    """

    def __init__(self, location: Path, wait: float = 0) -> None:
        self._path = location / NAME
        location.mkdir(parents=True, exist_ok=True)
        self._lock = (location / "_lock").open("a+b", buffering=0)
        try:
            self._take_lock(location, wait)
            log, self._size = _read(self._path)
        except BaseException:
            self._lock.close()
            raise
        self.is_new = log is None
        self.log = log or Log()

    def append(self, events: Iterable[Event]) -> None:
        """Add events; once this returns they outlast a crash.

        Raises:
            OSError: the disk is full, or another error of the disk; nothing was added.
        """
        listed = list(events)
        if not listed and not self.is_new:
            return
        head = [json.dumps({"kind": "log", "version": _VERSION})] if self.is_new else []
        lines = "".join(f"{line}\n" for line in (*head, *map(_line, listed))).encode()
        if self.is_new:
            self._create(lines)
        else:
            self._add(lines)
        self._size += len(lines)
        self.is_new = False
        for event in listed:
            self.log.take(event)

    def close(self) -> None:
        """Let go of it; once more does nothing."""
        if self._lock.closed:
            return  # its number may be another file's by now
        with suppress(OSError):
            self._lock.truncate(0)
        self._lock.close()

    def _take_lock(self, location: Path, wait: float) -> None:
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() >= until:
                    holder = os.pread(self._lock.fileno(), 100, 0).decode() or "unknown"
                    raise StreamInUseError(location, holder) from error
                time.sleep(0.05)
        self._lock.truncate(0)
        self._lock.write(f"process {os.getpid()}".encode())

    def _create(self, lines: bytes) -> None:
        part = self._path.with_name(f"{NAME}.part")
        with part.open("wb") as handle:
            handle.write(lines)
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _add(self, lines: bytes) -> None:
        with self._path.open("r+b", buffering=0) as handle:
            handle.truncate(self._size)
            handle.seek(self._size)
            try:
                rest = memoryview(lines)
                while rest:
                    rest = rest[handle.write(rest) :]
                os.fsync(handle.fileno())
            except OSError:
                handle.truncate(self._size)
                raise


def _line(event: Event) -> str:
    return json.dumps({"kind": _NAMES[type(event)], **vars(event)}, ensure_ascii=False)


def _read(path: Path) -> tuple[Log | None, int]:
    """Return what a log says and the size of it that counts."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None, 0
    size = content.rfind(b"\n") + 1
    head, *lines = content[:size].decode(errors="replace").split("\n")[:-1] or [""]
    log = Log()
    number = 1
    try:
        if _fields(head) != {"kind": "log", "version": _VERSION}:
            raise StreamLogError(path, "is not a log of files that this saleslake knows")
        for number, line in enumerate(lines, start=2):  # noqa: B007 - told when one is damaged
            log.take(_event(_fields(line)))
    except (BrokenLogError, ValueError, TypeError, KeyError) as error:
        raise StreamLogError(path, f"is damaged at line {number}") from error
    return log, size


def _fields(line: str) -> dict[str, object]:
    found = json.loads(line)
    if not isinstance(found, dict):
        raise TypeError("no event")
    return found


def _event(found: dict[str, object]) -> Event:
    kind = _KINDS[str(found.pop("kind"))]
    if kind is Entry:
        found["columns"] = tuple(cast(Sequence[str], found["columns"]))
    return kind(**found)  # type: ignore[arg-type]
