"""The same project on Apache Spark: the same figures, the same gold row for row, the same docs.

One Spark session for all of this file, so its tests run in their order and in a process of their
own (`pytest -m spark`): PySpark cannot be classic and a Spark Connect client in one process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from catalog_check import assert_catalog_is_full
from command_line import saleslake
from deliveries import write_all
from deltalake import DeltaTable
from figures_check import (
    assert_attributes,
    assert_dirt,
    assert_headline_figures,
    assert_no_orphans,
)
from gold import assert_equal_gold, assert_equal_tables, read
from lakes import NO_TESTS, all_versions, build_tables, dbt, land, run_command, run_job
from manifest import parse
from pyspark.sql import SparkSession
from random_deliveries import FULL, catalogue, random_batches, random_deliveries

from command.report.run_report import RunReport
from maintenance import upkeep
from saleslake.lake import Lake
from saleslake.settings import PROJECT_DIR

pytestmark = pytest.mark.spark
Built = tuple[Lake, RunReport]

DELIVERIES = 60
BATCHES = 2


@pytest.fixture(scope="module")
def spark_lake(crm_erp: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    lake = Lake(tmp_path_factory.mktemp("spark") / "lake")
    # What a killed Spark leaves of a table that it was about to create.
    (lake.warehouse / "gold" / "dim_date" / "_delta_log").mkdir(parents=True)
    return lake, run_job(crm_erp, lake, engine="spark")


def embedded_lake(landing: Path, folder: Path) -> Lake:
    """The same files on the embedded engine, in a process of its own."""
    done = run_command("run", "--landing", str(landing), "--lake", str(folder / "lake"))
    assert done.returncode == 0, done.stdout + done.stderr
    return Lake(folder / "lake")


def maintain(lake: Lake) -> None:
    """Compact, vacuum and write checkpoints with delta-rs, in every table where it is possible."""
    for _ in range(2):  # what the first compacts, the second deletes
        short = ["--retention-days", "0", "--force-short-retention"]
        told = json.loads(saleslake("maintain", *short, lake=lake, json_output=True))
        assert {table["problem"] for table in told["tables"]} == {None}
    assert {table["files_after"] for table in told["tables"]} <= {0, 1}


def forget(lake: Lake) -> None:
    """Empty Spark's catalogue, for another lake; the old one's files go out of its reach first."""
    lake.root.rename(lake.root.with_name("forgotten"))
    session = SparkSession.getActiveSession()
    for (schema,) in session.sql("show databases").collect():
        if schema != "default":
            session.sql(f"drop database {schema} cascade")


def build_in_child(lake: Lake) -> None:
    """Build all tables on the embedded engine, in a process of its own."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "dbt.cli.main", "build", *NO_TESTS, "--target", "embedded"),
            *("--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)),
            *("--log-level-file", "none"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SALESLAKE_LAKE": str(lake.root)},
    )
    assert done.returncode == 0, done.stdout


def test_every_test_passes(spark_lake: Built) -> None:
    report = spark_lake[1]
    assert (report.exit_code, report.build.failures, report.engine) == (0, (), "spark")
    assert set(report.build.tests) == {"pass"}


def test_figures(spark_lake: Built) -> None:
    lake, _ = spark_lake
    assert_headline_figures(lake)
    assert_attributes(lake)
    assert_no_orphans(lake)
    assert_dirt(lake)


def test_gold_equals_the_embedded_engine_s(
    spark_lake: Built, crm_erp: Path, tmp_path: Path
) -> None:
    assert_equal_gold(spark_lake[0], embedded_lake(crm_erp, tmp_path))


def test_a_second_run_changes_no_table(spark_lake: Built, crm_erp: Path) -> None:
    lake, _ = spark_lake
    before = all_versions(lake)
    assert run_job(crm_erp, lake, engine="spark").build.kind == "nothing"
    assert all_versions(lake) == before


def test_docs_have_columns_and_types(spark_lake: Built) -> None:
    dbt(spark_lake[0], "docs", "generate", engine="spark")
    assert_catalog_is_full(Path(os.environ["DBT_TARGET_PATH"]))


def test_tables_carry_their_descriptions(spark_lake: Built) -> None:
    """At no commit of its own; columns would take one each, and could not be attached again."""
    lake, _ = spark_lake
    nodes = parse(PROJECT_DIR, Path(os.environ["DBT_TARGET_PATH"]) / "parsed").of_type(
        "model", "seed"
    )
    described = {node.name: node.description.strip() for node in nodes}
    tables = [
        table
        for table in lake.tables()
        if table.path.is_relative_to(lake.warehouse) and table.schema != "snapshots"
    ]
    assert {table.name for table in tables} == set(described)
    for table in tables:
        delta = DeltaTable(table.path)
        assert (delta.metadata().description or "").strip() == described[table.name]
        assert not any("comment" in field.metadata for field in delta.schema().fields)


def test_random_deliveries_in_two_batches_give_the_embedded_engine_s_gold(
    spark_lake: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In random order, with deletions and returns, on a maintained lake; there, all at once.

    Both at once: what is built does not depend on when files came, nor on the engine.
    """
    forget(spark_lake[0])
    deliveries = random_deliveries(seed=4, count=DELIVERIES)
    lake, landing = Lake(tmp_path / "spark"), tmp_path / "landing"
    monkeypatch.setattr(upkeep, "SMALL_FILES_WORTH_IT", 2)
    monkeypatch.setattr(upkeep, "COMMITS_WORTH_IT", 1)
    for number, batch in enumerate(random_batches(deliveries, seed=5, count=BATCHES)):
        write_all(batch, landing)
        land(landing, lake, catalogue(FULL))
        build_tables(lake, engine="spark")
        if number == 0:
            maintain(lake)
    lake.mark("real")
    saleslake("doctor", lake=lake)
    at_once = Lake(tmp_path / "embedded")
    land(landing, at_once, catalogue(FULL))
    build_in_child(at_once)
    assert_equal_gold(lake, at_once)
    for name in ("deleted_records", "rejected_records", "repaired_values"):
        table = f"silver_conformed__{name}"
        columns, rows = read(lake, table, "silver")
        assert rows
        assert_equal_tables(table, (columns, rows), read(at_once, table, "silver"))
