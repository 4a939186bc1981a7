"""The main job: files in the landing folder to a tested star schema, and the report of it.

Everything that can be wrong with settings is found before a byte is written; then the lake is
locked, files are landed, and dbt builds what the files or the project's own changes call for.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime

from command.build import BuildResult, build
from command.landing import Landing, choose_landing, write_sample
from command.logs import RunLog
from command.progress import Progress
from command.report.figures import read_figures
from command.report.run_report import (
    RunReport,
    TableReport,
    build_report,
    counts_by_table,
    damage_steps,
    exit_code,
    next_steps,
    write_report,
)
from command.state import BuildPlan, current_state, plan_build, state_after
from engine.java import require_java
from ingest.catalogue import Catalogue, load_catalogue
from ingest.loader import ingest
from ingest.result import IngestResult
from maintenance.damage import causes_named, damaged_tables, move_damaged_aside
from saleslake.build_state import forget_state, read_state, write_state
from saleslake.lake import Lake
from saleslake.settings import Settings

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def new_run_id(now: datetime) -> str:
    """Return an id that sorts by time and differs between processes."""
    return f"{now:%Y%m%dT%H%M%SZ}-{os.getpid()}"


def run(
    settings: Settings, progress: Progress, clock: Clock = utc_now, *, full_refresh: bool = False
) -> RunReport:
    """Land the files, build the lake, and report.

    Args:
        settings: of this run.
        progress: told what is being done.
        clock: tells the time, with a zone.
        full_refresh: build every table again from raw, also what is damaged or seems up to date.

    Raises:
        SaleslakeError: a setting, the catalogue, the landing folder, the lake or the engine
            cannot be used; nothing that was in the lake before is lost.
    """
    started, started_at = time.monotonic(), clock()
    lake = Lake(settings.lake)
    catalogue = load_catalogue(settings.catalogue)
    landing = choose_landing(settings, lake)
    if settings.engine == "spark":
        require_java()
    with lake.lock(), causes_named(lake):
        log = RunLog(lake.logs, new_run_id(started_at), clock)
        log.write("run started", engine=settings.engine, landing_kind=landing.kind)
        _finish_restore(lake, catalogue, started_at, progress)
        moved_aside = _start_anew(lake, log) if full_refresh else []
        ingested = land(landing, lake, catalogue, progress, log)
        plan, result, seconds = _build(settings, lake, progress, log, full_refresh=full_refresh)
        damaged = _damage_behind(ingested, result, lake)
        progress.step("Reading the figures")
        rejected = counts_by_table(lake, "silver_conformed__rejected_records")
        repaired = counts_by_table(lake, "silver_conformed__repaired_values")
        built = build_report(plan, result, seconds)
        report = RunReport(
            run_id=log.run_id,
            started_at=started_at,
            seconds=round(time.monotonic() - started, 1),
            engine=settings.engine,
            lake=str(lake.root),
            landing=str(landing.folder),
            landing_kind=landing.kind,
            tables=tuple(
                TableReport(table, rejected.get(table.name, 0), repaired.get(table.name, 0))
                for table in ingested.tables
            ),
            ignored=tuple(ingested.ignored),
            set_aside=tuple(ingested.set_aside),
            build=built,
            figures=read_figures(lake),
            exit_code=exit_code(built, ingested),
            next_steps=(
                *damage_steps(damaged, moved_aside),
                *next_steps(built, ingested, landing.kind, lake),
            ),
        )
        write_report(lake, report)
        log.write("run ended", exit_code=report.exit_code, seconds=report.seconds)
    progress.clear()
    return report


def land(
    landing: Landing, lake: Lake, catalogue: Catalogue, progress: Progress, log: RunLog
) -> IngestResult:
    """Land the new files of a chosen landing folder; the caller holds the lake's lock.

    Raises:
        SaleslakeError: the lake cannot be written, or holds the other kind of data.
    """
    lake.mark(landing.kind)
    if landing.kind == "sample":
        progress.step("Writing sample files")
        write_sample(landing.folder)
    progress.step("Landing files")
    result = ingest(
        landing.folder,
        lake,
        catalogue,
        run_id=log.run_id,
        now=utc_now(),
        progress=progress.step,
    )
    for table in result.tables:
        log.write(
            "table landed",
            table=table.name,
            files=table.files_loaded,
            rows_read=table.rows_read,
            rows_loaded=table.rows_loaded,
            rows_quarantined=table.rows_quarantined,
            files_set_aside=len(table.set_aside),
            failure=table.failure,
        )
    return result


def _finish_restore(lake: Lake, catalogue: Catalogue, now: datetime, progress: Progress) -> None:
    """Finish a restore that was interrupted, before anything is made of it."""
    if lake.pending_restore.exists():
        from maintenance.restore import finish_pending  # lazy: seldom needed

        finish_pending(lake, catalogue, now, progress.step)


def _start_anew(lake: Lake, log: RunLog) -> list[str]:
    """Forget the last build, and move tables out of the way that could not be built over."""
    forget_state(lake)
    moved = move_damaged_aside(lake, log.run_id)
    for table in moved:
        log.write("damaged table moved aside", table=table)
    return moved


def _damage_behind(ingested: IngestResult, result: BuildResult | None, lake: Lake) -> list[str]:
    """Return the damaged tables, if a table failed; they may be what it failed of."""
    if not ingested.anything_failed and (result is None or result.tables_complete):
        return []
    return [table.full_name for table, _ in damaged_tables(lake)]


def _build(
    settings: Settings, lake: Lake, progress: Progress, log: RunLog, *, full_refresh: bool
) -> tuple[BuildPlan, BuildResult | None, float]:
    """Build what the plan says and record what came of it, so that the next run knows.

    A full build in which a table failed or was skipped is not recorded: the next one is full too.
    """
    before = current_state(settings.project, lake, settings.engine)
    plan = plan_build(read_state(lake), before)
    if full_refresh:
        plan = BuildPlan("full", "asked for by --full-refresh")
    log.write("build planned", kind=plan.kind, reason=plan.reason)
    if plan.kind == "nothing":
        return plan, None, 0.0
    if plan.kind == "full":
        forget_state(lake)
    started = time.monotonic()
    label = f"Building and testing on {settings.engine}"
    progress.step(label)
    result = build(
        settings.project,
        lake,
        settings.engine,
        full_refresh=plan.kind == "full",
        on_progress=lambda done, total: progress.count(label, done, total),
    )
    for node in result.nodes:
        log.write(
            "node built",
            node=node.name,
            kind=node.kind,
            status=node.status,
            seconds=node.seconds,
            message=node.message,
        )
    if result.tables_complete or plan.kind == "incremental":
        write_state(lake, state_after(before, lake, succeeded=result.succeeded))
    return plan, result, time.monotonic() - started
