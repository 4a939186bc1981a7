"""`saleslake watch --build`: the lake is built when files came, and is left alone when none did."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from lakes import copy_lake

from command.progress import Progress
from command.watching import Round, Watch
from saleslake.lake import Lake
from saleslake.settings import Settings

pytestmark = pytest.mark.slow


def test_a_round_builds_what_came(sample_landing: Path, sample_lake: Lake, tmp_path: Path) -> None:
    lake = copy_lake(sample_lake, tmp_path / "lake")
    landing = tmp_path / "landing"
    shutil.copytree(sample_landing, landing)
    told: list[Round] = []
    settings = Settings.from_environment({}, landing=str(landing), lake=str(lake.root))
    reports = len(list(lake.reports.glob("*.json")))

    def deliver(_: float) -> None:
        file = landing / "erp" / "LOC_A101" / "watched.csv"
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            file.write_text("CID,CNTRY\nAW-00011000,France\n", encoding="utf-8")

    watch = Watch(
        settings, (), Progress(io.StringIO()), 0.1, build=True, tell=told.append, sleep=deliver
    )
    watch.run(5)
    (done,) = [one for one in told if one.tables]
    assert [(table.table, table.rows_loaded) for table in done.tables] == [("erp.loc_a101", 1)]
    assert done.verdict is not None
    assert len(list(lake.reports.glob("*.json"))) in {reports + 1, reports + 2}
