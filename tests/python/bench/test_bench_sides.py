"""How the sides are run, and in which order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.datasets import Dataset, Options, prepare
from bench.errors import BenchmarkSetupError
from bench.port.landing import raw_landing
from bench.results import DatasetInfo
from bench.sides import (
    DuckdbSide,
    LakeSide,
    NodeTime,
    Outcome,
    bench_python,
    clean_environment,
)
from ingest.catalogue.entries import load_catalogue
from saleslake.settings import PROJECT_DIR


def test_no_setting_of_the_shell_reaches_a_side(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SALESLAKE_LAKE", "DBT_TARGET_PATH", "SPARK_REMOTE"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("OTHER", "kept")
    environment = clean_environment(DBT_TARGET_PATH="own")
    assert environment["DBT_TARGET_PATH"] == "own"
    assert environment["OTHER"] == "kept"
    assert not {"SALESLAKE_LAKE", "SPARK_REMOTE"} & set(environment)


def test_a_lake_s_run_and_what_it_says(tmp_path: Path) -> None:
    side = LakeSide("spark", PROJECT_DIR, tmp_path)
    run = side.run(Path("/files"))
    assert run.command[1:] == [
        *("-m", "command.cli", "run", "--landing", "/files"),
        *("--lake", str(tmp_path / "lake"), "--engine", "spark", "--format", "json"),
    ]
    assert run.cwd == PROJECT_DIR
    report = {
        "seconds": 9,
        "build": {
            "seconds": 7.5,
            "kind": "full",
            "nodes": [{"name": "a", "kind": "model", "status": "success", "seconds": 1.5}],
        },
    }
    assert side.outcome(json.dumps(report)) == Outcome(
        (NodeTime("a", "model", "success", 1.5),), 7.5
    )


def test_duckdb_s_run_gets_its_work_as_a_file(tmp_path: Path) -> None:
    tables = tuple(map(raw_landing, load_catalogue().tables))
    side = DuckdbSide("dbt-duckdb", Path("/python"), Path("/project"), tables, tmp_path)
    run = side.run(Path("/files"))
    assert run.command[:2] == ["/python", "-P"]
    work = json.loads(Path(run.command[-1]).read_text(encoding="utf-8"))
    assert work["build"]["landing"] == "/files"
    assert [table["name"] for table in work["build"]["tables"]] == [one.name for one in tables]
    node = {"name": "a", "kind": "test", "status": "pass", "seconds": 0.5, "message": ""}
    answer = {"nodes": [node], "dbt_seconds": 3.5, "landing_seconds": 1.0}
    Path(work["answer"]).write_text(json.dumps(answer), encoding="utf-8")
    assert side.outcome("") == Outcome((NodeTime("a", "test", "pass", 0.5),), 3.5)


def test_a_missing_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkSetupError, match="make bench sets it up"):
        bench_python(tmp_path)


def dataset(*sides: str) -> Dataset:
    info = DatasetInfo("crm_erp", "crm_erp", 1, 6, 1, 3)
    return Dataset(info, Path(), None, sides)  # type: ignore[arg-type]


def test_each_round_has_another_order_and_spark_only_the_first() -> None:
    three = dataset("embedded", "spark", "dbt-duckdb")
    assert [three.sides_of(round_) for round_ in (1, 2, 3)] == [
        ["embedded", "spark", "dbt-duckdb"],
        ["dbt-duckdb", "embedded"],
        ["embedded", "dbt-duckdb"],
    ]
    assert [dataset("spark").sides_of(round_) for round_ in (1, 2)] == [["spark"], []]


@pytest.mark.parametrize("spark_lines", [True, False])
def test_spark_is_measured_on_many_lines_only_on_demand(tmp_path: Path, spark_lines: bool) -> None:
    options = Options(
        sides=("embedded", "spark"),
        lines=2000,
        few_lines=True,
        rounds=3,
        lines_rounds=1,
        spark_lines=spark_lines,
        work=tmp_path / "work",
        keep=False,
        memory_limit_bytes=1,
    )
    # No real files are beside this project.
    few, many = prepare(tmp_path / "project", options, load_catalogue())
    assert (few.info.name, few.info.rounds, few.sides) == ("sample", 3, ("embedded", "spark"))
    assert few.info.title == "generated sample files"
    assert many.info.title == "2,000 lines of the sample"
    assert many.sides == (("embedded", "spark") if spark_lines else ("embedded",))
    assert many.info.lines == 2000
    assert many.new_lines.num_rows == 10_000
    assert (many.landing / "crm" / "sales_details" / "part-000.csv").exists()
