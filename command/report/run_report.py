"""The report of one run: what was read, built and found, and what to do next; as data.

terminal.py prints it; the lake keeps it under ops/reports as JSON and as the page of page.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from command.build import TESTS, BuildResult, NodeOutcome
from command.json_output import as_json
from command.report.comparison import Comparison
from command.report.figures import Figures
from command.report.lake_tables import TableState
from command.report.unclean import Unclean, count_of
from command.state import BuildPlan
from ingest.result import IngestResult, NotLoaded, TableResult
from saleslake.errors import EXIT_BUILD_FAILED, EXIT_OK, EXIT_SET_ASIDE
from saleslake.lake import Lake, write_atomically

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
    """One run, whole.

    Attributes:
        format_version: of this document, as JSON.
        verdict: how it went, in a sentence.
        run_id: sorts by time.
        started_at: UTC.
        seconds: how long it took.
        engine: what ran the SQL.
        versions: of saleslake and what it stands on, by name.
        lake: the lake's folder.
        landing: the landing folder.
        landing_kind: real or sample.
        tables: the delivered tables.
        ignored: files that are no delivered data.
        set_aside: files of no known table that could not be read.
        build: what dbt did.
        figures: the headline figures after it; None while gold is not there.
        lake_tables: every table of the lake after it.
        unclean: what is not clean in the lake after it.
        changes: what is different since the run before; None for the first one.
        exit_code: of the process.
        next_steps: what a person would do next, the most urgent first.
    """

    format_version: int
    verdict: str
    run_id: str
    started_at: datetime
    seconds: float
    engine: str
    versions: Mapping[str, str]
    lake: str
    landing: str
    landing_kind: str
    tables: tuple[TableReport, ...]
    ignored: tuple[NotLoaded, ...]
    set_aside: tuple[NotLoaded, ...]
    build: BuildReport
    figures: Figures | None
    lake_tables: tuple[TableState, ...]
    unclean: Unclean
    changes: Comparison | None
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


def exit_code(ingested: IngestResult, *, build_succeeded: bool = True) -> int:
    """A table, model or test that failed counts more than a file that was set aside."""
    if not build_succeeded or ingested.anything_failed:
        return EXIT_BUILD_FAILED
    if ingested.anything_set_aside or ingested.no_file_matched:
        return EXIT_SET_ASIDE
    return EXIT_OK


def next_steps(
    build: BuildReport, ingested: IngestResult, landing_kind: str, waiting: int
) -> tuple[str, ...]:
    """Say what a person would do next, the most urgent first.

    Args:
        build: what dbt did.
        ingested: what was landed.
        landing_kind: sample or real.
        waiting: how many records wait in the quarantine, of this run or an earlier one.
    """
    steps = []
    for node in build.failures[:5]:
        verb = "dbt test" if node.kind in TESTS else "dbt build"
        steps.append(f"look into {node.name}: {verb} --select {node.name}")
    if ingested.no_file_matched:
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
    if waiting:
        steps.append(
            f"{waiting:,} {'records wait' if waiting > 1 else 'record waits'} in quarantine; look: "
            "saleslake as-of now --table ops.quarantined_records; after a fix of the catalogue: "
            "saleslake replay"
        )
    if any(table.new_columns for table in ingested.tables):
        steps.append("add the new columns to the catalogue and to their bronze model")
    if landing_kind == "sample":
        steps.append("try your own files: make run LANDING=<folder> LAKE=<another folder>")
    return tuple(steps or ["read the tables' documentation and lineage: make docs"])


def table_reports(ingested: IngestResult, unclean: Unclean) -> tuple[TableReport, ...]:
    """Put beside what was landed what silver thinks of it."""
    return tuple(
        TableReport(
            table, count_of(unclean.rejected, table.name), count_of(unclean.repaired, table.name)
        )
        for table in ingested.tables
    )


def damage_steps(damaged: Sequence[str], moved_aside: Sequence[str]) -> list[str]:
    """Say what a person would do about damaged tables.

    Args:
        damaged: tables that are damaged now.
        moved_aside: damaged ones that this run built anew.
    """
    steps = [f"repair the damaged table {name}: saleslake doctor says how" for name in damaged]
    steps += [f"delete ops/damaged/{name} when nobody needs it" for name in moved_aside]
    return steps


def write_report(lake: Lake, report: RunReport) -> Path:
    """Keep the report under its run id, and as the latest one; return the former's path."""
    text = as_json(report)
    path = lake.reports / f"{report.run_id}.json"
    write_atomically(path, text)
    write_atomically(lake.reports / LATEST, text)
    return path
