"""What changed in the project is rebuilt, though no file is new."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from figures_check import rows
from lakes import copy_lake, run_job
from projects import edit

from command.build import build
from command.report.run_report import RunReport
from saleslake.lake import Lake

pytestmark = pytest.mark.slow


def test_edited_model_seed_macro_and_var_are_rebuilt(
    project: Path, sample_landing: Path, tmp_path: Path
) -> None:
    lake = Lake(tmp_path / "lake")

    def run() -> RunReport:
        return run_job(sample_landing, lake, SALESLAKE_PROJECT=str(project))

    assert run().exit_code == 0
    assert run().build.kind == "nothing"

    # An incremental model, far up the stream: every row it made before must change too.
    edit(
        project / "models/bronze/crm/bronze_crm__cust_info.sql",
        "cst_lastname as last_name",
        "concat(cst_lastname, '-edited') as last_name",
    )
    # A seed.
    edit(project / "seeds/seed_country_aliases.csv", ",Germany,", ",Deutschland,")
    # A macro.
    edit(
        project / "macros/cleaning/clean_text.sql",
        "from {{ column }}",
        "from upper({{ column }})",
    )
    # A variable.
    edit(project / "dbt_project.yml", "fiscal_year_start_month: 7", "fiscal_year_start_month: 10")
    report = run()
    assert (report.build.kind, report.build.failures) == ("full", ())
    names = rows(lake, "select distinct last_name from dim_customer", "gold.dim_customer")
    shown = [row.text("last_name") for row in names if row.values["last_name"] is not None]
    assert all(name.endswith("-EDITED") for name in shown)
    countries = rows(lake, "select distinct country from dim_location", "gold.dim_location")
    assert "Deutschland" in {row.text("country") for row in countries}
    fiscal = rows(
        lake,
        "select fiscal_year from dim_date where date_key in (20120930, 20121001) order by date_key",
        "gold.dim_date",
    )
    assert [row.whole("fiscal_year") for row in fiscal] == [2012, 2013]


def test_a_contract_is_kept_by_incremental_runs(
    project: Path, sample_lake: Lake, tmp_path: Path
) -> None:
    """dbt itself checks a contract only when it creates a table."""
    lake = copy_lake(sample_lake, tmp_path / "lake")
    model = project / "models/gold/core/fact_sales.sql"
    edit(model, "        quantity,\n", "        cast(quantity as string) as quantity,\n")
    result = build(project, lake, "embedded", full_refresh=False, on_progress=lambda *_: None)
    (failure,) = [node for node in result.nodes if node.failed]
    assert failure.name == "fact_sales"
    assert "enforced contract" in failure.message


def test_a_deleted_gold_table_is_built_again(
    sample_lake: Lake, sample_landing: Path, tmp_path: Path
) -> None:
    lake = copy_lake(sample_lake, tmp_path / "lake")
    shutil.rmtree(lake.warehouse / "gold" / "dim_product")
    report = run_job(sample_landing, lake)
    assert report.build.kind == "full"
    assert (lake.warehouse / "gold" / "dim_product" / "_delta_log").exists()


def test_a_failing_test_fails_the_run_and_is_tried_again(
    project: Path, sample_landing: Path, tmp_path: Path
) -> None:
    lake = Lake(tmp_path / "lake")
    broken = project / "tests" / "dbt" / "assert_nothing_is_sold.sql"
    broken.parent.mkdir(parents=True, exist_ok=True)
    broken.write_text("select * from {{ ref('fact_sales') }}", encoding="utf-8")
    report = run_job(sample_landing, lake, SALESLAKE_PROJECT=str(project))
    assert report.exit_code == 1
    assert [node.name for node in report.build.failures] == ["assert_nothing_is_sold"]
    assert any("assert_nothing_is_sold" in step for step in report.next_steps)
    broken.unlink()
    os.utime(project)
    report = run_job(sample_landing, lake, SALESLAKE_PROJECT=str(project))
    assert (report.exit_code, report.build.kind) == (0, "full")
