"""Maintenance, restore and diagnosis as jobs: settings in, a result out.

Everything that can be wrong with what was asked for is found before a byte is written; what writes
holds the lake's lock and first finishes a restore that was interrupted.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from command.land import Clock, utc_now
from command.landing import sample_landing
from command.progress import Progress
from command.project_tables import project_tables
from command.run import new_run_id
from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue
from ingest.files.discovery import DeliveredFile, discover
from ingest.ledger.table import Ledger
from maintenance.doctor import Diagnosis, diagnose
from maintenance.maintain import Maintainer, Maintenance
from maintenance.raw_batches import existing_ledger, raw_name
from maintenance.restore import finish_pending, read_intent
from maintenance.restore import restore as restore_table
from maintenance.restore_plan import Kind, RestorePlan, plan_restore
from maintenance.retention import check_retention
from maintenance.tables import RAW, SNAPSHOTS, existing_lake, find_table, table_of_name
from maintenance.upkeep import Rules
from saleslake.errors import PendingRestoreError
from saleslake.lake import Lake, LakeTable
from saleslake.settings import Settings


def maintain(  # noqa: PLR0913 - one for each option
    settings: Settings,
    progress: Progress,
    *,
    retention_days: int,
    force_short_retention: bool,
    dry_run: bool,
    clock: Clock = utc_now,
) -> Maintenance:
    """Compact, delete what has expired, and remove what nothing makes any more.

    Raises:
        SaleslakeError: the retention is too short, the lake or the project cannot be used, or the
            disk is full; every table is as readable as before.
    """
    check_retention(retention_days, force=force_short_retention)
    lake = existing_lake(settings.lake)
    catalogue = load_catalogue(settings.catalogue)
    with lake.lock():
        _finish_or_refuse(lake, catalogue, clock(), progress, dry_run=dry_run)
        progress.step("Reading the dbt project")
        project = project_tables(settings.project, lake, settings.engine, catalogue)
        rules = Rules(retention_days, clock(), dry_run)
        progress.step("Maintaining tables")
        result = Maintainer(lake, project, rules, progress.count).run()
    progress.clear()
    return result


def diagnose_lake(settings: Settings, progress: Progress, clock: Clock = utc_now) -> Diagnosis:
    """Check a lake from top to bottom; nothing is changed.

    Raises:
        SaleslakeError: there is no lake, it is of a newer version, or in use.
    """
    lake = existing_lake(settings.lake)
    catalogue = load_catalogue(settings.catalogue)
    with lake.lock():
        title = "Checking tables"
        progress.step(title)
        result = diagnose(
            lake, catalogue, clock(), lambda done, total: progress.count(title, done, total)
        )
    progress.clear()
    if lake.root == settings.default_lake:
        return result
    findings = [replace(one, repair=of_lake(one.repair, lake.root)) for one in result.findings]
    return replace(result, findings=tuple(findings))


def of_lake(text: str, lake: Path) -> str:
    """Return a text in which every command that it names says of which lake."""
    return re.sub(
        r"\bsaleslake ([a-z]+(?:-[a-z]+)*)",
        lambda found: f"saleslake {found[1]} --lake {shlex.quote(str(lake))}",
        text,
    )


@dataclass(frozen=True)
class Restoration:
    """A restore: what it does, and whether it was done.

    Attributes:
        plan: what it does.
        is_done: false for a dry run, and where there was nothing to do.
        next_steps: what follows from it, in words.
    """

    plan: RestorePlan
    is_done: bool
    next_steps: tuple[str, ...]


def restore(  # noqa: PLR0913 - one for each option
    settings: Settings,
    progress: Progress,
    name: str,
    wanted: int | datetime | None,
    *,
    dry_run: bool,
    confirm: Callable[[RestorePlan], None],
    clock: Clock = utc_now,
) -> Restoration:
    """Take a table back to an earlier version, and the ledger with a raw one.

    Args:
        settings: of this command; their landing folder says which files can be loaded again.
        progress: told what is being done.
        name: of the table, such as ``gold.dim_customer``.
        wanted: a version, a moment, or None to load a raw table again from the landing folder.
        dry_run: only find out what would happen.
        confirm: told what will happen before anything does; raises to stop it.
        clock: tells the time, with a zone.

    Raises:
        SaleslakeError: the table or the version is not there, or something would be lost.
    """
    now = clock()
    lake = existing_lake(settings.lake)
    catalogue = load_catalogue(settings.catalogue)
    with lake.lock():
        _finish_or_refuse(lake, catalogue, now, progress, dry_run=dry_run)
        ledger = existing_ledger(lake, catalogue, now) if name.startswith(RAW) else None
        table = _table_to_restore(lake, name, wanted, ledger)
        progress.step(f"Looking at {table.full_name}")
        delivered = delivered_files(settings, lake, catalogue) if name.startswith(RAW) else []
        plan = plan_restore(lake, table, wanted, ledger, delivered)
        is_done = not (dry_run or plan.does_nothing)
        progress.clear()
        if is_done:
            confirm(plan)
            progress.step(f"Restoring {table.full_name}")
            restore_table(lake, catalogue, plan, new_run_id(now), now)
    progress.clear()
    return Restoration(plan, is_done, tuple(after_restore(plan)))


def _finish_or_refuse(
    lake: Lake, catalogue: Catalogue, now: datetime, progress: Progress, *, dry_run: bool
) -> None:
    """Finish an interrupted restore; a dry run, which may change nothing, cannot go on from one."""
    if dry_run and read_intent(lake) is not None:
        raise PendingRestoreError(lake.root)
    if not dry_run:
        finish_pending(lake, catalogue, now, progress.step)


def _table_to_restore(
    lake: Lake, name: str, wanted: int | datetime | None, ledger: Ledger | None
) -> LakeTable:
    """Find a table; one that is to be loaded from the landing folder may be gone itself."""
    if wanted is None and name.startswith(RAW):
        table = table_of_name(lake, name)
        raw = raw_name(table)
        if table.path.exists() or (ledger and ledger.history(raw.source, raw.table)):
            return table
    return find_table(lake, name)


def delivered_files(settings: Settings, lake: Lake, catalogue: Catalogue) -> list[DeliveredFile]:
    """List what lies in the folder that the lake's next run lands."""
    folder = settings.landing
    if lake.kind() == "sample" and not settings.landing_given:
        folder = sample_landing(lake)
    return discover(folder, catalogue) if folder.is_dir() else []


def after_restore(plan: RestorePlan) -> list[str]:
    """Say what follows from a restore. Pure."""
    if plan.does_nothing:
        return []
    if plan.kind is Kind.OPS:
        return ["saleslake doctor: do the raw tables still agree with the ledger?"]
    if plan.table.startswith(f"{SNAPSHOTS}."):
        return ["the next saleslake run goes on from this version: no build makes snapshots again"]
    if plan.kind is Kind.WAREHOUSE:
        return [
            f"the next saleslake run builds all tables again from raw, and {plan.table} with them; "
            "to keep the old rows, write them to a file first: saleslake as-of --output"
        ]
    steps = []
    again = len(plan.files_out) - len(plan.lost_files)
    if again:
        steps.append(f"the next saleslake run loads {again} of the files again, as a new batch")
    moved = len(plan.archived_files)
    if moved:
        steps.append(
            f"put {moved} of the files back, each from where cloudFiles.cleanSource moved it, with "
            "its time (cp -p), and the next saleslake run loads them again"
        )
    count = len(plan.lost_files) - moved
    if count:
        steps.append(f"{count} of the files are in the lake again when they are delivered again")
    return [*steps, "the next saleslake run builds all tables again from raw"]
