"""Loading files as they come: rounds of `saleslake ingest`, or of `saleslake run`, until stopped.

Between rounds the landing folder is only listed, so an idle watch costs next to nothing. The lake
is locked by each round alone; while somebody else has it, the watch waits.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path

from command.ingesting import ingest_files
from command.json_output import FORMAT_VERSION
from command.land import Clock, utc_now
from command.landing import choose_landing, holds_files
from command.progress import Progress
from command.report.notes import Note, notes_of
from command.run import run as run_job
from ingest.catalogue.entries import load_catalogue
from ingest.files.listing import Listing, listing_of, unsettled
from ingest.result import NotLoaded, TableResult
from saleslake.errors import (
    EXIT_BUILD_FAILED,
    EXIT_OK,
    LandingMissingError,
    SaleslakeError,
    SettingError,
)
from saleslake.lake import Lake
from saleslake.settings import Settings

AT_LEAST_EVERY = 3600.0
"""Seconds after which a round is made though nothing changed: files reach their retention."""

_SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?) ?([smh]?)")


@dataclass(frozen=True)
class LoadedTable:
    """What a round loaded into one table."""

    table: str
    files_loaded: int
    rows_loaded: int
    rows_quarantined: int


@dataclass(frozen=True)
class Round:
    """What one round did.

    Attributes:
        format_version: of this document.
        at: when it began, UTC.
        number: of the look at the landing folder, from 1; most looks find nothing to do.
        tables: those that got something.
        files_archived: files that cloudFiles.cleanSource took out of the landing folder.
        files_unsettled: files that were still being written, and were left for the next look.
        files_outstanding: files of tables that were stopped; the next round tries again.
        bytes_outstanding: their size.
        notes: files and tables that somebody has to look at and that no round before this named.
        verdict: how the build went; None where nothing was to be built.
        waits_for: why nothing could be done, and the watch waits; None where it could.
        exit_code: what `saleslake ingest` or `saleslake run` would end with; 0 while it waits.
    """

    format_version: int
    at: datetime
    number: int
    tables: tuple[LoadedTable, ...] = ()
    files_archived: int = 0
    files_unsettled: int = 0
    files_outstanding: int = 0
    bytes_outstanding: int = 0
    notes: tuple[Note, ...] = ()
    verdict: str | None = None
    waits_for: str | None = None
    exit_code: int = EXIT_OK

    @property
    def did_something(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.tables or self.notes or self.files_archived or self.waits_for)


def seconds_of(text: str) -> float:
    """Return a length of time such as ``10s``, ``2m`` or ``1h`` in seconds.

    Raises:
        SettingError: it is none.
    """
    found = _LENGTH.fullmatch(text.strip())
    if not found or not float(found[1]):
        raise SettingError("--every", text, ["10s", "2m", "1h"])
    return float(found[1]) * _SECONDS[found[2]]


@dataclass
class Watch:
    """Rounds over one landing folder.

    Attributes:
        settings: of all rounds.
        tables: names of the tables to load; empty for all.
        progress: told what a round does.
        every: seconds between two looks at the landing folder.
        build: whether a round is the whole job.
        tell: told of each round in which something happened.
        sleep: waits so many seconds.
        clock: tells the time, with a zone.
    """

    settings: Settings
    tables: Sequence[str]
    progress: Progress
    every: float
    build: bool
    tell: Callable[[Round], None]
    sleep: Callable[[float], None] = time.sleep
    clock: Clock = utc_now
    _done: Listing | None = None
    _done_at: float = 0.0
    _named: set[Note] = field(default_factory=set)
    _waits: bool = False

    def run(self, rounds: int | None) -> int:
        """Look at the folder so many times, or until a signal comes; returns the exit code.

        Raises:
            SaleslakeError: what a round cannot go on from; a lake in use is waited for.
        """
        folder = self._folder()
        before: Listing = {}
        codes = {EXIT_OK}
        for number in count(1):
            look = listing_of(folder)
            since = int((self.clock().timestamp() - self.every) * 1e9)
            waiting = unsettled(look, before, since)
            before = look
            settled = {path: seen for path, seen in look.items() if path not in waiting}
            if self._is_due(settled):
                done = self._round(number, settled, len(waiting))
                codes.add(done.exit_code)
                if done.did_something:
                    self.tell(done)
            if number == rounds:
                break
            self.sleep(self.every)
        return EXIT_BUILD_FAILED if EXIT_BUILD_FAILED in codes else max(codes)

    def _folder(self) -> Path:
        """Return the folder to watch, which may be empty yet; never generated sample files."""
        self.settings = replace(self.settings, landing_given=True)
        folder = self.settings.landing
        if not folder.is_dir():
            raise LandingMissingError(folder, exists=False)
        load_catalogue(self.settings.catalogue)
        if holds_files(folder):
            choose_landing(self.settings, Lake(self.settings.lake))
        return folder

    def _is_due(self, settled: Listing) -> bool:
        if self._done is None:
            return bool(settled)
        return settled != self._done or time.monotonic() - self._done_at >= AT_LEAST_EVERY

    def _round(self, number: int, settled: Listing, unsettled_count: int) -> Round:
        empty = Round(FORMAT_VERSION, self.clock(), number, files_unsettled=unsettled_count)
        try:
            # A file that came after the look may still be being written, too.
            done = self._load(empty, settled.__contains__)
        except LandingMissingError:
            return empty  # emptied meanwhile
        except SaleslakeError as error:
            if not error.can_retry:
                raise
            self.progress.clear()
            told, self._waits = self._waits, True
            return empty if told else replace(empty, waits_for=error.cause)
        self._waits = False
        if not done.files_outstanding and done.exit_code != EXIT_BUILD_FAILED:
            self._done, self._done_at = settled, time.monotonic()
        return done

    def _load(self, empty: Round, wanted: Callable[[str], bool]) -> Round:
        if self.build:
            built = run_job(self.settings, self.progress, wanted=wanted)
            tables = [table.landed for table in built.tables]
            done = self._summed(empty, tables, built.set_aside)
            verdict = None if built.build.kind == "nothing" else built.verdict
            return replace(done, verdict=verdict, exit_code=built.exit_code)
        report = ingest_files(self.settings, self.tables, self.progress, wanted)
        done = self._summed(empty, report.result.tables, report.result.set_aside)
        return replace(done, exit_code=report.exit_code)

    def _summed(
        self, empty: Round, tables: Sequence[TableResult], set_aside: Sequence[NotLoaded]
    ) -> Round:
        notes = [note for note in notes_of(tables, set_aside, ()) if note.is_urgent]
        new = tuple(note for note in notes if note not in self._named)
        self._named = set(notes)
        return replace(
            empty,
            tables=tuple(
                LoadedTable(
                    table.name, table.files_loaded, table.rows_loaded, table.rows_quarantined
                )
                for table in tables
                if table.files_loaded
            ),
            files_archived=sum(len(table.archived) for table in tables),
            files_outstanding=sum(table.files_outstanding for table in tables),
            bytes_outstanding=sum(table.bytes_outstanding for table in tables),
            notes=new,
        )
