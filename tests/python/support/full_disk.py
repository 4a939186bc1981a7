"""What a process does whose disk is full: no file can grow beyond a size."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable

from saleslake.errors import SaleslakeError


def on_a_full_disk(limit: int, work: Callable[[], object]) -> int:
    """Do something that needs more space than there is, and return the exit code.

    Python ignores the signal of the limit, so writing fails as on a full disk. The limit stays:
    this process is one of a test's own.

    Args:
        limit: in bytes, of each file.
        work: may raise an error of ours, which is printed.
    """
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        work()
    except SaleslakeError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.exit_code
    return 0
