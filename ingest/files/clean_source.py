"""cloudFiles.cleanSource: loaded files leave the landing folder, once nobody needs them there.

Only what is proven goes: the ledger says that the file's records are committed, longer ago than the
retention; nobody touched the file since; and its content is still what was loaded. A file of which
a record is in the quarantine stays, so that it can be mended, and so do the files of a full
delivery that does not count. The order makes a kill harmless: copies, checked by their hash; then
the ledger; then the sources go. The next run does what is left of it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingest import delta
from ingest.catalogue.tables import DeliveredTable
from ingest.files.discovery import DeliveredFile, hash_of
from ingest.files.verified_copy import copy_verified
from ingest.judge import Count
from ingest.ledger.deliveries import DeliveryState
from ingest.ledger.events import DELETED, Event, State
from ingest.ledger.full_deliveries import NAME as DELIVERIES
from ingest.ledger.table import NAME as LEDGER
from ingest.ledger.table import Ledger
from ingest.planning import StateOf, key_of
from ingest.result import NotLoaded
from saleslake.errors import SettingError
from saleslake.lake import Lake, is_delta_table

DESTINATION = "cloudFiles.cleanSource.moveDestination"

Place = tuple[str, int]
"""Path of a loaded file and its batch."""

# As a number: pyarrow imports pandas, half a second, to make a datetime of a timestamp.
_COMMITTED = """
select file_path, batch_id, max(cast(recorded_at as bigint)) as microseconds
from t
where source = '{source}' and table_name = '{table}' and state = 'committed'
group by file_path, batch_id
"""
_NOT_COUNTED = """
select distinct file_path, batch_id
from t
where table_name = '{name}' and state in ('{incomplete}', '{held_back}')
"""


def refuse_destinations(landing: Path, lake: Lake, tables: Iterable[DeliveredTable]) -> None:
    """Refuse to move files to where a run would find them again, or into the lake.

    Raises:
        SettingError: a table's destination is inside the landing folder or the lake.
    """
    for table in tables:
        destination = table.options.clean_source_destination
        if destination is None:
            continue
        place = Path(destination).resolve()
        if any(place.is_relative_to(folder.resolve()) for folder in (landing, lake.root)):
            raise SettingError(
                f"{DESTINATION} of {table.name}",
                destination,
                ["a folder outside the landing folder and the lake"],
            )


@dataclass(frozen=True)
class Cleaned:
    """What became of the files of one table.

    Attributes:
        files: paths of those that left the landing folder.
        problems: those that had to leave it and could not, and why.
    """

    files: tuple[str, ...] = ()
    problems: tuple[NotLoaded, ...] = ()


@dataclass(frozen=True)
class SourceCleaner:
    """Takes the loaded files of one table out of the landing folder.

    Attributes:
        table: its options say whether, when and where to.
        lake: the lake.
        ledger: of the lake.
        now: time of the run, UTC.
        count: told how many files are done.
        checkpoint: told ``copied:<table>``, ``archived:<table>`` and ``cleaned:<table>``.
    """

    table: DeliveredTable
    lake: Lake
    ledger: Ledger
    now: datetime
    count: Count
    checkpoint: Callable[[str], None]

    def clean(self, files: Sequence[DeliveredFile]) -> Cleaned:
        """Take out the files whose time has come.

        Args:
            files: the table's files as they were when the run began.
        """
        if self.table.options.clean_source == "OFF":
            return Cleaned()
        waiting = due(files, self.ledger.state_of, self._committed(), self._kept(), self._oldest)
        proven: list[tuple[DeliveredFile, os.stat_result, Event]] = []
        problems: list[NotLoaded] = []
        for position, (file, event) in enumerate(waiting, start=1):
            self.count(f"{self.table.name}: cleaning up files", position, len(waiting))
            try:
                status = self._untouched(file)
                reason = self._prove(file) if status else None
            except FileNotFoundError:
                continue  # somebody else took it
            except OSError as error:
                problems.append(NotLoaded(file.path, f"cannot be archived: {_why(error)}"))
                continue
            if status and reason and _is_same(file.location, status):
                proven.append((file, status, archived(event, reason)))
        self.checkpoint(f"copied:{self.table.name}")
        before = {event.key: event for _, event in waiting}
        self.ledger.record(event for _, _, event in proven if event != before[event.key])
        self.checkpoint(f"archived:{self.table.name}")
        gone = []
        for file, status, _ in proven:
            if _is_same(file.location, status):
                try:
                    file.location.unlink()
                except OSError as error:
                    problems.append(NotLoaded(file.path, f"cannot be deleted: {_why(error)}"))
                    continue
                gone.append(file.path)
        self.checkpoint(f"cleaned:{self.table.name}")
        return Cleaned(tuple(gone), tuple(problems))

    def would_take(self, files: Sequence[DeliveredFile]) -> list[DeliveredFile]:
        """Return the files that ``clean`` would take out if their content is what was loaded."""
        if self.table.options.clean_source == "OFF":
            return []
        waiting = due(files, self.ledger.state_of, self._committed(), self._kept(), self._oldest)
        found = []
        for file, _ in waiting:
            with suppress(OSError):  # somebody else took it
                if self._untouched(file) is not None:
                    found.append(file)
        return found

    @property
    def _oldest(self) -> datetime:
        return self.now - self.table.options.clean_source_retention

    def _committed(self) -> Mapping[Place, datetime]:
        names = {"source": self.table.source, "table": self.table.table}
        rows = delta.query(self.lake.ops_table(LEDGER), _COMMITTED.format(**names)).to_pylist()
        return {
            (str(row["file_path"]), int(row["batch_id"])): delta.from_microseconds(
                int(row["microseconds"])
            )
            for row in rows
        }

    def _kept(self) -> Collection[Place]:
        """Return the files of full deliveries that do not count: somebody has to look at them."""
        path = self.lake.ops_table(DELIVERIES)
        if self.table.delivery != "full" or not is_delta_table(path):
            return ()
        sql = _NOT_COUNTED.format(
            name=self.table.name,
            incomplete=DeliveryState.INCOMPLETE.value,
            held_back=DeliveryState.HELD_BACK.value,
        )
        rows = delta.query(path, sql).to_pylist()
        return {(str(row["file_path"]), int(row["batch_id"] or 0)) for row in rows}

    def _untouched(self, file: DeliveredFile) -> os.stat_result | None:
        """Return a file's status, or None for one that is to stay.

        What came back lately, from an archive say, was put there by somebody: its time begins anew.
        """
        status = file.location.lstat()
        changed_at = delta.from_microseconds(status.st_ctime_ns // 1000)
        if not stat.S_ISREG(status.st_mode) or changed_at > self._oldest:
            return None
        return status

    def _prove(self, file: DeliveredFile) -> str | None:
        """Make sure that a file may go; returns where it is, None where its content is another."""
        if self.table.options.clean_source == "DELETE":
            return DELETED if hash_of(file.location) == file.content_hash else None
        folder = Path(str(self.table.options.clean_source_destination))
        copy = copy_verified(file.location, folder / file.path, file.content_hash)
        return None if copy is None else str(copy)


def due(
    files: Iterable[DeliveredFile],
    state_of: StateOf,
    committed: Mapping[Place, datetime],
    kept: Collection[Place],
    oldest: datetime,
) -> list[tuple[DeliveredFile, Event]]:
    """Return the files that the ledger lets go, with its latest event of each. Pure.

    Args:
        files: of one table.
        state_of: the ledger.
        committed: when each batch of a file was committed.
        kept: files that stay whatever their time.
        oldest: those that were committed later stay.
    """
    found = []
    for file in files:
        event = state_of(key_of(file))
        if event is None or event.state not in State.loaded() or event.rows_quarantined:
            continue
        place = (file.path, event.batch_id or 0)
        at = committed.get(place)
        if at is not None and at <= oldest and place not in kept:
            found.append((file, event))
    return found


def archived(event: Event, where: str) -> Event:
    """Return the event of a loaded file that leaves the landing folder."""
    if event.state in State.archived():  # a kill came between, or it came back
        return event if event.reason == where else event.becomes(event.state, where)
    accepted = event.state is State.ACCEPTED
    return event.becomes(State.ARCHIVED_ACCEPTED if accepted else State.ARCHIVED, where)


def _is_same(file: Path, before: os.stat_result) -> bool:
    """Tell whether nobody wrote or replaced a file meanwhile."""
    try:
        now = file.lstat()
    except FileNotFoundError:
        return False
    kept = ("st_ino", "st_dev", "st_size", "st_mtime_ns", "st_ctime_ns")
    return all(getattr(now, name) == getattr(before, name) for name in kept)


def _why(error: OSError) -> str:
    return (error.strerror or "error of the disk").lower()
