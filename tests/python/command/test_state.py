"""What a build has to do, decided from hashes and table versions alone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from command.state import current_state, plan_build, project_fingerprint, state_after
from saleslake.build_state import BuildState, read_state, table_versions, write_state
from saleslake.lake import Lake
from saleslake.settings import PROJECT_DIR

STATE = BuildState("abc", "embedded", {"raw_crm.cust_info": 1}, {"gold.fact_sales": 3})


@pytest.mark.parametrize(
    ("last", "kind"),
    [
        (None, "full"),
        (replace(STATE, fingerprint="other"), "full"),
        (replace(STATE, warehouse={"gold.fact_sales": 2}), "full"),
        (replace(STATE, raw={"raw_crm.cust_info": 0}), "incremental"),
        (replace(STATE, succeeded=False), "incremental"),
        (replace(STATE, engine="spark"), "incremental"),
        (STATE, "nothing"),
    ],
)
def test_plan(last: BuildState | None, kind: str) -> None:
    assert plan_build(last, STATE).kind == kind


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("models/gold/core/dim_customer.sql", "select", "SELECT"),
        ("seeds/seed_product_lines.csv", "Touring", "Touring Bikes"),
        ("macros/cleaning/clean_text.sql", "trim", "ltrim"),
        ("dbt_project.yml", "fiscal_year_start_month: 7", "fiscal_year_start_month: 1"),
        ("tests/dbt/assert_something.sql", "", "select 1 as offending where false"),
    ],
)
def test_every_edit_changes_the_fingerprint(file: str, old: str, new: str, tmp_path: Path) -> None:
    for part in ("models", "macros", "seeds"):
        shutil.copytree(PROJECT_DIR / part, tmp_path / part)
    shutil.copy(PROJECT_DIR / "dbt_project.yml", tmp_path)
    before = project_fingerprint(tmp_path)
    assert project_fingerprint(tmp_path) == before
    edited = tmp_path / file
    edited.parent.mkdir(parents=True, exist_ok=True)
    text = edited.read_text(encoding="utf-8") if edited.exists() else ""
    assert old in text
    edited.write_text(text.replace(old, new) if old else new, encoding="utf-8")
    assert project_fingerprint(tmp_path) != before


def test_a_renamed_or_removed_file_changes_the_fingerprint(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    (models / "one.sql").write_text("select 1", encoding="utf-8")
    before = project_fingerprint(tmp_path)
    (models / "one.sql").rename(models / "two.sql")
    renamed = project_fingerprint(tmp_path)
    (models / "two.sql").unlink()
    assert len({before, renamed, project_fingerprint(tmp_path)}) == 3


def test_table_versions_follow_commits_and_leave_ops_out(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    rows = pa.table({"a": [1]})
    for path in (lake.raw_table("crm", "cust_info"), lake.warehouse / "gold" / "dim_date"):
        write_deltalake(path, rows)
    write_deltalake(lake.ops_table("read_by_no_model"), rows)
    write_deltalake(lake.warehouse / "gold" / "dim_date", rows, mode="append")
    assert table_versions(lake) == {"raw_crm.cust_info": 0, "gold.dim_date": 1}


def test_what_is_recorded_is_the_project_as_it_was_at_the_start(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    rows = pa.table({"a": [1]})
    write_deltalake(lake.raw_table("crm", "cust_info"), rows)
    before = BuildState("at the start", "embedded", {"raw_crm.cust_info": 0}, {})
    write_deltalake(lake.warehouse / "gold" / "dim_date", rows)
    write_deltalake(lake.raw_table("crm", "cust_info"), rows, mode="append")
    after = state_after(before, lake, succeeded=True)
    assert after == replace(before, warehouse={"gold.dim_date": 0})


def test_state_survives_and_damage_means_a_full_build(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.prepare()
    assert read_state(lake) is None
    state = current_state(PROJECT_DIR, lake, "embedded")
    write_state(lake, state)
    assert read_state(lake) == state
    (lake.state / "build.json").write_text('{"fingerprint": "abc"', encoding="utf-8")
    assert read_state(lake) is None
