"""A stream without its engine: what Spark asks of a source, answered from the log of files."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from ingest.cloudfiles.batch import FileToRead, why_gone
from ingest.cloudfiles.events import Committed, Entry, Event, Gone, HandedOut, Start
from ingest.cloudfiles.finding import Finder
from ingest.cloudfiles.log_file import LogFile
from ingest.cloudfiles.offsets import BEGINNING, Offset
from ingest.cloudfiles.planning import Limits, end_of_batch, first_with_new, misfit
from ingest.cloudfiles.schema import extended, schema_versions, write_versions
from ingest.cloudfiles.table import StreamSettings
from saleslake.stream_errors import (
    CheckpointLostError,
    NewColumnsError,
    NoColumnsError,
    StreamInUseError,
    StreamOptionsError,
    WrongCheckpointError,
)

WAIT = 10.0
"""Seconds to wait for a query that was just stopped to let go of the log."""

_LISTING_INTERVAL = 0.2
_logger = logging.getLogger("ingest.cloudfiles")


def columns_at_start(settings: StreamSettings, wait: float = WAIT) -> tuple[str, ...]:
    """Find what waits, and return the columns that a stream started now has.

    While another query has the log, they are those that are known.

    Raises:
        NoColumnsError: there is no file to learn them from.
        StreamOptionsError: files without a header need a schema.
    """
    if not settings.options.table.header:
        remedy = "Give .schema(...) with the columns in their order, and _rescued_data string."
        raise StreamOptionsError([("the files have no header (header is false)", remedy)])
    try:
        stream = FileStream(settings, wait=wait)
    except StreamInUseError:
        versions = schema_versions(settings.location)
        if not versions:
            raise
        return versions[-1].columns
    try:
        stream.find()
        columns = stream.known_columns
    finally:
        stream.close()
    if not columns:
        raise NoColumnsError(settings.landing)
    return columns


class FileStream:
    """One run of a stream; it has the log to itself until it is closed.

    Args:
        settings: of the stream.
        columns: those that its rows have, where they are fixed; None while they are learnt.
        given: whether they were given by the user, so that files bring no new ones.
        wait: how many seconds to wait for another run to let go of the log.

    Raises:
        StreamInUseError: another query has the log.
        StreamLogError: the log is damaged.
    """

    def __init__(
        self,
        settings: StreamSettings,
        columns: Sequence[str] | None = None,
        *,
        given: bool = False,
        wait: float = WAIT,
    ) -> None:
        self._settings = settings
        self._log_file = LogFile(settings.location, wait)
        self._log = self._log_file.log
        self._columns = columns
        versions = [] if given else schema_versions(settings.location)
        self._version = versions[-1] if versions else None
        self._learns = not given and (settings.options.table.adds_columns or self._version is None)
        expected = columns if given and columns is not None else self.known_columns
        self._finder = Finder(settings, self._log_file, expected, _logger.warning)
        self._looked_at = 0  # number of the last file whose columns are in the schema
        self._own: Start | None = None
        self._target: int | None = None
        self._only_target = False
        self._next_listing = 0.0

    @property
    def known_columns(self) -> tuple[str, ...]:
        """The columns of the latest version of the schema."""
        return self._version.columns if self._version else ()

    def close(self) -> None:
        """Let go of the log."""
        self._log_file.close()

    def find(self) -> None:
        """Add new files to the log, and their columns to the schema."""
        began = time.monotonic()
        self._finder.find()
        self._learn()
        ended = time.monotonic()
        self._next_listing = ended + max(_LISTING_INTERVAL, ended - began)

    def stop_at_what_is_there(self) -> None:
        """From now on take no file that comes later."""
        self.find()
        self._target, self._only_target = self._log.last, True

    def latest(self, start: Offset, *, limited: bool) -> Offset:
        """Return where the next batch ends; ``start`` itself where there is none.

        Args:
            start: where the last one ended.
            limited: whether the options' limits hold.

        Raises:
            CheckpointLostError: the query has no checkpoint, and files were handed out before.
            WrongCheckpointError: ``start`` is not of this log.
            NewColumnsError: the next file has columns that the stream does not have.
        """
        first = self._first_after(start)
        options = self._settings.options.table
        limits = Limits()
        if limited:
            limits = Limits(options.max_files_per_batch, options.max_bytes_per_batch)
        waiting = self._log.between(first, self._log.last)
        if not self._only_target and end_of_batch(waiting, limits) == len(waiting):
            self._find_in_time()
        waiting = self._log.between(first, self._log.last if self._target is None else self._target)
        waiting = self._with_known_columns(waiting[: end_of_batch(waiting, limits)])
        if waiting:
            return self._offset(waiting[-1].number)
        # An empty batch gives a query that goes on without its checkpoint a new one at once.
        return self._offset(first) if start == BEGINNING and first else start

    def files(self, start: Offset, end: Offset) -> list[FileToRead]:
        """Return the files of a batch; the same offsets give the same files for ever.

        A file that is gone, or is not the same any more, is told and left out: its batch could
        never be read otherwise.

        Raises:
            WrongCheckpointError: the offsets are not of this log.
        """
        if end == start:
            return []
        self._require(end)
        first = self._log.starts[-1].after if start == BEGINNING else start.seq
        if start != BEGINNING:
            self._require(start)
        files = [
            FileToRead(self._settings.landing / entry.path, entry)
            for entry in self._log.between(first, end.seq)
            if entry.number not in self._log.gone
        ]
        is_first_time = end.seq > self._log.handed_out
        gone = {file: reason for file in files if (reason := why_gone(file))}
        events: list[Event] = [
            Gone(file.entry.number, reason, was_unread=is_first_time)
            for file, reason in gone.items()
        ]
        for file, reason in gone.items():
            _logger.warning("%s: %s", file.entry.path, reason)
        if is_first_time:
            events.append(HandedOut(end.stream, end.seq))
        self._log_file.append(events)
        return [file for file in files if file not in gone]

    def commit(self, end: Offset) -> None:
        """Note that Spark has finished a batch.

        Raises:
            WrongCheckpointError: the offset is not of this log.
        """
        if end == BEGINNING:
            return
        self._require(end)
        if end.seq > self._log.committed(end.stream):
            self._log_file.append([Committed(end.stream, end.seq)])

    def newest(self) -> Offset | None:
        """Return where everything found so far ends; None before the stream has begun."""
        return self._offset(self._log.last) if self._log.starts else None

    def _offset(self, number: int) -> Offset:
        return Offset(number, self._log.starts[-1].stream, self._log.digest(number))

    def _first_after(self, start: Offset) -> int:
        """Return the number of the last file that was taken before."""
        if start != BEGINNING:
            self._require(start)
            self._require_newest(start)
            return start.seq
        if self._own is None:
            self._own = self._begin()
        return self._own.after

    def _begin(self) -> Start:
        """Begin without a checkpoint, if nothing was handed out before, or it is wanted."""
        log, restart = self._log, self._settings.options.restart
        taken = log.handed_out - log.since
        if taken and restart == "refuse":
            states = [
                log.state_of(entry.number) for entry in log.between(log.since, log.handed_out)
            ]
            unconfirmed = sum(state == "handed_out" for state in states)
            raise CheckpointLostError(
                self._settings.location, handed_out=taken, unconfirmed=unconfirmed
            )
        again = bool(taken) and restart == "again"
        start = Start(
            stream=uuid.uuid4().hex,
            after=log.last if again else log.handed_out,
            again=again,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        self._log_file.append([start])
        if again:
            self.find()
            self._target = log.last if self._only_target else None
        return start

    def _require(self, offset: Offset) -> None:
        problem = misfit(self._log, offset)
        if problem:
            raise WrongCheckpointError(self._settings.location, problem)

    def _require_newest(self, start: Offset) -> None:
        """A batch is planned after the last one: what was handed out since, a checkpoint lost."""
        if start.seq < self._log.handed_out:
            problem = (
                f"the checkpoint is at file {start.seq}, and the files up to "
                f"{self._log.handed_out} were handed out, so it is an old copy or lost its end"
            )
            raise WrongCheckpointError(self._settings.location, problem)

    def _find_in_time(self) -> None:
        if time.monotonic() >= self._next_listing:
            self.find()

    def _learn(self) -> None:
        """Write the versions of the schema that new files cause."""
        if not self._learns:
            return
        found = self._log.between(self._looked_at, self._log.last)
        versions = extended(self._version, ((entry.path, entry.columns) for entry in found))
        write_versions(self._settings.location, versions)
        self._looked_at = self._log.last
        if versions:
            self._version = versions[-1]
            self._finder.expect(self._version.columns)
        self._learns = self._settings.options.table.adds_columns

    def _with_known_columns(self, waiting: list[Entry]) -> list[Entry]:
        """Return the files before the first that has columns which the rows cannot have."""
        if not self._learns or self._columns is None:
            return waiting
        found = first_with_new(waiting, self._columns)
        if found is None:
            return waiting
        entry, new = found
        before = [one for one in waiting if one.number < entry.number]
        if not before:
            raise NewColumnsError(entry.path, new)
        return before
