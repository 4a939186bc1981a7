"""The sentence that a report begins with."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reports import BUILT, FAILED, PASSED

from command.build import BuildResult, NodeOutcome
from command.report.verdict import verdict
from command.state import BuildPlan
from ingest.result import HeldBack, IngestResult, NotLoaded, TableResult

PLAN = BuildPlan("incremental", "there are new files")


def said(*nodes: NodeOutcome, landed: TableResult | None = None, no_match: bool = False) -> str:
    result = BuildResult(nodes, succeeded=not any(node.failed for node in nodes))
    ignored = [NotLoaded("x.csv", "matches no catalogue pattern")] if no_match else []
    ingested = IngestResult("run-1", tables=[landed] if landed else [], ignored=ignored)
    return verdict(PLAN, result, ingested)


def test_all_is_well() -> None:
    assert said(BUILT, PASSED, PASSED) == "1 table built, all 2 tests passed."


def test_nothing_to_do() -> None:
    plan = BuildPlan("nothing", "no file is new")
    words = verdict(plan, None, IngestResult("run-1"))
    assert words == "Nothing to do: no file is new."


def test_what_failed_is_counted_by_kind() -> None:
    model = replace(BUILT, status="error")
    landed = TableResult("crm", "cust_info", failure="no space left on device")
    assert said(model, FAILED, FAILED) == "1 model and 2 tests failed."
    assert said(model, FAILED, landed=landed) == "1 landing, 1 model and 1 test failed."


def test_a_build_that_failed_without_a_node_is_no_success() -> None:
    result = BuildResult((BUILT,), succeeded=False)
    words = verdict(PLAN, result, IngestResult("run-1"))
    assert words == "The build failed."


@pytest.mark.parametrize(
    ("landed", "words"),
    [
        ({"set_aside": [NotLoaded("a", "b")]}, "1 file set aside."),
        ({"rows_quarantined": 1_234}, "1,234 records set aside."),
        (
            {"set_aside": [NotLoaded("a", "b")] * 2, "rows_quarantined": 1},
            "2 files and 1 record set aside.",
        ),
        ({"held_back": [HeldBack("a", "b", False)]}, "1 delivery held back."),
    ],
)
def test_what_waits_for_somebody(landed: dict[str, object], words: str) -> None:
    table = TableResult("crm", "cust_info")
    for name, value in landed.items():
        setattr(table, name, value)
    assert said(BUILT, PASSED, landed=table) == f"1 table built, 1 test passed; {words}"
    assert said(BUILT, FAILED, landed=table) == f"1 test failed; {words}"


def test_a_folder_without_any_known_file_is_said() -> None:
    assert "no file in the landing folder is one of the catalogue's" in said(BUILT, no_match=True)
