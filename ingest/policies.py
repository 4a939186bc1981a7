"""What a table's policies make of a new file: loaded, skipped, left out or set aside."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ingest.catalogue.tables import DeliveredTable
from ingest.files.discovery import DeliveredFile
from ingest.files.path_columns import PathValues, path_values
from ingest.ledger.events import Event, State
from ingest.readers.base import CheckedFile, UnreadableFileError

OVERWRITES = "overwrites a file that was loaded"
_UNHASHED = (
    "a file of this path and size was loaded before the ledger was rebuilt, and whether it is the "
    "same cannot be told (saleslake restore --from-landing loads the table again)"
)


class Newest(NamedTuple):
    """The newest content of a path; of two with the same time, the one that was loaded later.

    Attributes:
        modified_at: UTC.
        batch_id: of its load; 0 where that is not known.
        content_hash: of the file.
    """

    modified_at: datetime
    batch_id: int
    content_hash: str


@dataclass
class Held:
    """What a table holds, or is about to: the content and the paths of its files.

    Attributes:
        partition_columns: names of the columns that paths give: the same bytes under other values
            of them are other data.
        content: hashes of all files, each with what its path gives.
        paths: of all files.
        loads: path and content of each file.
        newest: the newest content of each path.
        unhashed: path and size of files whose content the ledger does not know any more.
    """

    partition_columns: tuple[str, ...] = ()
    content: set[tuple[str, PathValues]] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)
    loads: set[tuple[str, str]] = field(default_factory=set)
    newest: dict[str, Newest] = field(default_factory=dict)
    unhashed: set[tuple[str, int]] = field(default_factory=set)

    def add(self, event: Event) -> None:
        """Add a file that is loaded, or about to be."""
        key = event.key
        if not key.content_hash:
            self.paths.add(key.path)
            self.unhashed.add((key.path, event.file_size))
            return
        self.claim(key.path, key.content_hash)
        self.loads.add((key.path, key.content_hash))
        # Records that a replay brings are those of an earlier batch.
        batch_id = event.replay_of or event.batch_id or 0
        here = Newest(event.file_modified_at, batch_id, key.content_hash)
        before = self.newest.get(key.path)
        if before is None or here > before:
            self.newest[key.path] = here

    def claim(self, path: str, content_hash: str) -> None:
        """Add a path and its content, so that the same content is no other file's as well."""
        self.paths.add(path)
        if (content := self._content(path, content_hash)) is not None:
            self.content.add(content)

    def has_content(self, path: str, content_hash: str) -> bool:
        """Tell whether a file with this content is there, of any path that gives the same."""
        return self._content(path, content_hash) in self.content

    def _content(self, path: str, content_hash: str) -> tuple[str, PathValues] | None:
        """Return what makes a file's data the same; None for a path that cannot be meant."""
        try:
            return content_hash, path_values(path, self.partition_columns)
        except UnreadableFileError:
            return None  # its check sets it aside, and says why


def replaces(file: DeliveredFile, held: Held) -> bool:
    """Tell whether a file has other content than the newest of its path, and is later than that.

    Args:
        file: a file of the table, not of a full delivery.
        held: what the table holds.
    """
    newest = held.newest.get(file.path)
    if newest is None or newest.content_hash == file.content_hash:
        return False
    return file.modified_at > newest.modified_at


def comes_back(file: DeliveredFile, table: DeliveredTable, held: Held) -> bool:
    """Tell whether a file has content again that another one had replaced under its path.

    It is loaded once more, as the newest of its path: later steps take what is newest, and would
    else stay with the content that is not there any more.

    Args:
        file: a file of the table, not of a full delivery.
        table: of the file.
        held: what the table holds.
    """
    return (
        replaces(file, held)
        and table.on_overwrite == "reload"
        and (file.path, file.content_hash) in held.loads
    )


def verdict(file: DeliveredFile, table: DeliveredTable, held: Held) -> tuple[State, str] | None:
    """Say what a table's policies make of a new file; None where it is to be loaded.

    Returns:
        The file's state, and why.
    """
    if table.delivery == "full" or comes_back(file, table, held):
        return None
    if (file.path, file.size) in held.unhashed:
        return State.SET_ASIDE, _UNHASHED
    return _by_policy(file, table, held)


def _by_policy(file: DeliveredFile, table: DeliveredTable, held: Held) -> tuple[State, str] | None:
    # What is newest under its path counts, though another file may have the same content.
    if not replaces(file, held) and held.has_content(file.path, file.content_hash):
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
