"""The main job: files in the landing folder to a tested star schema, and the report of it.

Everything that can be wrong with settings is found before a byte is written; then the lake is
locked, files are landed, and dbt builds what the files or the project's own changes call for.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from datetime import datetime

from command.build import BuildResult, build
from command.json_output import FORMAT_VERSION
from command.land import Clock, failure_logged, finish_restore, land, utc_now
from command.landing import Landing, choose_landing
from command.logs import RunLog
from command.progress import Progress
from command.report.comparison import compare
from command.report.figures import read_figures
from command.report.lake_tables import read_tables
from command.report.page import write_page
from command.report.past_run import read_past_run
from command.report.run_report import (
    LATEST,
    RunReport,
    build_report,
    damage_steps,
    exit_code,
    next_steps,
    table_reports,
    write_report,
)
from command.report.unclean import read_unclean
from command.report.verdict import verdict
from command.report.versions import versions_of
from command.state import BuildPlan, current_state, plan_build, state_after
from engine.java import require_java
from ingest.catalogue.entries import load_catalogue
from ingest.planning import Wanted, every_file
from ingest.result import IngestResult
from maintenance.damage import causes_named, damaged_tables, move_damaged_aside
from saleslake.build_state import forget_state, read_state, write_state
from saleslake.lake import Lake
from saleslake.settings import Settings

BuildOutcome = tuple[BuildPlan, BuildResult | None, float]
"""What was planned, what came of it (None: there was nothing to do), and the seconds it took."""


def new_run_id(now: datetime) -> str:
    """Return an id that sorts by time and differs between processes."""
    return f"{now:%Y%m%dT%H%M%SZ}-{os.getpid()}"


@dataclass(frozen=True)
class Start:
    """When a run began.

    Attributes:
        run_id: its id.
        at: the time, UTC.
        monotonic: the same in seconds of a clock that is never set.
    """

    run_id: str
    at: datetime
    monotonic: float

    @classmethod
    def now(cls, clock: Clock) -> Start:
        """Begin a run now."""
        at = clock()
        return cls(new_run_id(at), at, time.monotonic())


def run(
    settings: Settings,
    progress: Progress,
    clock: Clock = utc_now,
    *,
    full_refresh: bool = False,
    wanted: Wanted = every_file,
) -> RunReport:
    """Land the files, build the lake, and report.

    Args:
        settings: of this run.
        progress: told what is being done.
        clock: tells the time, with a zone.
        full_refresh: build every table again from raw, also what is damaged or seems up to date.
        wanted: see ``ingest.loader.ingest``.

    Raises:
        SaleslakeError: a setting, the catalogue, the landing folder, the lake or the engine
            cannot be used; nothing that was in the lake before is lost.
    """
    start = Start.now(clock)
    lake = Lake(settings.lake)
    catalogue = load_catalogue(settings.catalogue)
    landing = choose_landing(settings, lake)
    if settings.engine == "spark":
        require_java()
    with lake.lock(), causes_named(lake):
        log = RunLog(lake.logs, start.run_id, clock)
        log.write("run started", engine=settings.engine, landing_kind=landing.kind)
        with failure_logged(log):
            finish_restore(lake, catalogue, start.at, progress)
            moved_aside = _start_anew(lake, log) if full_refresh else []
            ingested = land(landing, lake, catalogue, progress, log, wanted=wanted)
            build_outcome = _build(settings, lake, progress, log, full_refresh=full_refresh)
            progress.step("Writing the report")
            steps = damage_steps(_damage_behind(ingested, build_outcome[1], lake), moved_aside)
            report = _report(settings, landing, ingested, build_outcome, start)
            report = replace(report, next_steps=(*steps, *report.next_steps))
            write_report(lake, report)
            write_page(lake, report)
        log.write("run ended", exit_code=report.exit_code, seconds=report.seconds)
    progress.clear()
    return report


def _report(
    settings: Settings,
    landing: Landing,
    ingested: IngestResult,
    build_outcome: BuildOutcome,
    start: Start,
) -> RunReport:
    """Sum a run up, with what is in the lake now."""
    lake = Lake(settings.lake)
    plan, result, seconds = build_outcome
    built = build_report(plan, result, seconds)
    figures, tables, unclean = read_figures(lake), read_tables(lake), read_unclean(lake)
    waiting = sum(reason.count for reason in unclean.quarantined)
    before = read_past_run(lake.reports / LATEST)
    return RunReport(
        format_version=FORMAT_VERSION,
        verdict=verdict(plan, result, ingested),
        run_id=start.run_id,
        started_at=start.at,
        seconds=round(time.monotonic() - start.monotonic, 1),
        engine=settings.engine,
        versions=versions_of(settings.engine),
        lake=str(lake.root),
        landing=str(landing.folder),
        landing_kind=landing.kind,
        tables=table_reports(ingested, unclean),
        ignored=tuple(ingested.ignored),
        set_aside=tuple(ingested.set_aside),
        build=built,
        figures=figures,
        lake_tables=tables,
        unclean=unclean,
        changes=compare(before, figures, tables),
        exit_code=exit_code(ingested, build_succeeded=built.succeeded),
        next_steps=next_steps(built, ingested, landing.kind, waiting),
    )


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
) -> BuildOutcome:
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
    result = build(
        settings.project,
        lake,
        settings.engine,
        full_refresh=plan.kind == "full",
        on_progress=lambda done, total: progress.count(label, done, total),
        on_step=progress.step,
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
