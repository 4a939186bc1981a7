"""status, page, JSON and terminal say the same of a lake, and status needs no engine for it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lakes import COMMAND, copy_lake, run_command

from command.report.lake_tables import size_on_disk
from command.report.run_report import RunReport
from command.report.terminal import render
from command.status.lake_status import read_status
from saleslake.lake import Lake
from saleslake.settings import Settings

pytestmark = pytest.mark.slow
Built = tuple[Lake, RunReport]

_WITHOUT_ENGINE = """
import sys
from pathlib import Path
from command.status.lake_status import read_status
from command.status.terminal import render
from saleslake.settings import Settings
print(render(read_status(Settings.from_environment(lake=sys.argv[1]))))
print(sorted({"dbt", "pysail", "pyspark", "pandas"} & set(sys.modules)))
"""


def test_status_is_what_the_report_says(real_lake: Built) -> None:
    lake, report = real_lake
    status = read_status(Settings.from_environment({}, lake=str(lake.root)))
    assert status.tables == report.lake_tables
    assert status.unclean == report.unclean
    assert status.last_run is not None
    # Not this report: other tests run again on this lake, with nothing to do.
    latest = json.loads((lake.reports / "latest.json").read_text(encoding="utf-8"))
    assert status.last_run.run_id == latest["run_id"] >= report.run_id
    assert status.last_run.verdict == latest["verdict"]
    assert (status.kind, status.run_under_way, status.unreported_run) == ("real", None, None)
    assert status.next_run.kind == "nothing"
    assert (status.landing.folder, status.landing.files_known, status.landing.files_waiting) == (
        report.landing,
        6,
        0,
    )
    assert str(status.newest_date) == "2014-01-28"
    rows = {table.full_name: table.rows for table in status.tables}
    assert (rows["gold.fact_sales"], rows["raw_crm.sales_details"]) == (60_398, 60_398)
    sizes = sum(table.size_bytes for table in status.tables)
    assert sizes == size_on_disk(lake.raw) + size_on_disk(lake.warehouse) + sum(
        size_on_disk(folder) for folder in lake.ops.glob("*") if (folder / "_delta_log").exists()
    )


def test_the_page_shows_what_the_report_says(real_lake: Built) -> None:
    lake, report = real_lake
    page = (lake.reports / f"{report.run_id}.html").read_text(encoding="utf-8")
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert report.verdict in text
    assert report.figures is not None
    for currency in report.figures.currencies:
        for amount in (currency.revenue, currency.profit, currency.orders):
            assert f"{amount:,.0f}" in text
        for share in (*currency.by_country, *currency.by_category, *currency.by_month):
            assert f"{share.amount:,.0f}" in text
            assert share.name in text
    undelivered = [table for table in report.lake_tables if table.layer == "raw" and not table.rows]
    assert "Nothing delivered yet: marketing (5 tables)" in text
    for table in (table for table in report.lake_tables if table not in undelivered):
        assert re.search(rf"{table.name} {table.rows:,} ", text), table
    for reason in (*report.unclean.rejected, *report.unclean.repaired):
        assert f"{reason.count:,}" in text
    assert all(node.name in text for node in report.build.nodes)
    assert f"{lake.reports / 'latest.html'}" in render(report)


def test_status_starts_no_engine(sample_lake: Lake) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_ENGINE, str(sample_lake.root)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[0].startswith(f"Lake      {sample_lake.root} · real data")
    assert done.stdout.splitlines()[-1] == "[]"


def test_status_reads_only_and_while_a_run_is_under_way(sample_lake: Lake, tmp_path: Path) -> None:
    lake = copy_lake(sample_lake, tmp_path / "lake")
    before = {path: path.stat().st_mtime_ns for path in lake.root.rglob("*")}
    done = run_command("status", "--lake", str(lake.root), "--format", "json")
    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_mtime_ns for path in lake.root.rglob("*")} == before
    assert json.loads(done.stdout)["run_under_way"] is None
    with lake.lock():
        done = run_command("status", "--lake", str(lake.root))
    assert done.returncode == 0, done.stderr
    assert "in use by process" in done.stdout


def test_json_is_one_document_of_a_known_format(sample_lake: Lake) -> None:
    report = json.loads((sample_lake.reports / "latest.json").read_text(encoding="utf-8"))
    done = run_command("status", "--lake", str(sample_lake.root), "--format", "json")
    status = json.loads(done.stdout)
    assert (report["format_version"], status["format_version"]) == (1, 1)
    assert status["tables"] == report["lake_tables"]
    assert status["unclean"] == report["unclean"]


def test_an_error_is_a_document_on_stdout_and_a_sentence_on_stderr(tmp_path: Path) -> None:
    done = run_command("run", "--landing", "nowhere", "--format", "json", cwd=tmp_path)
    error = json.loads(done.stdout)["error"]
    assert done.returncode == error["code"] == 10
    assert error["name"] == "LandingMissingError"
    assert error["cause"] in done.stderr
    done = run_command("stauts", "--format=json", cwd=tmp_path)
    assert done.returncode == json.loads(done.stdout)["error"]["code"] == 2
    assert "status" in done.stderr


def test_the_command_alone_says_what_to_do_first(sample_lake: Lake, tmp_path: Path) -> None:
    done = run_command(SALESLAKE_LAKE=str(tmp_path / "lake"))
    assert done.returncode == 0
    assert "There is no lake yet" in done.stdout
    assert "saleslake run" in done.stdout
    done = run_command(SALESLAKE_LAKE=str(sample_lake.root))
    assert f"The lake is {sample_lake.root}." in done.stdout


def test_a_reader_that_leaves_is_no_fault(sample_lake: Lake) -> None:
    with subprocess.Popen(
        [*COMMAND, "status", "--lake", str(sample_lake.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == ""
    assert child.returncode == 141


def test_every_command_has_examples() -> None:
    listed = run_command("--help").stdout
    commands = re.findall(r"^  ([a-z-]+)  +[A-Z]", listed.split("Commands:")[1], re.MULTILINE)
    assert {"run", "status"} <= set(commands)
    for name in commands:
        text = run_command(name, "--help").stdout
        assert text.count(f"saleslake {name}") > 1, f"{name}: its usage and no example"
