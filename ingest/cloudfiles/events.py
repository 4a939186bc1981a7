"""What can happen to a stream and to its files: the lines of its log."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FileState(StrEnum):
    """What became of a file.

    waiting     found, and part of no batch yet
    handed_out  part of a batch that Spark has not confirmed; it confirms one when it plans the next
    committed   part of a batch that Spark has confirmed
    gone        deleted or replaced after it was found, before its batch was read
    set_aside   cannot be read; looked at again when it, the options or the columns change
    duplicate   the same content came before under another path
    ignored     no data, or no record in it
    left_out    the options leave it out
    """

    WAITING = "waiting"
    HANDED_OUT = "handed_out"
    COMMITTED = "committed"
    GONE = "gone"
    SET_ASIDE = "set_aside"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Entry:
    """A file that can be read.

    Attributes:
        number: its number, from 1.
        path: relative to the landing folder.
        size: in bytes.
        modified: microseconds since 1970.
        stamp: while it is the same, so is the content.
        content_hash: SHA-256.
        columns: in the file's order.
        rows: records that fit them.
        rejected: records that do not.
        digest: of all files up to this one.
    """

    number: int
    path: str
    size: int
    modified: int
    stamp: str
    content_hash: str
    columns: tuple[str, ...]
    rows: int
    rejected: int
    digest: str = ""


@dataclass(frozen=True)
class Note:
    """A file that is not read, and why.

    Attributes:
        path: relative to the landing folder.
        size: in bytes.
        modified: microseconds since 1970.
        stamp: while it is the same, so is the content.
        content_hash: SHA-256; empty where it was not or could not be read.
        state: what became of it.
        reason: why.
        looked_with: digest of the options and columns with which it was looked at; empty where
            it is looked at each time.
    """

    path: str
    size: int
    modified: int
    stamp: str
    content_hash: str
    state: str
    reason: str
    looked_with: str


@dataclass(frozen=True)
class Start:
    """A query started without a checkpoint.

    Attributes:
        stream: a new id; offsets carry it.
        after: number of the last file that it does not take.
        again: it takes every file again.
        at: time, ISO 8601.
    """

    stream: str
    after: int
    again: bool
    at: str


@dataclass(frozen=True)
class HandedOut:
    """Spark asked for the files of a batch."""

    stream: str
    end: int


@dataclass(frozen=True)
class Committed:
    """Spark said that it has finished a batch."""

    stream: str
    end: int


@dataclass(frozen=True)
class Gone:
    """A file was deleted or replaced before its batch was read.

    Attributes:
        number: its number.
        reason: what happened to it.
        was_unread: it was certainly never read, so the same content is new if it comes again.
    """

    number: int
    reason: str
    was_unread: bool


Event = Entry | Note | Start | HandedOut | Committed | Gone
