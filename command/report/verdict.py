"""The one sentence that says how a run went; every form of the report begins with it."""

from __future__ import annotations

from collections.abc import Sequence

from command.build import TESTS, BuildResult, NodeOutcome
from command.formats import counted
from command.state import BuildPlan
from ingest.result import IngestResult


def verdict(plan: BuildPlan, result: BuildResult | None, ingested: IngestResult) -> str:
    """Say how a run went: what failed, else what was done and what was set aside."""
    failed = _failed(result, ingested)
    parts = [f"{_listed(failed)} failed" if failed else _done(plan, result)]
    if ingested.no_file_matched:
        parts.append("no file in the landing folder is one of the catalogue's")
    aside = _aside(ingested)
    if aside:
        parts.append(f"{_listed(aside)} set aside")
    held_back = sum(len(table.held_back) for table in ingested.tables)
    if held_back:
        parts.append(f"{counted(held_back, 'delivery', 'deliveries')} held back")
    return f"{'; '.join(parts)}."


def _failed(result: BuildResult | None, ingested: IngestResult) -> list[str]:
    nodes = [node for node in (result.nodes if result else ()) if node.failed]
    tests = sum(node.kind in TESTS for node in nodes)
    tables = sum(bool(table.failure) for table in ingested.tables)
    parts = [(tables, "landing"), (len(nodes) - tests, "model"), (tests, "test")]
    failed = [counted(count, noun) for count, noun in parts if count]
    return failed or (["The build"] if result and not result.succeeded else [])


def _aside(ingested: IngestResult) -> list[str]:
    files = len(ingested.set_aside) + sum(len(table.set_aside) for table in ingested.tables)
    records = sum(table.rows_quarantined for table in ingested.tables)
    aside = [counted(files, "file")] if files else []
    return aside + ([counted(records, "record")] if records else [])


def _done(plan: BuildPlan, result: BuildResult | None) -> str:
    if result is None:
        return f"Nothing to do: {plan.reason}"
    tests = _passed(result.nodes)
    tables = sum(node.kind not in TESTS and node.status == "success" for node in result.nodes)
    return f"{counted(tables, 'table')} built, {tests}"


def _passed(nodes: Sequence[NodeOutcome]) -> str:
    tests = [node for node in nodes if node.kind in TESTS]
    passed = sum(node.status == "pass" for node in tests)
    if passed == len(tests):
        return f"{'all ' if passed > 1 else ''}{counted(passed, 'test')} passed"
    return f"{passed:,} of {counted(len(tests), 'test')} passed"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
