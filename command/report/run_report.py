"""The report of one run: what was read, built and found, and what to do next; as data.

terminal.py prints it and the lake keeps it as JSON under ops/reports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from command.build import TESTS, BuildResult, NodeOutcome
from command.json_output import as_json
from command.report.figures import Figures
from command.state import BuildPlan
from ingest.result import IngestResult, NotLoaded, TableResult
from saleslake.errors import EXIT_BUILD_FAILED, EXIT_OK, EXIT_SET_ASIDE
from saleslake.lake import Lake, is_delta_table, write_atomically
from saleslake.query import LakeQuery

LATEST = "latest.json"


@dataclass(frozen=True)
class TableReport:
    """What one delivered table got in this run, and what silver thinks of all its records.

    Attributes:
        landed: what this run landed.
        rows_rejected: records of it in the lake that silver rejected.
        values_repaired: values of it in the lake that silver repaired or flagged.
    """

    landed: TableResult
    rows_rejected: int
    values_repaired: int


@dataclass(frozen=True)
class BuildReport:
    """What dbt did: outcomes are counted by status, failures are listed."""

    kind: str
    reason: str
    seconds: float
    tables: Mapping[str, int]
    tests: Mapping[str, int]
    failures: tuple[NodeOutcome, ...]
    skipped: tuple[str, ...]
    nodes: tuple[NodeOutcome, ...]
    succeeded: bool


@dataclass(frozen=True)
class RunReport:
    """One run, whole. ``figures`` are those of the lake after it; None when gold is not there."""

    run_id: str
    started_at: datetime
    seconds: float
    engine: str
    lake: str
    landing: str
    landing_kind: str
    tables: tuple[TableReport, ...]
    ignored: tuple[NotLoaded, ...]
    set_aside: tuple[NotLoaded, ...]
    build: BuildReport
    figures: Figures | None
    exit_code: int
    next_steps: tuple[str, ...]


def build_report(plan: BuildPlan, result: BuildResult | None, seconds: float) -> BuildReport:
    """Sum a build up; a result of None is a build that had nothing to do."""
    nodes = result.nodes if result else ()
    tables = [node for node in nodes if node.kind not in TESTS]
    return BuildReport(
        kind=plan.kind,
        reason=plan.reason,
        seconds=round(seconds, 1),
        tables=dict(Counter(node.layer for node in tables if node.status == "success")),
        tests=dict(Counter(node.status for node in nodes if node.kind in TESTS)),
        failures=tuple(node for node in nodes if node.failed),
        skipped=tuple(node.name for node in nodes if node.status == "skipped"),
        nodes=nodes,
        succeeded=result is None or result.succeeded,
    )


def exit_code(build: BuildReport, ingested: IngestResult) -> int:
    """A table, model or test that failed counts more than a file that was set aside."""
    if not build.succeeded or ingested.anything_failed:
        return EXIT_BUILD_FAILED
    if ingested.anything_set_aside or no_file_matched(ingested):
        return EXIT_SET_ASIDE
    return EXIT_OK


def no_file_matched(ingested: IngestResult) -> bool:
    """Whether the landing folder holds files, and none of any table: a renamed export, say."""
    return bool(ingested.ignored) and not any(
        table.files_loaded or table.files_known or table.set_aside or table.duplicates
        for table in ingested.tables
    )


def next_steps(
    build: BuildReport, ingested: IngestResult, landing_kind: str, lake: Lake
) -> tuple[str, ...]:
    """Say what a person would do next, the most urgent first."""
    steps = []
    for node in build.failures[:5]:
        verb = "dbt test" if node.kind in TESTS else "dbt build"
        steps.append(f"look into {node.name}: {verb} --select {node.name}")
    if no_file_matched(ingested):
        steps.append("name the files as the catalogue does (ingest/catalogue): none matched")
    if any(table.failure for table in ingested.tables):
        steps.append("mend what stopped a table, then run again: its files are still waiting")
    if ingested.set_aside or any(table.set_aside for table in ingested.tables):
        steps.append("mend or remove the files that were set aside, then run again")
    steps += [
        f"look at the held back delivery; if it is right: saleslake accept {table.name}"
        for table in ingested.tables
        if any(not held.is_incomplete for held in table.held_back)
    ]
    if any(table.rows_quarantined for table in ingested.tables):
        steps.append(f"look at the records set aside: {lake.ops_table('quarantined_records')}")
    if any(table.new_columns for table in ingested.tables):
        steps.append("add the new columns to the catalogue and to their bronze model")
    if landing_kind == "sample":
        steps.append("try your own files: make run LANDING=<folder> LAKE=<another folder>")
    return tuple(steps or ["read the tables' documentation and lineage: make docs"])


def damage_steps(damaged: Sequence[str], moved_aside: Sequence[str]) -> list[str]:
    """Say what a person would do about damaged tables.

    Args:
        damaged: tables that are damaged now.
        moved_aside: damaged ones that this run built anew.
    """
    steps = [f"repair the damaged table {name}: saleslake doctor says how" for name in damaged]
    steps += [f"delete ops/damaged/{name} when nobody needs it" for name in moved_aside]
    return steps


def counts_by_table(lake: Lake, name: str) -> dict[str, int]:
    """Count the rows of a silver table by its table_name; empty while it does not exist."""
    path = lake.warehouse / "silver" / name
    if not is_delta_table(path):
        return {}
    rows = LakeQuery({"records": path}).rows(
        "select table_name, count(*) as row_count from records group by table_name"
    )
    return {row.text("table_name"): row.whole("row_count") for row in rows}


def write_report(lake: Lake, report: RunReport) -> Path:
    """Keep the report under its run id, and as the latest one; return the former's path."""
    text = as_json(report)
    path = lake.reports / f"{report.run_id}.json"
    write_atomically(path, text)
    write_atomically(lake.reports / LATEST, text)
    return path
