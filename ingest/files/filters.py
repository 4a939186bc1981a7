"""Which files of a table its options leave out, and why; what is left out is listed."""

from __future__ import annotations

from datetime import datetime

from ingest.files.globs import compile_glob
from ingest.options import TableOptions

EXISTING = "was there before the table's first run (cloudFiles.includeExistingFiles is false)"


def left_out(name: str, modified_at: datetime, options: TableOptions) -> str | None:
    """Say why a file is not loaded, or None.

    Args:
        name: the last part of its path.
        modified_at: UTC.
        options: of its table.
    """
    pattern = options.path_glob_filter
    if pattern is not None and not compile_glob(pattern).fullmatch(name):
        return f"pathGlobFilter is '{pattern}'"
    after, before = options.modified_after, options.modified_before
    if after is not None and modified_at <= after:
        return f"modifiedAfter is {after.isoformat()}"
    if before is not None and modified_at >= before:
        return f"modifiedBefore is {before.isoformat()}"
    return None
