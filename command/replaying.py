"""Quarantined records that fit now, loaded: settings in, a result out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from command.formats import counted
from command.ingesting import chosen_tables
from command.json_output import FORMAT_VERSION
from command.land import Clock, failure_logged, finish_restore, utc_now
from command.logs import RunLog
from command.progress import Progress
from command.run import new_run_id
from ingest.catalogue.entries import load_catalogue
from ingest.quarantine.replay import ReplayedTable, replay
from maintenance.damage import causes_named
from maintenance.tables import existing_lake
from saleslake.errors import EXIT_BUILD_FAILED, EXIT_OK, EXIT_SET_ASIDE
from saleslake.settings import Settings


@dataclass(frozen=True)
class ReplayReport:
    """What a replay loaded, and what still waits."""

    format_version: int
    lake: str
    run_id: str
    tables: tuple[ReplayedTable, ...]
    exit_code: int


def replay_records(
    settings: Settings,
    tables: Sequence[str],
    progress: Progress,
    *,
    with_closed: bool = False,
    clock: Clock = utc_now,
) -> ReplayReport:
    """Load the quarantined records of some tables, or of all, that fit now.

    Args:
        settings: of this command.
        tables: their names.
        progress: told what is being done.
        with_closed: also records that are superseded or dismissed.
        clock: tells the time, UTC.

    Raises:
        SettingError: the catalogue has no such table.
        SaleslakeError: the catalogue or the lake cannot be used.
    """
    lake, catalogue = existing_lake(settings.lake), load_catalogue(settings.catalogue)
    wanted, now = chosen_tables(tables, catalogue), clock()
    with lake.lock(), causes_named(lake):
        log = RunLog(lake.logs, new_run_id(now), clock)
        log.write("replay started")
        with failure_logged(log):
            finish_restore(lake, catalogue, now, progress)
            done = replay(
                lake,
                catalogue,
                run_id=log.run_id,
                now=now,
                tables=wanted,
                with_closed=with_closed,
                progress=progress.step,
            )
        for table in done:
            log.write("table replayed", table=table.table, rows_replayed=table.replayed)
        log.write("replay ended")
    progress.clear()
    return ReplayReport(FORMAT_VERSION, str(lake.root), log.run_id, tuple(done), _exit_code(done))


def _exit_code(done: Sequence[ReplayedTable]) -> int:
    if any(table.failure for table in done):
        return EXIT_BUILD_FAILED
    still = any(table.waiting > table.replayed for table in done)
    return EXIT_SET_ASIDE if still else EXIT_OK


def replay_text(report: ReplayReport) -> str:
    """Return what was loaded and what still waits, as text."""
    return "\n".join(_lines(report))


def _lines(report: ReplayReport) -> Iterator[str]:
    replayed = sum(table.replayed for table in report.tables)
    waiting = sum(table.waiting - table.replayed for table in report.tables)
    yield f"{counted(replayed, 'record')} loaded from the quarantine; {waiting:,} still wait there."
    for table in report.tables:
        if table.failure:
            yield f"  {table.table}: not looked at: {table.failure}"
        elif table.waiting:
            batches = ", ".join(map(str, table.batches))
            into = f" as batch {batches}" if batches else ""
            yield f"  {table.table}: {table.replayed:,} of {table.waiting:,} loaded{into}"
    if waiting:
        yield "Why they wait: saleslake explain FILE. Not wanted any more: saleslake dismiss TABLE"
    if replayed:
        yield "Next: saleslake run"
