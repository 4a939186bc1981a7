"""What can happen to a delivered file: the words that the ledger is written in.

planned     belongs to a batch that is not finished; a run that finds it replays the batch
committed   its records are in the raw table, its misfits in the quarantine
accepted    committed, and part of a full delivery that somebody said is right
set_aside   cannot be loaded; stays so until its content changes
duplicate   the same content was loaded for the table under another path
ignored     of no table, or of a table but without records
left_out    of a table whose options leave it out; loaded once they do not any more
restored    its records were taken out again by a restore; the file is new where it still lies
archived    committed, and taken out of the landing folder by cloudFiles.cleanSource; the reason is
            where it is now, or that it was deleted. The same file again is known.
archived_accepted   the same of an accepted one
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import NamedTuple, TypeAlias

DELETED = "deleted by cloudFiles.cleanSource"
"""Reason of an archived file that was not moved."""

Owner: TypeAlias = tuple[str, str]
"""Source and name of a table."""

_LINE = re.compile(r"line (\d+): ")


class State(StrEnum):
    """What became of a file."""

    PLANNED = "planned"
    COMMITTED = "committed"
    ACCEPTED = "accepted"
    SET_ASIDE = "set_aside"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    LEFT_OUT = "left_out"
    RESTORED = "restored"
    ARCHIVED = "archived"
    ARCHIVED_ACCEPTED = "archived_accepted"

    # Cached, for they are asked for with every file.
    @classmethod
    @cache
    def loaded(cls) -> frozenset[State]:
        """States of a file whose records are in its raw table."""
        return frozenset({cls.COMMITTED, cls.ACCEPTED}) | cls.archived()

    @classmethod
    @cache
    def archived(cls) -> frozenset[State]:
        """States of a loaded file that was taken out of the landing folder."""
        return frozenset({cls.ARCHIVED, cls.ARCHIVED_ACCEPTED})

    @classmethod
    @cache
    def accepted(cls) -> frozenset[State]:
        """States of a file of a full delivery that somebody said is right."""
        return frozenset({cls.ACCEPTED, cls.ARCHIVED_ACCEPTED})

    @classmethod
    @cache
    def claiming(cls) -> frozenset[State]:
        """States of a file whose records are in its raw table or about to be."""
        return cls.loaded() | {cls.PLANNED}


class FileKey(NamedTuple):
    """What makes a file the same file: its table, its path and its content.

    Source and table are empty (null in the table) for a file of no table, the hash for one that
    could not be read. A file of a full delivery has its time too: the same content delivered again
    later says that nothing else is there any more.

    Records that a replay takes out of the quarantine are a delivery of their own, with the number
    of the batch that loads them: what becomes of them says nothing about the rest of their file.

    A tuple: 100,000 files are looked up by it again and again, and a dataclass's hash takes long.
    """

    source: str
    table: str
    path: str
    content_hash: str
    delivered_at: datetime | None = None
    replay: int | None = None


@dataclass(frozen=True)
class FirstError:
    """The first thing that does not fit in a file.

    Attributes:
        reason: what is wrong, without values.
        line: line of the file, from 1; None when not known.
        byte_offset: of the record in the file's decompressed content; None when not known.
    """

    reason: str
    line: int | None = None
    byte_offset: int | None = None

    @classmethod
    def of_file(cls, reason: str) -> FirstError:
        """Return the error for which a whole file is set aside; its text may name the line."""
        line = _LINE.match(reason)
        return cls(reason, int(line[1]) if line else None)


class Event(NamedTuple):
    """One row of the ledger, without the run's id and time.

    A tuple like its key, for one is made for each file that was ever loaded.

    Attributes:
        key: the file.
        file_size: in bytes.
        file_modified_at: UTC.
        state: what became of it.
        batch_id: the batch it is part of, None when it is part of none.
        reason: why, for a file that was not loaded.
        rows_read: records in the file.
        rows_loaded: those in the raw table.
        rows_quarantined: those in the quarantine.
        replay_of: the batch that quarantined the records that this one loads; None but for replays.
        committed_at: when its records were committed, UTC; None until the ledger recorded it.
        table_version: version of the raw table that brought its records.
        columns_hash: tells files with other columns, or another order of them, apart.
        error_limit: misfits beyond which the file would have been set aside; None for no limit.
        first_error: what does not fit first; None where everything does.
    """

    key: FileKey
    file_size: int
    file_modified_at: datetime
    state: State
    batch_id: int | None = None
    reason: str | None = None
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    replay_of: int | None = None
    committed_at: datetime | None = None
    table_version: int | None = None
    columns_hash: str | None = None
    error_limit: int | None = None
    first_error: FirstError | None = None

    @property
    def archived_to(self) -> str | None:
        """Where it was moved out of the landing folder; None for a file that was not."""
        return self.reason if self.state in State.archived() and self.reason != DELETED else None

    def becomes(self, state: State, reason: str | None = None) -> Event:
        """Return the event of the same file's next state."""
        if state not in {State.SET_ASIDE, State.RESTORED}:
            return self._replace(state=state, reason=reason)
        error = FirstError.of_file(reason) if state is State.SET_ASIDE and reason else None
        return self._replace(
            state=state,
            reason=reason,
            rows_read=0,
            rows_loaded=0,
            rows_quarantined=0,
            committed_at=None,
            table_version=None,
            first_error=error,
        )


def latest_by_batch(events: Iterable[Event]) -> dict[tuple[FileKey, int], Event]:
    """Return the latest event of each file in each batch it was ever part of.

    A file is part of more than one when its content came back after another one: its records are in
    the raw table once for each of them.

    Args:
        events: the oldest first.
    """
    return {(event.key, event.batch_id): event for event in events if event.batch_id is not None}
