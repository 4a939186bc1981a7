"""A disk on which one file cannot be opened, or fails while it is read."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest


class _Failing(io.FileIO):
    """A file whose first bytes can be read, and no more."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().read(min(size or 10, 10))


def refuse_to_open(patch: pytest.MonkeyPatch, path: str) -> None:
    """Refuse a file by its permissions; that also holds for an administrator."""
    opened = os.open

    def refusing(file: Path | str, flags: int, mode: int = 0o777) -> int:
        if str(file).endswith(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
        return opened(file, flags, mode)

    patch.setattr(os, "open", refusing)


def fail_to_read(patch: pytest.MonkeyPatch, path: str, opening: int) -> None:
    """Fail in the middle of a file, when a reader opens it for so many times."""
    opened, count = Path.open, 0

    def failing(self: Path, mode: str = "r", buffering: int = -1, **text: str | None) -> object:
        nonlocal count
        count += self.as_posix().endswith(path)
        if self.as_posix().endswith(path) and count == opening:
            return _Failing(self)
        return opened(self, mode, buffering, **text)

    patch.setattr(Path, "open", failing)
