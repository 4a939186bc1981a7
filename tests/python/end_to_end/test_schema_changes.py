"""A model's columns change under a lake that exists: its tables follow, on the embedded engine."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from lakes import copy_lake, land, run_job
from projects import edit

from command.build import build
from engine.attach import spark_type
from saleslake.lake import Lake

pytestmark = pytest.mark.slow

MONTHLY = "models/gold/sales/sales_monthly.sql"
MONTHLY_CONTRACT = "models/gold/sales/gold_sales__models.yml"
BRONZE = "models/bronze/crm/bronze_crm__cust_info.sql"
CHECKED = "models/silver/crm/checked/silver_crm__customers_checked.sql"


def columns(lake: Lake, schema: str, table: str) -> dict[str, str]:
    """Names and Spark types of a table's columns, from the Delta log alone."""
    fields = DeltaTable(lake.warehouse / schema / table).schema().fields
    return {field.name: spark_type(field.type) for field in fields}


def read(lake: Lake, schema: str, table: str) -> pa.Table:
    return DeltaTable(lake.warehouse / schema / table).to_pyarrow_table()


def build_incrementally(project: Path, lake: Lake) -> None:
    result = build(project, lake, "embedded", full_refresh=False, on_progress=lambda *_: None)
    failures = "\n".join(f"{node.name}: {node.message}" for node in result.nodes if node.failed)
    assert not failures, failures


def change_monthly(project: Path) -> None:
    """Add a column, retype one and remove one, in the query and in its contract."""
    model, contract = project / MONTHLY, project / MONTHLY_CONTRACT
    edit(
        model,
        "        customer_count,\n        newest",
        "        cast(customer_count as bigint) + 1 as extra_count,\n        newest",
    )
    edit(
        model,
        "        round(\n            cast(profit_amount as double) / nullif("
        "cast(sales_amount as double), 0), 6\n        ) as profit_margin_rate",
        "        'none' as profit_margin_rate",
    )
    edit(
        contract,
        "null when there is no revenue.\n        data_type: double",
        "null when there is no revenue.\n        data_type: string",
    )
    edit(contract, "      - name: customer_count\n", "      - name: extra_count\n")


def add_incremental_columns(project: Path) -> None:
    """Add columns of several types to a bronze and to a silver model, not only at the end."""
    edit(
        project / BRONZE,
        "        cst_lastname as last_name,\n",
        "        cst_lastname as last_name,\n"
        "        'new' as extra_text,\n"
        "        cast(length(cst_key) as decimal(12, 2)) as extra_amount,\n",
    )
    edit(
        project / CHECKED,
        "        marital_status,\n        gender,\n",
        "        marital_status,\n        gender,\n        extra_text,\n"
        "        cast(length(clean_last_name) as bigint) as extra_count,\n"
        "        cast(clean_created_date as timestamp) as extra_time,\n",
    )


ADDED_TO_BRONZE = {"extra_text": "string", "extra_amount": "decimal(12,2)"}
ADDED_TO_CHECKED = {"extra_text": "string", "extra_count": "bigint", "extra_time": "timestamp"}


def assert_monthly_followed(lake: Lake, before: dict[str, str]) -> None:
    after = dict(before)
    del after["customer_count"]
    after |= {"profit_margin_rate": "string", "extra_count": "bigint"}
    assert columns(lake, "gold", "sales_monthly") == after
    extra = read(lake, "gold", "sales_monthly").column("extra_count").to_pylist()
    assert extra
    assert None not in extra


@pytest.fixture
def lake(sample_lake: Lake, tmp_path: Path) -> Lake:
    return copy_lake(sample_lake, tmp_path / "lake")


def test_a_run_rebuilds_what_was_added_removed_and_retyped(
    lake: Lake, project: Path, sample_landing: Path
) -> None:
    monthly = columns(lake, "gold", "sales_monthly")
    bronze = columns(lake, "bronze", "bronze_crm__cust_info")
    checked = columns(lake, "silver", "silver_crm__customers_checked")
    change_monthly(project)
    add_incremental_columns(project)
    # Retyped, in a table that is otherwise appended to.
    edit(project / BRONZE, "cst_firstname as", "cast(length(cst_firstname) as bigint) as")
    edit(
        project / CHECKED,
        "clean_text('customers.first_name')",
        "clean_text('cast(customers.first_name as string)')",
    )
    # And a seed that gets a column.
    seed = project / "seeds" / "seed_country_aliases.csv"
    lines = seed.read_text(encoding="utf-8").splitlines()
    seed.write_text("\n".join([f"{lines[0]},extra", *(f"{x},y" for x in lines[1:])]) + "\n")

    report = run_job(sample_landing, lake, SALESLAKE_PROJECT=str(project))
    assert (report.build.kind, report.build.failures) == ("full", ())

    assert_monthly_followed(lake, monthly)
    bronze |= {"first_name": "bigint"} | ADDED_TO_BRONZE
    assert columns(lake, "bronze", "bronze_crm__cust_info") == bronze
    assert columns(lake, "silver", "silver_crm__customers_checked") == checked | ADDED_TO_CHECKED
    assert "extra" in columns(lake, "seeds", "seed_country_aliases")
    texts = read(lake, "bronze", "bronze_crm__cust_info").column("extra_text").to_pylist()
    assert set(texts) == {"new"}
    assert run_job(sample_landing, lake, SALESLAKE_PROJECT=str(project)).build.kind == "nothing"


def test_an_incremental_build_adds_columns_and_leaves_old_rows_null(
    lake: Lake, project: Path, sample_landing: Path, tmp_path: Path
) -> None:
    before = {
        table: (columns(lake, *table), read(lake, *table).num_rows)
        for table in [
            ("bronze", "bronze_crm__cust_info"),
            ("silver", "silver_crm__customers_checked"),
        ]
    }
    monthly = columns(lake, "gold", "sales_monthly")
    change_monthly(project)
    add_incremental_columns(project)

    build_incrementally(project, lake)  # no new file: columns only
    for (table, (old, count)), added in zip(
        before.items(), [ADDED_TO_BRONZE, ADDED_TO_CHECKED], strict=True
    ):
        assert columns(lake, *table) == old | added
        assert read(lake, *table).num_rows == count

    header, *records = (
        (sample_landing / "crm" / "cust_info.csv").read_text(encoding="utf-8").splitlines()
    )
    late = tmp_path / "late" / "crm" / "cust_info" / "late.csv"
    late.parent.mkdir(parents=True)
    late.write_text("\n".join([header, *records[:3]]) + "\n", encoding="utf-8")
    land(tmp_path / "late", lake)
    edit(project / BRONZE, "'new' as extra_text,", "'b' as extra_text, 1 as extra_third,")
    build_incrementally(project, lake)  # a new file and one more new column

    assert_monthly_followed(lake, monthly)
    for table, (old, count) in before.items():
        added = ADDED_TO_BRONZE | {"extra_third": "int"} if table[0] == "bronze" else {}
        added = added or ADDED_TO_CHECKED
        assert columns(lake, *table) == old | added
        rows = read(lake, *table).sort_by("batch_id").to_pylist()
        assert len(rows) == count + 3
        for name in added:
            assert {row[name] for row in rows[:count]} == {None}
            assert None not in {row[name] for row in rows[count:]}
