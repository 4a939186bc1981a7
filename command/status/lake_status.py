"""What is in a lake, how fresh it is, what is set aside, and what the next run would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
from deltalake.exceptions import DeltaError

from command.json_output import FORMAT_VERSION
from command.landing import holds_files
from command.report.lake_tables import TableState, read_tables
from command.report.notes import Note
from command.report.past_run import PastFigures, PastNode, PastRun, read_past_run
from command.report.run_report import LATEST
from command.report.unclean import Unclean, read_unclean
from command.report.undelivered import without_rows
from command.state import BuildPlan, current_state, plan_build
from command.status.known_files import (
    KnownFiles,
    held_back_notes,
    read_ledger,
    set_aside_notes,
)
from command.status.next_landing import NextLanding, next_landing
from command.status.runs import UnreportedRun, last_unreported
from command.status.waiting import LandingStatus, look_at_landing
from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue
from saleslake.build_state import read_state
from saleslake.lake import Lake, LockHolder
from saleslake.settings import Settings

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class LastRun:
    """The newest run that left a report.

    Attributes:
        run_id: its id.
        started_at: UTC.
        seconds: how long it took.
        engine: what ran the SQL.
        exit_code: of the process.
        verdict: how it went, in a sentence.
        failures: models and tests that failed.
        figures: the headline figures after it.
    """

    run_id: str
    started_at: datetime
    seconds: float
    engine: str
    exit_code: int
    verdict: str
    failures: tuple[PastNode, ...]
    figures: PastFigures | None


@dataclass(frozen=True)
class LakeStatus:
    """A lake as it is now.

    Attributes:
        format_version: of this document, as JSON.
        at: now, UTC.
        lake: its folder.
        exists: whether a run ever wrote to it.
        kind: real or sample; None before the first run.
        run_under_way: the process that holds the lock; None when the lake is free.
        last_run: the newest run with a report.
        unreported_run: a newer one that was stopped, failed or killed.
        next_run: what a run would do now, with its reason.
        restore_is_pending: a restore was interrupted; the next run finishes it first.
        landing: what waits to be landed.
        newest_date: the newest business date in gold.
        tables: every table of the lake.
        set_aside: files that cannot be loaded.
        held_back: full deliveries that do not count as such.
        unclean: records and values that are not clean, by table and reason.
        next_run_stops: why the next run will stop before it loads anything, and what to do; None
            where nothing stops it.
        files_to_clean_up: files that cloudFiles.cleanSource takes out of the landing folder in the
            next run, if their content is still what was loaded.
        nothing_delivered: tables of the catalogue that no file was ever delivered for.
    """

    format_version: int
    at: datetime
    lake: str
    exists: bool
    kind: str | None
    run_under_way: LockHolder | None
    last_run: LastRun | None
    unreported_run: UnreportedRun | None
    next_run: BuildPlan
    restore_is_pending: bool
    landing: LandingStatus
    newest_date: date | None
    tables: tuple[TableState, ...]
    set_aside: tuple[Note, ...]
    held_back: tuple[Note, ...]
    unclean: Unclean
    next_run_stops: str | None = None
    files_to_clean_up: int = 0
    nothing_delivered: tuple[str, ...] = ()


def read_status(
    settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> LakeStatus:
    """Read a lake's status; writes nothing and disturbs no run.

    Raises:
        SaleslakeError: the catalogue is invalid, or a newer saleslake wrote the lake.
    """
    lake = Lake(settings.lake)
    kind = lake.kind()
    past = read_past_run(lake.reports / LATEST)
    holder = lake.lock_holder()
    folder = landing_folder(settings, past)
    # A damaged table is named among the tables; what it would have told is left out.
    ledger = _unless_damaged(lambda: read_ledger(lake), KnownFiles())
    catalogue = load_catalogue(settings.catalogue)
    landing = look_at_landing(folder, catalogue, ledger)
    beside = _unless_damaged(
        lambda: next_landing(folder, lake, catalogue, ledger, clock()), NextLanding()
    )
    tables = read_tables(lake)
    return LakeStatus(
        format_version=FORMAT_VERSION,
        at=clock(),
        lake=str(lake.root),
        exists=kind is not None,
        kind=kind,
        run_under_way=holder,
        last_run=_last_run(past) if past else None,
        unreported_run=last_unreported(lake, past.run_id if past else "", holder),
        next_run=plan_next_run(_build_plan(settings, lake), landing),
        restore_is_pending=lake.pending_restore.exists(),
        landing=landing,
        newest_date=max(
            (table.newest_date for table in tables if table.layer == "gold" and table.newest_date),
            default=None,
        ),
        tables=tables,
        set_aside=tuple(set_aside_notes(ledger, folder)),
        held_back=tuple(_unless_damaged(lambda: held_back_notes(lake), [])),
        unclean=_unless_damaged(lambda: read_unclean(lake), Unclean()),
        next_run_stops=beside.stops,
        files_to_clean_up=beside.files_to_clean_up,
        nothing_delivered=tuple(without_rows(_without_files(catalogue, ledger), tables)),
    )


def landing_folder(settings: Settings, past: PastRun | None) -> Path | None:
    """Return the folder that was named, else the last run's, else the default one with files."""
    if settings.landing_given:
        return settings.landing
    if past is not None:
        return past.landing
    return settings.landing if holds_files(settings.landing) else None


def plan_next_run(plan: BuildPlan, landing: LandingStatus) -> BuildPlan:
    """Add to a build's plan what its landing would bring; a full build is one anyway."""
    if plan.kind != "nothing":
        return plan
    if landing.files_unfinished:
        return BuildPlan("incremental", "a landing was interrupted")
    if landing.files_waiting:
        return BuildPlan("incremental", "there are new files")
    return plan


def _unless_damaged(read: Callable[[], Answer], otherwise: Answer) -> Answer:
    try:
        return read()
    except (DeltaError, OSError, pa.ArrowException):
        return otherwise


def _build_plan(settings: Settings, lake: Lake) -> BuildPlan:
    return plan_build(read_state(lake), current_state(settings.project, lake, settings.engine))


def _without_files(catalogue: Catalogue, ledger: KnownFiles) -> list[str]:
    return [
        table.name for table in catalogue.tables if (table.source, table.table) not in ledger.seen
    ]


def _last_run(past: PastRun) -> LastRun:
    return LastRun(
        run_id=past.run_id,
        started_at=past.started_at,
        seconds=past.seconds,
        engine=past.engine,
        exit_code=past.exit_code,
        verdict=past.verdict,
        failures=past.build.failures,
        figures=past.figures,
    )
