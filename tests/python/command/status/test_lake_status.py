"""A lake's status: runs that left no report, the next run's plan, and the text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ingest_bench import EVERYTHING, Bench

from command.json_output import FORMAT_VERSION
from command.logs import RunLog
from command.report.lake_tables import TableState
from command.report.notes import Note
from command.report.past_run import PastNode, PastRun
from command.report.unclean import ReasonCount, Unclean
from command.state import BuildPlan
from command.status.lake_status import (
    LakeStatus,
    LastRun,
    landing_folder,
    plan_next_run,
    read_status,
)
from command.status.runs import UnreportedRun, last_unreported
from command.status.terminal import render
from command.status.waiting import LandingStatus
from saleslake.lake import Lake, LockHolder
from saleslake.settings import Settings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOTHING = BuildPlan("nothing", "no file is new")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    lake.prepare()
    return lake


def log(lake: Lake, run_id: str, *events: str, **fields: str) -> None:
    writer = RunLog(lake.logs, run_id, lambda: NOW)
    for event in events:
        writer.write(event, **fields)


def test_a_run_that_was_killed_stopped_or_failed_is_found(lake: Lake) -> None:
    log(lake, "2026-1-10", "run started", "run ended")
    assert last_unreported(lake, "2026-1-10", None) is None
    log(lake, "2026-2-11", "run started", "build planned")
    assert last_unreported(lake, "2026-1-10", None) == UnreportedRun("2026-2-11", NOW, "killed", "")
    log(lake, "2026-3-12", "run started", "run stopped")
    found = last_unreported(lake, "2026-1-10", None)
    assert found is not None
    assert (found.run_id, found.outcome) == ("2026-3-12", "stopped")
    log(lake, "2026-4-13", "run started")
    log(lake, "2026-4-13", "run failed", message="dbt could not load the project")
    found = last_unreported(lake, "2026-1-10", None)
    assert found is not None
    assert (found.outcome, found.message) == ("failed", "dbt could not load the project")


def test_a_run_under_way_and_other_commands_are_no_lost_runs(lake: Lake) -> None:
    log(lake, "2026-2-11", "run started", "build planned")
    log(lake, "2026-3-12", "vacuum started")
    assert last_unreported(lake, "", LockHolder(11, NOW)) is None
    (lake.logs / "2026-4-13.jsonl").write_text("{half a li", encoding="utf-8")
    found = last_unreported(lake, "", None)
    assert found is not None
    assert found.run_id == "2026-2-11"


def test_what_waits_makes_the_next_run_incremental() -> None:
    waiting = LandingStatus("/landing", files_waiting=2)
    assert plan_next_run(NOTHING, LandingStatus("/landing", 6)) == NOTHING
    assert plan_next_run(NOTHING, waiting).kind == "incremental"
    assert plan_next_run(NOTHING, LandingStatus(None, files_unfinished=1)).kind == "incremental"
    full = BuildPlan("full", "the project changed")
    assert plan_next_run(full, waiting) == full


def test_the_landing_folder_is_the_named_one_else_the_last_one(tmp_path: Path) -> None:
    past = PastRun("run-1", NOW, 1.0, "embedded", 0, Path("/last"))
    named = Settings.from_environment({}, landing=str(tmp_path / "named"))
    assert landing_folder(named, past) == tmp_path / "named"
    unnamed = replace(Settings.from_environment({}), landing=tmp_path / "landing")
    assert landing_folder(unnamed, past) == Path("/last")
    assert landing_folder(unnamed, None) is None
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "file.csv").touch()
    assert landing_folder(unnamed, None) == tmp_path / "landing"


def test_a_lake_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    settings = Settings.from_environment({}, lake=str(tmp_path / "lake"))
    status = read_status(settings)
    assert (status.exists, status.tables, status.last_run) == (False, (), None)
    assert "does not exist yet" in " ".join(render(status).split())
    assert "saleslake run" in render(status)
    assert not (tmp_path / "lake").exists()


def test_a_lake_that_was_only_landed(tmp_path: Path) -> None:
    bench = Bench(tmp_path, EVERYTHING)
    bench.write(
        "crm/cust_info.csv",
        ",".join(EVERYTHING.tables[0].columns) + "\n1,A,B,C,M,F,2026-01-01\n1,2\n",
    )
    bench.write("erp/LOC_A101.csv", b"%PDF-1.7")
    bench.lake.prepare()
    bench.lake.mark("real")
    bench.ingest()
    settings = Settings.from_environment({}, landing=str(bench.landing), lake=str(bench.lake.root))
    status = read_status(settings)
    assert (status.kind, status.next_run.kind, status.landing.files_known) == ("real", "full", 2)
    assert [(r.table, r.reason_code, r.count) for r in status.unclean.quarantined] == [
        ("crm.cust_info", "field_count", 1)
    ]
    assert [note.subject for note in status.set_aside] == ["erp/LOC_A101.csv"]
    rows = {table.full_name: table.rows for table in status.tables}
    assert rows["raw_crm.cust_info"] == 1
    assert status.nothing_delivered[:3] == ("crm.prd_info", "crm.sales_details", "erp.cust_az12")
    assert not {"crm.cust_info", "erp.loc_a101"} & set(status.nothing_delivered)  # one set aside
    text = render(status)
    assert "  nothing delivered yet: crm (2 tables), erp (2)" in text
    assert "raw_crm.cust_info" in text
    assert "raw_crm.prd_info" not in text
    assert "raw_crm.prd_info" in rows  # JSON lists it
    for words in ("Files set aside: 1", "field_count 1", "none has left a report", "full build"):
        assert words in text


def test_a_damaged_table_is_named_and_the_rest_is_said(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n2\n")
    bench.lake.prepare()
    bench.lake.mark("real")
    bench.ingest()
    for name in ("ingested_files", "quarantined_records"):
        for commit in (bench.lake.ops_table(name) / "_delta_log").glob("*.json"):
            commit.write_text("{not json", encoding="utf-8")
    settings = Settings.from_environment({}, landing=str(bench.landing), lake=str(bench.lake.root))
    status = read_status(settings)
    problems = {table.name for table in status.tables if table.problem}
    assert problems == {"ingested_files", "quarantined_records"}
    assert {table.name: table.rows for table in status.tables}["loc_a101"] == 1
    assert (status.unclean, status.landing.files_waiting) == (Unclean(), 1)
    assert "ops.ingested_files, ops.quarantined_records: saleslake doctor" in render(status)


def full_status() -> LakeStatus:
    failure = PastNode("fact_sales_profit", "test", "Got 3 results,\n not 0")
    fact = TableState(
        "gold", "gold", "fact_sales", 1_234_567_890, 12_345_678_901, 1_234, NOW - HOUR, NOW.date()
    )
    reasons = tuple(
        ReasonCount("crm.sales_details", column, f"reason_{n}", "repaired", "Text.", 1_000_000)
        for n in range(12)
        for column in ("a", "b")
    )
    return LakeStatus(
        format_version=FORMAT_VERSION,
        at=NOW,
        lake="/lake",
        exists=True,
        kind="real",
        run_under_way=LockHolder(77, NOW - HOUR),
        last_run=LastRun(
            "run-1", NOW - 2 * HOUR, 75.0, "embedded", 1, "1 test failed.", (failure,), None
        ),
        unreported_run=UnreportedRun("run-2", NOW - HOUR, "killed", ""),
        next_run=BuildPlan("incremental", "there are new files"),
        restore_is_pending=True,
        landing=LandingStatus("/landing", 6, 2, 1),
        newest_date=NOW.date(),
        tables=(
            fact,
            replace(fact, name="dim_date", newest_date=None, version=0),
            replace(fact, name="dim_bad", rows=None, version=None, problem="log is damaged"),
        ),
        set_aside=(Note("SET ASIDE", "crm/\x1bx.csv", "cut off"),),
        held_back=(Note("HELD BACK", "crm/full of crm.cust_info", "it lacks 12 keys"),),
        unclean=Unclean(repaired=reasons),
    )


def test_the_text_says_everything_within_100_columns() -> None:
    lines = render(full_status()).splitlines()
    assert all(len(line) <= 100 for line in lines)
    text = " ".join(" ".join(lines).split())
    for words in (
        "Lake /lake · real data · 3 tables · 37 GB",
        "in use by process 77, which began 1 hour ago",
        "2 hours ago, 1 min 15 s on embedded: 1 test failed.",
        "FAILED test fact_sales_profit: Got 3 results, not 0",
        "a run that began 1 hour ago was killed; run again to go on",
        "incremental build: there are new files",
        "/landing · 2 new, 6 known",
        "1 file of an interrupted landing",
        "2026-03-01, the newest order",
        "fact_sales 1,234,567,890 12 GB 1234 1 hour ago 2026-03-01",
        "dim_bad CANNOT BE READ: log is damaged",
        "Damaged gold.dim_bad: saleslake doctor says how to repair",
        "a restore was interrupted; the next run finishes it first",
        r"crm/\x1bx.csv: cut off",
        "HELD BACK crm/full of crm.cust_info: it lacks 12 keys",
        "Repaired by silver: 24,000,000 values",
        "reason_0 2,000,000, reason_1 2,000,000",
    ):
        assert words in text
