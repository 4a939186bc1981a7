"""What the log of files says: every event of a stream, and what they come to. Touches no disk.

Files that can be read are numbered in the order in which they were found. A stream's offset is the
number of the last file it has taken, so the files between two offsets are the same for ever. Each
number carries a digest of all files up to it: a log that lost lines and grew others does not pass
for the one that a checkpoint was written with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ingest.cloudfiles.events import (
    Committed,
    Entry,
    Event,
    FileState,
    Gone,
    HandedOut,
    Note,
    Start,
)
from ingest.delta import from_microseconds
from ingest.policies import Held, Newest


class BrokenLogError(ValueError):
    """An event does not follow from the ones before."""


def digest_of(before: str, path: str, content_hash: str) -> str:
    """Return the digest of all files up to one.

    Args:
        before: the digest up to the file before, empty for the first.
        path: of the file.
        content_hash: of the file.
    """
    return hashlib.sha256(f"{before}\0{path}\0{content_hash}".encode()).hexdigest()[:16]


@dataclass
class _Progress:
    """How far one stream has come, as numbers of files."""

    after: int
    handed_out: int
    committed: int


@dataclass
class Log:
    """What the events so far come to.

    Attributes:
        entries: all files that can be read; number n is at n - 1.
        notes: the latest of each path.
        starts: of the queries that started without a checkpoint.
        gone: reasons by numbers.
        since: number of the last file before everything was begun again, 0 before that.
        held: content and paths of the files since then.
        path_of: the first path of each content since then.
        latest: the latest file of each path since then.
    """

    entries: list[Entry] = field(default_factory=list)
    notes: dict[str, Note] = field(default_factory=dict)
    starts: list[Start] = field(default_factory=list)
    gone: dict[int, str] = field(default_factory=dict)
    since: int = 0
    held: Held = field(default_factory=Held)
    path_of: dict[str, str] = field(default_factory=dict)
    latest: dict[str, Entry] = field(default_factory=dict)
    _known: set[tuple[str, str]] = field(default_factory=set)
    _progress: dict[str, _Progress] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """Number of the last file."""
        return len(self.entries)

    @property
    def handed_out(self) -> int:
        """Number of the last file that was handed out, or ``since``."""
        return max((one.handed_out for one in self._progress.values()), default=self.since)

    def digest(self, number: int) -> str:
        """Return the digest of all files up to a number."""
        return self.entries[number - 1].digest if number else ""

    def between(self, start: int, end: int) -> list[Entry]:
        """Return the files after a number, up to another."""
        return self.entries[start:end]

    def knows(self, path: str, content_hash: str) -> bool:
        """Tell whether this content of this path has a number."""
        return (path, content_hash) in self._known

    def committed(self, stream: str) -> int:
        """Return the number of the last file that a stream committed."""
        return self._progress[stream].committed

    def state_of(self, number: int) -> FileState:
        """Return what became of a file that has a number."""
        if number in self.gone:
            return FileState.GONE
        own = [one for one in self._progress.values() if one.after < number]
        if any(number <= one.committed for one in own):
            return FileState.COMMITTED
        if any(number <= one.handed_out for one in own):
            return FileState.HANDED_OUT
        return FileState.WAITING

    def take(self, event: Event) -> None:
        """Take in one more event.

        Raises:
            BrokenLogError: it does not follow from the ones before.
        """
        match event:
            case Entry():
                self._take_entry(event)
            case Note():
                self.notes[event.path] = event
            case Start():
                self._take_start(event)
            case HandedOut():
                one = self._of(event.stream)
                one.handed_out = max(one.handed_out, event.end)
            case Committed():
                one = self._of(event.stream)
                one.committed = max(one.committed, event.end)
            case Gone():
                self._take_gone(event)

    def numbered(self, events: Iterable[Entry | Note]) -> Iterator[Entry | Note]:
        """Yield events of new files, those to be read with their numbers and digests."""
        number, digest = self.last, self.digest(self.last)
        for event in events:
            if isinstance(event, Note):
                yield event
                continue
            number += 1
            digest = digest_of(digest, event.path, event.content_hash)
            fields = {**vars(event), "number": number, "digest": digest}
            yield Entry(**fields)

    def _take_entry(self, entry: Entry) -> None:
        digest = digest_of(self.digest(self.last), entry.path, entry.content_hash)
        if (entry.number, entry.digest) != (self.last + 1, digest):
            raise BrokenLogError(f"file {entry.number} does not follow file {self.last}")
        self.entries.append(entry)
        self.notes.pop(entry.path, None)
        self.latest[entry.path] = entry
        self.path_of.setdefault(entry.content_hash, entry.path)
        self._hold(entry)
        self._known.add((entry.path, entry.content_hash))

    def _hold(self, entry: Entry) -> None:
        self.held.claim(entry.path, entry.content_hash)
        self.held.loads.add((entry.path, entry.content_hash))
        modified_at = from_microseconds(entry.modified)
        here = Newest(modified_at, entry.number, entry.content_hash)
        self.held.newest[entry.path] = max(here, self.held.newest.get(entry.path, here))

    def _take_start(self, start: Start) -> None:
        self.starts.append(start)
        if start.again:
            self.since, self.held = start.after, Held()
            self.path_of, self.latest, self._known = {}, {}, set()
            self._progress = {}
            self.notes = {
                path: note for path, note in self.notes.items() if note.state != FileState.DUPLICATE
            }
        self._progress[start.stream] = _Progress(start.after, start.after, start.after)

    def _take_gone(self, event: Gone) -> None:
        self.gone[event.number] = event.reason
        entry = self.entries[event.number - 1]
        if event.was_unread:
            self._known.discard((entry.path, entry.content_hash))
            self.held.content.discard((entry.content_hash, ()))
            self.held.loads.discard((entry.path, entry.content_hash))
            self.held.newest.pop(entry.path, None)
            self.path_of.pop(entry.content_hash, None)
            self.latest.pop(entry.path, None)

    def _of(self, stream: str) -> _Progress:
        if stream not in self._progress:
            raise BrokenLogError("a batch of a stream that never started")
        return self._progress[stream]
