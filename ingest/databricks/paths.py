"""The path of a file, from what Spark calls it: a URI, and percent-encoded where Spark is open."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from saleslake.databricks_errors import OutsideLandingError

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:/*(?=/)", re.IGNORECASE)


def relative_path(uri: str, landing: str, exists: Callable[[str], bool]) -> str:
    """Return a file's path relative to the landing folder.

    Args:
        uri: ``_metadata.file_path``, such as ``dbfs:/Volumes/main/sales/landing/crm/a.csv``.
        landing: the landing folder, as a path of this machine's.
        exists: whether there is a file of a path. It decides whether a percent sign is one: Spark
            encodes names, and nothing says that every runtime does.

    Raises:
        OutsideLandingError: the file is not in the landing folder.
    """
    written = _SCHEME.sub("", uri)
    decoded = unquote(written)
    path = written if written != decoded and exists(written) else decoded
    if not path.startswith(f"{landing}/"):
        raise OutsideLandingError(path, landing)
    return path[len(landing) + 1 :]
