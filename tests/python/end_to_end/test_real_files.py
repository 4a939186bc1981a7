"""The main job on the real files: the independent figures, and a second run that changes none."""

from __future__ import annotations

import json
from pathlib import Path

import expected_figures as expected
import pytest
from figures_check import (
    assert_attributes,
    assert_dirt,
    assert_headline_figures,
    assert_no_orphans,
)
from lakes import all_versions, run_job

from command.report.run_report import RunReport
from saleslake.lake import Lake

pytestmark = pytest.mark.slow
Built = tuple[Lake, RunReport]


def test_every_test_passes(real_lake: Built) -> None:
    _, report = real_lake
    assert report.exit_code == 0
    assert report.build.failures == ()
    assert set(report.build.tests) == {"pass"}


def test_headline_figures(real_lake: Built) -> None:
    assert_headline_figures(real_lake[0])


def test_attributes(real_lake: Built) -> None:
    assert_attributes(real_lake[0])


def test_no_orphan_keys(real_lake: Built) -> None:
    assert_no_orphans(real_lake[0])


def test_dirt_is_counted(real_lake: Built) -> None:
    assert_dirt(real_lake[0])


def test_report_accounts_for_every_record(real_lake: Built) -> None:
    lake, report = real_lake
    read = {table.landed.name: table.landed.rows_read for table in report.tables}
    assert {name: rows for name, rows in read.items() if rows} == expected.FILE_ROWS
    assert all(table.landed.rows_loaded == table.landed.rows_read for table in report.tables)
    assert [ignored.path for ignored in report.ignored] == ["LICENSE"]
    kept = json.loads((lake.reports / "latest.json").read_text(encoding="utf-8"))
    assert kept["run_id"] == report.run_id
    assert kept["figures"]["currencies"][0]["revenue"] == "29356250"


def test_gold_lies_where_it_should(real_lake: Built) -> None:
    lake, _ = real_lake
    assert {path.name for path in (lake.root / "warehouse" / "gold").iterdir()} == {
        *("dim_customer", "dim_date", "dim_location", "dim_product"),
        *("fact_orders", "fact_sales", "sales_monthly"),
    }


def test_a_second_run_changes_no_table(real_lake: Built, crm_erp: Path) -> None:
    lake, first = real_lake
    before = all_versions(lake)
    second = run_job(crm_erp, lake)
    assert second.build.kind == "nothing"
    assert second.exit_code == 0
    assert second.figures == first.figures
    assert all_versions(lake) == before


def test_no_personal_value_is_logged_or_reported(real_lake: Built) -> None:
    lake, _ = real_lake
    files = [*lake.logs.rglob("*.jsonl"), *lake.reports.iterdir()]
    assert {path.suffix for path in files} == {".jsonl", ".json", ".html"}
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    assert '"event": "run ended"' in text
    assert not any(name in text for name in ("Eugene", "Huang", "AW00011001", "1976-05-10"))
