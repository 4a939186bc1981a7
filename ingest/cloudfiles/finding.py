"""Finds new files: hashes and checks each once, many at a time, and adds them to the log.

A file whose size and times have not changed is not read again. One whose content is known under its
path becomes a new one only where it comes back after another one, as for the loader.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from ingest.catalogue.tables import Catalogue, DeliveredTable
from ingest.cloudfiles.events import Entry, FileState, Note
from ingest.cloudfiles.log import Log
from ingest.cloudfiles.log_file import LogFile
from ingest.cloudfiles.schema import unknown_columns
from ingest.cloudfiles.table import StreamSettings
from ingest.files.discovery import NO_PATTERN, DeliveredFile, listed, read
from ingest.files.filters import EXISTING
from ingest.files.hash_cache import stamp_of
from ingest.policies import comes_back, verdict
from ingest.readers import reader_of
from ingest.readers.base import CheckedFile, UnreadableFileError

FILES_PER_APPEND = 200
_UNFINISHED = (".part", ".tmp")
_OUT_OF_SIGHT = "its name begins with a dot or ends in .part or .tmp, or is not of the pattern"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Looked:
    """A file that was hashed and checked; it has a reason where it cannot be read."""

    file: DeliveredFile
    checked: CheckedFile | None = None
    reason: str | None = None


class Finder:
    """Finds the new files of one stream.

    Args:
        settings: of the stream.
        log_file: gets what is found.
        columns: expected ones; with none, any header will do.
        warn: told of each file that is set aside.
    """

    def __init__(
        self,
        settings: StreamSettings,
        log_file: LogFile,
        columns: Sequence[str],
        warn: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._log_file = log_file
        self._warn = warn
        self._seen: dict[str, str] = {}
        self.expect(columns)

    def expect(self, columns: Sequence[str]) -> None:
        """Look at files with other columns from now on."""
        self._table = self._settings.table(columns)
        self._catalogue = Catalogue((self._table,))
        self._reader = reader_of(self._table)
        reads_by = replace(self._settings.options, restart="refuse")
        looked_with = repr((reads_by, self._table.columns))
        self._looked_with = hashlib.sha256(looked_with.encode()).hexdigest()[:16]

    def find(self) -> None:
        """Add all new files to the log."""
        files = listed(self._settings.landing, self._table_of)
        if self._log_file.is_new:
            existing = [] if self._table.options.include_existing_files else self._existing(files)
            self._log_file.append(existing)
        fresh = [file for file in files if not self._is_known(file)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for chunk in _chunks(fresh, FILES_PER_APPEND):
                looked = pool.map(self._look, chunk)
                events = list(self._events(one for one in looked if one is not None))
                self._log_file.append(self._log_file.log.numbered(events))

    def _table_of(self, path: str) -> DeliveredTable | None:
        return None if path.endswith(_UNFINISHED) else self._catalogue.table_of(path)

    def _existing(self, files: Iterable[DeliveredFile]) -> list[Note]:
        return [self._note(file, FileState.LEFT_OUT, EXISTING) for file in files if not file.reason]

    def _is_known(self, file: DeliveredFile) -> bool:
        log = self._log_file.log
        entry, note = log.latest.get(file.path), log.notes.get(file.path)
        if entry is not None and file.stamp in {entry.stamp, self._seen.get(file.path)}:
            return True
        if note is None:
            return False
        if note.reason == EXISTING and not self._table.options.include_existing_files:
            return (note.size, note.modified) == (file.size, _microseconds(file))
        return (note.stamp, note.looked_with) == (file.stamp, self._looked_with)

    def _look(self, file: DeliveredFile) -> _Looked | None:
        """Hash and check a file; None where it is known, or changes meanwhile."""
        if file.reason is not None:
            return _Looked(file)
        hashed = read(file)
        if hashed.reason is not None:
            return _Looked(hashed) if file.location.exists() else None
        log = self._log_file.log
        is_known = log.knows(file.path, hashed.content_hash)
        if is_known and not comes_back(hashed, self._table, log.held):
            self._seen[file.path] = file.stamp
            return None
        try:
            looked = _Looked(hashed, self._reader.check(file.location))
        except UnreadableFileError as error:
            looked = _Looked(hashed, reason=error.reason)
        except FileNotFoundError:
            return None
        except OSError as error:
            looked = _Looked(hashed, reason=f"cannot be read: {error.strerror}")
        try:
            is_same = stamp_of(file.location.stat()) == file.stamp
        except OSError:
            is_same = False
        return looked if is_same else None

    def _events(self, looked: Iterable[_Looked]) -> Iterator[Entry | Note]:
        log = self._log_file.log
        for one in looked:
            event = self._event(one, log)
            known = log.notes.get(one.file.path)
            if isinstance(event, Entry):
                # What comes later in the same append has to know of it.
                log.held.claim(event.path, event.content_hash)
                log.path_of.setdefault(event.content_hash, event.path)
            elif event == known:
                continue
            elif event.state == FileState.SET_ASIDE:
                self._warn(f"{event.path} is set aside: {event.reason}")
            yield event

    def _event(self, one: _Looked, log: Log) -> Entry | Note:
        file, checked = one.file, one.checked
        if file.reason is not None:
            return self._unread(file, file.reason)
        if checked is None:
            return self._note(file, FileState.SET_ASIDE, one.reason or "")
        if checked.empty:
            return self._note(file, FileState.IGNORED, checked.empty)
        new = unknown_columns(checked.columns, self._table.columns)
        if new and self._table.columns and self._table.options.refuses_columns:
            reason = f"it has new columns (failOnNewColumns): {', '.join(new)}"
            return self._note(file, FileState.SET_ASIDE, reason)
        held = verdict(file, self._table, log.held)
        if held is not None:
            original = log.path_of.get(file.content_hash)
            reason = held[1] or f"the same content as {original}"
            return self._note(file, FileState(held[0].value), reason)
        return Entry(
            number=0,
            path=file.path,
            size=file.size,
            modified=_microseconds(file),
            stamp=file.stamp,
            content_hash=file.content_hash,
            columns=checked.columns,
            rows=checked.rows_loaded,
            rejected=len(checked.rejected),
        )

    def _unread(self, file: DeliveredFile, reason: str) -> Note:
        if file.unreadable:
            return self._note(file, FileState.SET_ASIDE, reason, looked_with="")
        state = FileState.LEFT_OUT if file.left_out else FileState.IGNORED
        return self._note(file, state, _OUT_OF_SIGHT if reason == NO_PATTERN else reason)

    def _note(
        self, file: DeliveredFile, state: FileState, reason: str, looked_with: str | None = None
    ) -> Note:
        return Note(
            path=file.path,
            size=file.size,
            modified=_microseconds(file),
            stamp=file.stamp,
            content_hash=file.content_hash,
            state=state.value,
            reason=reason,
            looked_with=self._looked_with if looked_with is None else looked_with,
        )


def _microseconds(file: DeliveredFile) -> int:
    return (file.modified_at - _EPOCH) // timedelta(microseconds=1)


def _chunks(files: Iterable[DeliveredFile], size: int) -> Iterator[list[DeliveredFile]]:
    files = iter(files)
    while chunk := list(islice(files, size)):
        yield chunk
