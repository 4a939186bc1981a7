"""What a disk said when it refused a write, whoever passes it on."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deltalake.exceptions import DeltaError

from saleslake.errors import LakeNotWritableError

_REFUSALS = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# delta-rs gives the system's error as text.
_OS_ERROR = re.compile(r"\(os error (\d+)\)")


def refusal(error: BaseException) -> str | None:
    """Return why the disk refused a write, such as ``no space left on device``.

    Returns:
        None when the error is about something else.
    """
    number = _number(error)
    return os.strerror(number).lower() if number in _REFUSALS else None


def full_disk(error: BaseException) -> str | None:
    """Return the same, only where the disk is full."""
    return refusal(error) if _number(error) in _FULL else None


def _number(error: BaseException) -> int:
    found = _OS_ERROR.search(str(error))
    number = int(found[1]) if found else getattr(error, "errno", None)
    return number if isinstance(number, int) else 0


@contextmanager
def refusals_named(lake: Path) -> Iterator[None]:
    """Turn what a disk refuses into an error that says so.

    Raises:
        LakeNotWritableError: the disk refused.
    """
    try:
        yield
    except (DeltaError, OSError) as error:
        reason = refusal(error)
        if reason is None:
            raise
        raise LakeNotWritableError(lake, reason) from error
