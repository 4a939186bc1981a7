"""The generated project in dbt-duckdb itself: landing, both branches, a snapshot and a test."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from bench_nodes import node, nodes

from bench.port.landing import SourceTable, raw_landing
from bench.port.project import write_project
from bench.port.translate import BUILD_TIME
from bench.sides import DBT_DUCKDB, DuckdbSide
from bench.totals import TotalsQuery
from ingest.catalogue.entries import load_catalogue
from saleslake.settings import PROJECT_DIR

PYTHON = PROJECT_DIR / ".venv-bench" / "bin" / "python"
TABLE = replace(
    next(one for one in load_catalogue().tables if one.name == "crm.cust_info"),
    columns=("cst_id", "cst_gndr"),
)
APPENDED = {"materialized": "incremental", "incremental_strategy": "append"}
MERGED = {
    "materialized": "incremental",
    "incremental_strategy": "merge",
    "unique_key": "customer_id",
    "on_schema_change": "append_new_columns",
    "contract": {"enforced": True},
}
BRONZE = (
    "select cst_id as customer_id, cst_gndr as code, batch_id, "
    "_metadata.file_path as file_path, _metadata.row_number as file_row_number "
    "from raw_crm.cust_info"
)
CUSTOMERS = f"""
    select customer_id, max(code) as code, sum(batch_id) as batches,
        cast('{BUILD_TIME}' as timestamp) as updated_at
    from bronze.customers
"""
SEEN = {"strategy": "check", "unique_key": "customer_id", "check_cols": ["code"]}
COLUMNS = {
    name: {"name": name, "data_type": type_}
    for name, type_ in {
        "customer_id": "string",
        "code": "string",
        "batches": "bigint",
        "updated_at": "timestamp",
    }.items()
}


def made_up_nodes() -> list[object]:
    return [
        node(
            "seed",
            "genders",
            None,
            "seeds",
            original_file_path="genders.csv",
            config={"column_types": {"code": "string"}},
        ),
        node("model", "customers", BRONZE, "bronze", config=APPENDED),
        node(
            "model",
            "latest",
            f"{CUSTOMERS} group by customer_id",
            "gold",
            config=MERGED,
            columns=COLUMNS,
        ),
        node("snapshot", "seen", "select * from gold.latest", "snapshots", config=SEEN),
        node(
            "test",
            "known_genders",
            "select * from gold.latest left anti join seeds.genders on latest.code = genders.code",
            "audit",
            config={"severity": "error"},
        ),
    ]


def later(made_up: list[object]) -> list[object]:
    """The same nodes as they are compiled when their tables exist."""
    changed = list(made_up)
    new = " where batch_id > (select coalesce(max(batch_id), 0) from bronze.customers)"
    changed[1] = node("model", "customers", BRONZE + new, "bronze", config=APPENDED)
    newest = " where batch_id = (select max(batch_id) from bronze.customers) group by customer_id"
    changed[2] = node("model", "latest", CUSTOMERS + newest, "gold", config=MERGED, columns=COLUMNS)
    return changed


@pytest.mark.slow
@pytest.mark.skipif(not PYTHON.exists(), reason="dbt-duckdb is not set up: make bench does it")
def test_a_build_and_a_later_one(tmp_path: Path) -> None:
    project, port, landing = tmp_path / "own", tmp_path / "port", tmp_path / "landing"
    (landing / "crm" / "cust_info").mkdir(parents=True)
    project.mkdir()
    (project / "genders.csv").write_text("code\nM\nF\n", encoding="utf-8")
    found = list(nodes(made_up_nodes(), later(made_up_nodes())).values())
    write_project(project, found, [SourceTable("crm", "cust_info", "raw_crm")], port, threads=2)
    side = DuckdbSide(DBT_DUCKDB, PYTHON, port, (raw_landing(TABLE),), tmp_path)

    def deliver(name: str, content: str) -> None:
        file = landing / "crm" / "cust_info" / name
        file.write_text(f"cst_id,cst_gndr\n{content}", encoding="utf-8")

    def build() -> dict[str, str]:
        run = side.run(landing)
        subprocess.run(run.command, cwd=run.cwd, env=dict(run.environment), check=True)
        return {one.name: one.status for one in side.outcome("").nodes}

    def answer(table: str, *expressions: str) -> list[str | None]:
        schema, name = table.split(".")
        (row,) = side.answers([TotalsQuery(schema, name, expressions)])
        return row

    deliver("a.csv", "1,M\n2,F\n")
    deliver("b.csv", "3,F\n")
    statuses = build()
    assert statuses.pop("known_genders") == "pass"
    assert statuses == dict.fromkeys(("genders", "customers", "latest", "seen"), "success")
    assert answer("bronze.customers", "count(*)", "max(batch_id)") == ["3", "1"]
    assert answer("bronze.customers", "max(file_path)", "sum(file_row_number)") == [
        "crm/cust_info/b.csv",
        "4",
    ]
    deliver("c.csv", "2,M\n4,X\n")
    assert build()["known_genders"] == "fail"
    assert answer("bronze.customers", "count(*)", "max(batch_id)") == ["5", "2"]
    assert answer("gold.latest", "count(*)", "max(batches)", "max(code)") == ["4", "2", "X"]
    assert answer("snapshots.seen", "count(*)", "count(dbt_valid_to)") == ["5", "1"]
