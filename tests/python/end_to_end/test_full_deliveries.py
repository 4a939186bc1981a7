"""A table delivered in full: who is gone, what is held back, and what the audit trail keeps."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from pathlib import Path

import pytest
from deliveries import HEADERS, records
from gold import keyed, read
from lakes import copy_lake, run_command, run_job

from saleslake.lake import Lake
from saleslake.settings import PROJECT_DIR

pytestmark = pytest.mark.slow

TABLE = "crm/cust_info"


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """The project's catalogue, with customers delivered in full."""
    folder = tmp_path / "catalogue"
    shutil.copytree(PROJECT_DIR / "ingest" / "catalogue", folder)
    text = (folder / "crm.yml").read_text(encoding="utf-8")
    changed = text.replace(
        "    business_key: [cst_id]\n", "    business_key: [cst_id]\n    delivery: full\n"
    )
    assert changed != text
    (folder / "crm.yml").write_text(changed, encoding="utf-8")
    return folder


def deliver(landing: Path, number: int, lines: list[str]) -> None:
    file = landing / TABLE / f"{number}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([HEADERS[TABLE], *lines, ""]), encoding="utf-8")
    at = 1_900_000_000 + number * 86_400
    os.utime(file, (at, at))


def deleted(lake: Lake) -> set[object]:
    """Ids of the deleted customers; the list of them must name the same."""
    customers = keyed(*read(lake, "dim_customer"), key="customer_id")
    gone = {number for number, row in customers.items() if row["is_deleted"]}
    columns, rows = read(lake, "silver_conformed__deleted_records", "silver")
    assert {row[columns.index("business_key")] for row in rows} == set(gone)
    return gone


def test_deleted_held_back_and_accepted(
    sample_lake: Lake, sample_landing: Path, catalogue: Path, tmp_path: Path
) -> None:
    lake, landing = copy_lake(sample_lake, tmp_path / "lake"), tmp_path / "landing"
    shutil.copytree(sample_landing, landing)
    folder = str(catalogue)
    lines = [line for line in records(landing, TABLE) if line.split(",")[0].strip()]
    ids = sorted({line.split(",")[0].strip() for line in lines})
    few, many = set(ids[:3]), set(ids[: len(ids) // 2])
    sold = len(read(lake, "fact_sales")[1])

    deliver(landing, 1, [line for line in lines if line.split(",")[0].strip() not in few])
    report = run_job(landing, lake, SALESLAKE_CATALOGUE=folder)
    assert (report.exit_code, report.build.kind) == (0, "incremental")
    assert deleted(lake) == few
    assert len(read(lake, "fact_sales")[1]) == sold

    deliver(landing, 2, [line for line in lines if line.split(",")[0].strip() not in many])
    done = run_command(
        "run", "--landing", str(landing), "--lake", str(lake.root), SALESLAKE_CATALOGUE=folder
    )
    assert done.returncode == 3, done.stderr
    assert "HELD BACK crm/cust_info/2.csv of crm.cust_info: it lacks" in done.stdout
    assert "saleslake accept crm.cust_info" in done.stdout
    assert deleted(lake) == few

    accepted = run_command(
        "accept", "crm.cust_info", "--lake", str(lake.root), SALESLAKE_CATALOGUE=folder
    )
    assert accepted.returncode == 0, accepted.stderr
    assert "Accepted crm/cust_info/2.csv" in accepted.stdout
    report = run_job(landing, lake, SALESLAKE_CATALOGUE=folder)
    assert (report.exit_code, report.build.kind) == (0, "incremental")
    assert deleted(lake) == many
    assert run_job(landing, lake, SALESLAKE_CATALOGUE=folder).build.kind == "nothing"
    assert_observed(lake, many)


def assert_observed(lake: Lake, gone: Collection[object]) -> None:
    """The snapshot says of each deleted customer that it was there, and that it is not."""
    columns, rows = read(lake, "snapshot_conformed__customers", "snapshots")
    names = ("customer_id", "is_deleted", "dbt_valid_to")
    seen = [tuple(row[columns.index(name)] for name in names) for row in rows]
    assert {(number, flag) for number, flag, until in seen if until is None and flag} == {
        (number, True) for number in gone
    }
    assert {number for number, flag, until in seen if until is not None and not flag} == set(gone)
