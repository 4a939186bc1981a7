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
    exit_code,
    next_steps,
    write_report,
)
from command.state import BuildPlan, current_state, plan_build, state_after
from engine.java import require_java
from ingest.catalogue import Catalogue, load_catalogue
from ingest.loader import ingest
from ingest.result import IngestResult
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


def run(settings: Settings, progress: Progress, clock: Clock = utc_now) -> RunReport:
    """Land the files, build the lake, and report.

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
    with lake.lock():
        log = RunLog(lake.logs, new_run_id(started_at), clock)
        log.write("run started", engine=settings.engine, landing_kind=landing.kind)
        ingested = land(landing, lake, catalogue, progress, log)
        plan, result, seconds = _build(settings, lake, progress, log)
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
            next_steps=next_steps(built, ingested, landing.kind, lake),
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


def _build(
    settings: Settings, lake: Lake, progress: Progress, log: RunLog
) -> tuple[BuildPlan, BuildResult | None, float]:
    """Build what the plan says and record what came of it, so that the next run knows.

    A full build in which a table failed or was skipped is not recorded: the next one is full too.
    """
    before = current_state(settings.project, lake, settings.engine)
    plan = plan_build(read_state(lake), before)
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
