"""dbt's own commands from a fresh shell, with one line of set-up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from catalog_check import assert_catalog_is_full
from deltalake import DeltaTable, write_deltalake
from lakes import all_versions, copy_lake

from ingest.catalogue.entries import load_catalogue
from saleslake.lake import Lake
from saleslake.settings import PROJECT_DIR

pytestmark = pytest.mark.slow
DBT = str(Path(sys.executable).parent / "dbt")


def run_dbt(lake: Path, target: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"SALESLAKE_LAKE": str(lake), "DBT_TARGET_PATH": str(target)}
    return subprocess.run(
        [DBT, *arguments],
        cwd=PROJECT_DIR,
        env={**os.environ, **environment, "DBT_LOG_LEVEL_FILE": "none"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_build_test_show_and_docs(sample_lake: Lake, tmp_path: Path) -> None:
    lake, target = copy_lake(sample_lake, tmp_path / "lake").root, tmp_path / "target"
    built = run_dbt(lake, target, "build")
    assert built.returncode == 0, built.stdout
    assert "ERROR=0" in built.stdout
    tested = run_dbt(lake, target, "test", "-s", "fact_sales")
    assert tested.returncode == 0, tested.stdout
    before = all_versions(Lake(lake))
    shown = run_dbt(lake, target, "show", "-s", "sales_monthly", "--limit", "3")
    assert "sales_month_key" in shown.stdout
    analysed = run_dbt(lake, target, "show", "-s", "headline_figures")
    assert analysed.returncode == 0, analysed.stdout
    documented = run_dbt(lake, target, "docs", "generate")
    assert documented.returncode == 0, documented.stdout
    assert_catalog_is_full(target)
    assert all_versions(Lake(lake)) == before  # reading writes nothing


def freshness(lake: Lake, target: Path) -> tuple[int, dict[str, str]]:
    """Exit code of dbt source freshness, and the status of every delivered table."""
    done = run_dbt(lake.root, target, "source", "freshness")
    results = json.loads((target / "sources.json").read_text(encoding="utf-8"))["results"]
    tables = {row["unique_id"].removeprefix("source.saleslake."): row["status"] for row in results}
    return done.returncode, tables


def land_a_record(lake: Lake, source: str, table: str) -> None:
    """Write a first record of nothing but its time to a raw table."""
    delta = DeltaTable(lake.raw_table(source, table))
    empty: pa.Table = delta.to_pyarrow_table()
    row = {"ingestion_timestamp": datetime.now(UTC)}
    write_deltalake(delta, pa.Table.from_pylist([row], schema=empty.schema), mode="append")


def land_earlier(lake: Lake, source: str, table: str, *, days: int) -> None:
    """Make a raw table as if all of it had been landed some days ago."""
    delta = DeltaTable(lake.raw_table(source, table))
    delta.update({"ingestion_timestamp": f"ingestion_timestamp - interval '{days} days'"})


def test_source_freshness_is_told_by_when_rows_were_landed(
    sample_lake: Lake, tmp_path: Path
) -> None:
    lake, target = copy_lake(sample_lake, tmp_path / "lake"), tmp_path / "target"
    before = all_versions(lake)
    code, tables = freshness(lake, target)
    # Nothing was ever delivered but CRM and ERP: other tables are empty, typed ones not there.
    assert (code, set(tables.values())) == (0, {"pass"})
    assert {f"{table.source}.{table.table}" for table in load_catalogue().tables} == set(tables)
    assert all_versions(lake) == before  # asking writes nothing

    for table in ("sales_details", "prd_info"):  # products may go unchanged for a quarter
        land_earlier(lake, "crm", table, days=5)
    land_a_record(lake, "supply", "deliveries")
    land_earlier(lake, "supply", "deliveries", days=5)
    code, tables = freshness(lake, target)
    assert code == 0
    assert {name: status for name, status in tables.items() if status != "pass"} == {
        "crm.sales_details": "warn",
        "supply.deliveries": "warn",
    }

    land_earlier(lake, "crm", "sales_details", days=4)
    land_earlier(lake, "erp", "loc_a101", days=16)
    code, tables = freshness(lake, target)
    assert code == 1
    stale = {name: status for name, status in tables.items() if status != "pass"}
    assert stale == {
        "crm.sales_details": "error",
        "erp.loc_a101": "error",
        "supply.deliveries": "warn",
    }


def test_an_overflow_is_an_error_and_no_silent_null(sample_lake: Lake, tmp_path: Path) -> None:
    """dbt-spark switches Spark's ANSI mode off; the engine switches it on again."""
    query = "select cast(order_count * 99999999999 as int) as overflow from gold.sales_monthly"
    done = run_dbt(sample_lake.root, tmp_path / "target", "show", "--inline", query)
    assert done.returncode != 0, done.stdout


def test_an_empty_lake_says_what_to_do(tmp_path: Path) -> None:
    done = run_dbt(tmp_path / "lake", tmp_path / "target", "build")
    assert done.returncode == 2
    assert "holds no raw tables" in done.stdout
    assert "make run" in done.stdout


def test_two_builds_at_once(sample_lake: Lake, tmp_path: Path) -> None:
    lake = copy_lake(sample_lake, tmp_path / "lake")
    with lake.lock():
        done = run_dbt(lake.root, tmp_path / "target", "build")
        read = run_dbt(lake.root, tmp_path / "target", "test", "-s", "dim_location")
    assert (done.returncode, read.returncode) == (2, 0)
    assert f"in use by another run (process {os.getpid()})" in done.stdout
