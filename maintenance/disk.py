"""What a disk said when it refused a write, whoever passes it on."""

from __future__ import annotations

import errno
import os
import re

_REFUSALS = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
}
# delta-rs gives the system's error as text.
_OS_ERROR = re.compile(r"\(os error (\d+)\)")


def refusal(error: BaseException) -> str | None:
    """Return why the disk refused a write, such as ``no space left on device``.

    Returns:
        None when the error is about something else.
    """
    found = _OS_ERROR.search(str(error))
    number = int(found[1]) if found else getattr(error, "errno", None)
    return os.strerror(number).lower() if number in _REFUSALS else None
