"""A file that brings a column nobody knew: it lands, it is reported, and nothing breaks."""

from __future__ import annotations

from pathlib import Path

import pytest
from deltalake import DeltaTable
from gold import assert_equal_gold
from lakes import copy_lake, run_job

from saleslake.lake import Lake

pytestmark = pytest.mark.slow


def test_a_new_column_waits_in_raw_and_is_reported(
    sample_lake: Lake, sample_landing: Path, tmp_path: Path
) -> None:
    lake = copy_lake(sample_lake, tmp_path / "lake")
    lines = (sample_landing / "erp" / "LOC_A101.csv").read_text(encoding="utf-8").splitlines()
    late = tmp_path / "late" / "erp" / "LOC_A101" / "2026-02.csv"
    late.parent.mkdir(parents=True)
    records = [f"Springfield,{line.split(',')[1]},{line.split(',')[0]}" for line in lines[1:4]]
    late.write_text("\n".join(["CITY,CNTRY,CID", *records]) + "\n", encoding="utf-8")
    report = run_job(tmp_path / "late", lake)
    assert report.exit_code == 0
    landed = {table.landed.name: table.landed for table in report.tables}["erp.loc_a101"]
    assert (landed.rows_loaded, landed.new_columns) == (3, ["CITY"])
    assert any("new columns" in step for step in report.next_steps)
    raw = DeltaTable(lake.raw_table("erp", "loc_a101")).to_pyarrow_table(columns=["CITY", "CID"])
    cities = [row["CID"] for row in raw.to_pylist() if row["CITY"] == "Springfield"]
    assert sorted(cities) == sorted(line.split(",")[0] for line in lines[1:4])
    # The columns came in another order: mapped by name, they say what the lake knew already.
    assert_equal_gold(lake, sample_lake)
