"""Maintenance, restore and diagnosis as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from command.columns import bytes_text, in_columns, safe
from command.formats import counted
from command.maintenance import Restoration
from ingest.ledger.events import DELETED
from maintenance.doctor import Diagnosis
from maintenance.maintain import Maintenance
from maintenance.restore_plan import FileOut, RestorePlan
from maintenance.table_check import Finding
from maintenance.upkeep import Upkeep

SHOWN_FILES = 20


def maintenance_text(result: Maintenance) -> str:
    """Return what maintenance did, or would do, to every table."""
    done = "would be" if result.dry_run else "were"
    lines = [
        f"saleslake maintain · files kept for {result.retention_days} days"
        + (" · dry run, nothing was changed" if result.dry_run else ""),
        "",
        *in_columns([_HEADER, *map(_upkeep, result.tables)], right=(1, 2, 3, 4)),
        "",
    ]
    lines += [f"REMOVED {safe(name)}: nothing makes it any more" for name in result.removed]
    lines += [f"kept    {safe(kept.name)}: {kept.reason}" for kept in result.kept]
    lines += [f"deleted {safe(path)}: left by an interrupted command" for path in result.leftovers]
    lines += [f"PROBLEM {table.table}: {safe(table.problem or '')}" for table in result.problems]
    lines.append(f"{bytes_text(result.bytes_freed)} {done} freed")
    return "\n".join(lines)


_HEADER = ("table", "files", "after", "freed", "log", "versions kept", "")


def _upkeep(table: Upkeep) -> tuple[str, ...]:
    if table.problem:
        return (table.table, "", "", "", "", "", "PROBLEM, see below")
    kept = f"{table.oldest_version} to {table.newest_version}"
    return (
        table.table,
        f"{table.files_before:,}",
        f"{table.files_after:,}",
        bytes_text(table.bytes_freed),
        f"{-table.log_entries_deleted:,}" if table.log_entries_deleted else "",
        kept if table.oldest_version is not None else "none",
        "checkpoint written" if table.has_checkpoint else "",
    )


def plan_text(plan: RestorePlan) -> str:
    """Return what a restore will do, before it does."""
    return "\n".join(_plan(plan))


def _plan(plan: RestorePlan) -> Iterator[str]:
    rows_now = "?" if plan.rows_now is None else f"{plan.rows_now:,}"
    rows_then = "?" if plan.rows_then is None else f"{plan.rows_then:,}"
    if plan.to_version is None:
        yield f"{plan.table} is taken out as a whole ({rows_now} rows)"
    else:
        yield (
            f"{plan.table}: as of version {plan.to_version} ({rows_then} rows); "
            f"its newest readable version is {plan.from_version} ({rows_now} rows)"
        )
    yield from (f"  moved to ops/damaged: {safe(name)}" for name in plan.moved_aside)
    yield from (f"  comes back: {safe(path)}" for path in plan.files_back[:SHOWN_FILES])
    yield from _more(len(plan.files_back))
    # What is lost comes first, and all of it: it is what a person decides by.
    for file in plan.lost_files:
        yield (
            f"  LOST {safe(file.path)} (batch {file.batch_id}, {file.rows:,} rows): "
            f"{_whereabouts(file)}"
        )
    if plan.records_to_quarantine:
        records = counted(plan.records_to_quarantine, "record")
        yield f"  back to the quarantine: {records} that a replay had loaded"
    if plan.unknown_batches:
        numbers = ", ".join(map(str, plan.unknown_batches))
        yield f"  the ledger gets to know as taken out: batch {numbers}"
    again = [file for file in plan.files_out if file.still_in_landing]
    for file in again[:SHOWN_FILES]:
        yield f"  taken out: {safe(file.path)} (batch {file.batch_id}, {file.rows:,} rows)"
    yield from _more(len(again))


def _whereabouts(file: FileOut) -> str:
    if file.archived_to is None:
        return "not in the landing folder any more"
    if file.archived_to == DELETED:
        return DELETED
    return f"moved by cloudFiles.cleanSource to {safe(file.archived_to)}"


def _more(count: int) -> Iterator[str]:
    if count > SHOWN_FILES:
        yield f"  and {count - SHOWN_FILES} more"


def restoration_text(result: Restoration, *, plan_was_shown: bool) -> str:
    """Return what a restore did, or would do."""
    if result.plan.does_nothing:
        return f"{result.plan.table} is as of version {result.plan.to_version}: nothing to do"
    lines = [] if plan_was_shown else list(_plan(result.plan))
    lines.append("restored" if result.is_done else "dry run, nothing was changed")
    return "\n".join([*lines, "", "Next", *(f"  - {step}" for step in result.next_steps)])


def diagnosis_text(result: Diagnosis) -> str:
    """Return every finding with what mends it, damage first."""
    lines = [f"saleslake doctor · {result.tables:,} tables, {result.data_files:,} data files"]
    for finding in result.findings:
        lines += ["", *_finding(finding)]
    damage = sum(finding.is_damage for finding in result.findings)
    verdict = "healthy" if result.is_healthy else f"DAMAGED: {damage} findings"
    return "\n".join([*lines, "", verdict])


def _finding(finding: Finding) -> Iterator[str]:
    version = "" if finding.version is None else f" version {finding.version}"
    yield f"{'DAMAGE' if finding.is_damage else 'note'}  {finding.table or 'the lake'}{version}"
    yield f"  problem  {safe(finding.problem)}"
    if finding.file:
        yield f"  file     {safe(finding.file)}"
    yield f"  repair   {safe(finding.repair)}"
