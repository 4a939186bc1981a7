"""Maintenance, restore and repair of a lake that was really built, and what the next run makes."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from command_line import saleslake
from deliveries import changes
from delta_tables import commit_file, cut, version_of
from gold import assert_equal_gold
from lakes import all_versions, copy_lake, run_job

from ingest.catalogue.entries import load_catalogue
from ingest.files.discovery import discover
from maintenance import upkeep
from maintenance.history import read_history
from maintenance.raw_batches import existing_ledger
from maintenance.restore import restore as restore_table
from maintenance.restore_plan import plan_restore
from maintenance.tables import find_table
from saleslake.errors import DamagedTableError
from saleslake.lake import Lake

pytestmark = pytest.mark.slow

CORRECTIONS = "crm/sales_details/corrections.csv"


def test_a_maintained_lake_is_equal_and_has_nothing_to_do(
    sample_lake: Lake, sample_landing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "SMALL_FILES_WORTH_IT", 2)
    monkeypatch.setattr(upkeep, "COMMITS_WORTH_IT", 1)
    lake = copy_lake(sample_lake, tmp_path / "lake")
    before = all_versions(lake)
    told = json.loads(saleslake("maintain", lake=lake, json_output=True))
    assert told["removed"] == []
    assert told["kept"] == []
    compacted = [table for table in told["tables"] if table["files_before"] > 1]
    assert compacted
    assert {table["files_after"] for table in compacted} == {1}
    assert all(table["has_checkpoint"] for table in told["tables"])
    assert all_versions(lake) != before
    assert run_job(sample_landing, lake).build.kind == "nothing"
    assert_equal_gold(lake, sample_lake)
    saleslake("doctor", lake=lake)


def test_a_raw_table_taken_back_a_damaged_table_and_a_full_refresh(
    sample_lake: Lake, sample_landing: Path, tmp_path: Path
) -> None:
    lake, landing = copy_lake(sample_lake, tmp_path / "lake"), tmp_path / "landing"
    shutil.copytree(sample_landing, landing)
    (corrections,) = [delivery for delivery in changes(landing) if CORRECTIONS in delivery.files]
    corrections.write(landing)
    assert run_job(landing, lake).exit_code == 0
    later = copy_lake(lake, tmp_path / "later")
    sales = lake.raw_table("crm", "sales_details")
    version = version_of(sales) - 1

    # Interrupted half-way: the run finishes it first.
    interrupt_restore(lake, "raw_crm.sales_details", version, landing)
    report = run_job(landing, lake)
    assert not lake.pending_restore.exists()
    assert (report.exit_code, report.build.kind) == (0, "full")
    assert {table.landed.files_loaded for table in report.tables} == {0, 1}
    assert_equal_gold(lake, later)

    (landing / CORRECTIONS).unlink()
    restore = ["restore", "raw_crm.sales_details", "--version", str(version)]
    saleslake(*restore, "--landing", str(landing), "--yes", lake=lake)
    facts = lake.warehouse / "gold" / "fact_sales"
    cut(commit_file(facts, version_of(facts)))
    with pytest.raises(
        DamagedTableError, match=r"gold\.fact_sales .*fact_sales\) is damaged"
    ) as told:
        run_job(landing, lake)
    assert "saleslake doctor" in told.value.remedy
    (found,) = json.loads(saleslake("doctor", lake=lake, json_output=True, expect=30))["findings"]
    assert found["repair"].endswith(f"saleslake run --lake {lake.root} --full-refresh")
    saleslake("run", "--full-refresh", "--landing", str(landing), lake=lake)
    assert_equal_gold(lake, sample_lake)
    assert list(lake.damaged.glob("gold.fact_sales/*/fact_sales/_delta_log"))
    saleslake("doctor", lake=lake)
    assert run_job(landing, lake).build.kind == "nothing"


def interrupt_restore(lake: Lake, name: str, version: int, landing: Path) -> None:
    """Take a raw table back, and stop before the ledger follows."""

    def stop(step: str) -> None:
        if step == "delta":
            raise KeyboardInterrupt

    catalogue, now = load_catalogue(), datetime.now(UTC)
    ledger = existing_ledger(lake, catalogue, now)
    delivered = discover(landing, catalogue)
    plan = plan_restore(lake, find_table(lake, name), version, ledger, delivered)
    with pytest.raises(KeyboardInterrupt):
        restore_table(lake, catalogue, plan, "interrupted", now, stop)


def test_a_run_on_a_damaged_lake_names_the_table(
    sample_lake: Lake, sample_landing: Path, tmp_path: Path
) -> None:
    lake = copy_lake(sample_lake, tmp_path / "lake")
    raw = lake.raw_table("crm", "prd_info")
    cut(commit_file(raw, version_of(raw)))
    report = run_job(sample_landing, lake)
    assert report.exit_code == 1
    assert report.next_steps[0].startswith("repair the damaged table raw_crm.prd_info: saleslake d")
    gold = lake.warehouse / "gold" / "sales_monthly"
    (gold / next(iter(read_history(gold).current))).unlink()
    with pytest.raises(DamagedTableError, match=r"gold\.sales_monthly"):
        run_job(sample_landing, lake)
    ledger = lake.ops_table("ingested_files")
    cut(commit_file(ledger, version_of(ledger)))
    with pytest.raises(DamagedTableError, match=r"ops\.ingested_files"):
        run_job(sample_landing, lake)
