"""What a table's policies make of a new file: loaded, skipped, left out or set aside."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from ingest.catalogue import DeliveredTable
from ingest.discovery import DeliveredFile
from ingest.ledger import State
from ingest.readers.base import CheckedFile

OVERWRITES = "overwrites a file that was loaded"


@dataclass
class Held:
    """What a table holds, or is about to: the content and the paths of its files."""

    content: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)


def verdict(file: DeliveredFile, table: DeliveredTable, held: Held) -> tuple[State, str] | None:
    """Say what a table's policies make of a new file; None where it is to be loaded.

    Returns:
        The file's state, and why.
    """
    if table.delivery == "full":
        return None
    if file.content_hash in held.content:
        if table.on_duplicate == "skip":
            return State.DUPLICATE, ""
        if table.on_duplicate == "fail":
            return State.SET_ASIDE, "its content was loaded before (on_duplicate is fail)"
    elif file.path in held.paths:
        if table.on_overwrite == "ignore":
            return State.LEFT_OUT, f"{OVERWRITES} (on_overwrite is ignore)"
        if table.on_overwrite == "fail":
            return State.SET_ASIDE, f"{OVERWRITES} (on_overwrite is fail)"
    return None


def error_limit(checked: CheckedFile, table: DeliveredTable) -> int | None:
    """Return how many records of a file may not fit; None where any number may.

    Args:
        checked: what is in it.
        table: names the limits.
    """
    count, share = table.largest_rejected_count, table.largest_rejected_share
    by_share = None if share is None else math.floor(share * checked.rows_read)
    return min((limit for limit in (count, by_share) if limit is not None), default=None)


def beyond_limits(checked: CheckedFile, table: DeliveredTable) -> str | None:
    """Say why a file has too many records that do not fit, or None.

    Args:
        checked: what is in it.
        table: names the limits.
    """
    rejected = len(checked.rejected)
    told = f"{rejected:,} of its {checked.rows_read:,} records do not fit"
    count, share = table.largest_rejected_count, table.largest_rejected_share
    if count is not None and rejected > count:
        return f"{told}; at most {count:,} are allowed (largest_rejected_count)"
    if share is not None and rejected > share * checked.rows_read:
        found = rejected / checked.rows_read
        return f"{told} ({found:.1%}); at most {share:.1%} are allowed (largest_rejected_share)"
    return None
