"""The dbt-duckdb project's files, made from nodes as dbt's manifest has them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from bench_nodes import node, nodes

from bench.errors import BenchmarkSetupError
from bench.port.compiling import REPLACED
from bench.port.landing import (
    SourceTable,
    empty_table_of_ingest,
    landings,
    raw_landing,
    source_tables,
)
from bench.port.manifest import CompiledNode
from bench.port.project import file_text, relations_of, write_project
from ingest.catalogue.entries import load_catalogue
from saleslake.settings import PROJECT_DIR

SOURCES = [SourceTable("crm", "sales_details", "raw_crm")]


MERGED = {
    "materialized": "incremental",
    "incremental_strategy": "merge",
    "unique_key": "order_key",
    "on_schema_change": "append_new_columns",
}
FIRST = node("model", "orders", "select order_key from raw_crm.sales_details", config=MERGED)
LATER = node(
    "model",
    "orders",
    "select order_key from raw_crm.sales_details where b > (select max(b) from gold.orders as t)",
    config=MERGED,
)


def text_of(found: dict[str, CompiledNode], name: str) -> str:
    return file_text(found[name], relations_of(found.values(), SOURCES))


def test_an_incremental_model_has_both_branches_and_its_settings() -> None:
    text = text_of(nodes([FIRST], [LATER]), "orders")
    settings, _, sql = text.partition("\n")
    assert settings == (
        '{{ config(materialized="incremental", incremental_strategy="merge", '
        'unique_key="order_key", on_schema_change="append_new_columns", schema="gold", '
        'alias="orders") }}'
    )
    later, _, first = sql.partition("{% else %}")
    assert later.startswith("{% if is_incremental() %}")
    assert "{{ this }} AS t" in later
    assert "{{ this }}" not in first
    assert first.rstrip().endswith("{% endif %}")
    assert "{{ source('crm', 'sales_details') }}" in first


def test_a_model_with_one_branch_has_no_condition() -> None:
    text = text_of(nodes([FIRST]), "orders")
    assert "is_incremental" not in text


def test_a_contract_casts_to_its_types() -> None:
    columns = {
        "order_key": {"name": "order_key", "data_type": "string"},
        "quantity": {"name": "quantity", "data_type": "bigint"},
    }
    config = {"materialized": "table", "contract": {"enforced": True}}
    found = nodes([node("model", "sums", "select 1 as a", columns=columns, config=config)])
    text = text_of(found, "sums")
    assert "cast(order_key as varchar) as order_key" in text
    assert "cast(quantity as bigint) as quantity" in text


def test_a_test_keeps_its_severity_and_reads_the_model() -> None:
    config = {"severity": "warn", "fail_calc": "count(*)", "materialized": "test"}
    code = "select * from gold.orders where order_key is null"
    found = nodes([FIRST, node("test", "keyed", code, "dbt_test__audit", config=config)])
    text = text_of(found, "keyed")
    assert text.startswith('{{ config(severity="warn", fail_calc="count(*)") }}')
    assert "{{ ref('orders') }}" in text


def test_a_snapshot_is_a_snapshot() -> None:
    config = {"strategy": "check", "unique_key": "order_key", "check_cols": ["a", "b"]}
    code = "select * from gold.orders"
    text = text_of(
        nodes([FIRST, node("snapshot", "seen", code, "snapshots", config=config)]), "seen"
    )
    assert text.startswith("{% snapshot seen %}\n{{ config(")
    assert 'check_cols=["a", "b"]' in text
    assert text.endswith("{% endsnapshot %}\n")


def test_what_a_build_does_not_run_is_left_out() -> None:
    ephemeral = node("model", "inlined", "select 1", config={"materialized": "ephemeral"})
    assert set(nodes([FIRST, ephemeral, node("analysis", "asked", "select 1")])) == {"orders"}


def test_the_project_on_disk(tmp_path: Path) -> None:
    project = tmp_path / "own"
    (project / "seeds").mkdir(parents=True)
    (project / "seeds" / "codes.csv").write_text("code,name\na,A\n", encoding="utf-8")
    seed = node(
        "seed",
        "codes",
        None,
        "seeds",
        config={"column_types": {"code": "string"}},
        original_file_path="seeds/codes.csv",
    )
    found = list(nodes([FIRST, seed]).values())
    folder = tmp_path / "port"
    write_project(project, found, SOURCES, folder, threads=4)
    assert (folder / "models" / "orders.sql").exists()
    assert (folder / "seeds" / "codes.csv").read_text(encoding="utf-8") == "code,name\na,A\n"
    settings = yaml.safe_load((folder / "dbt_project.yml").read_text(encoding="utf-8"))
    seeds = settings["seeds"][settings["name"]]
    assert seeds["codes"] == {"+schema": "seeds", "+column_types": {"code": "varchar"}}
    profiles = yaml.safe_load((folder / "profiles.yml").read_text(encoding="utf-8"))
    assert profiles[settings["profile"]]["outputs"]["bench"]["threads"] == 4
    sources = yaml.safe_load((folder / "models" / "sources.yml").read_text(encoding="utf-8"))
    assert sources["sources"] == [
        {"name": "crm", "schema": "raw_crm", "tables": [{"name": "sales_details"}]}
    ]


def test_landing_makes_the_columns_that_models_read() -> None:
    table = next(one for one in load_catalogue().tables if one.name == "crm.sales_details")
    landing = raw_landing(table)
    create = landing.statements[1]
    assert '"sls_ord_num" varchar' in create
    assert "row_number bigint" in create
    assert "'USD' as _currency_code" in landing.insert
    assert "all_varchar = true" in landing.insert
    for parameter in ("$file", "$path", "$modified_at", "$loaded_at", "$batch_id"):
        assert parameter in landing.insert


def test_every_source_is_filled_or_empty() -> None:
    catalogue = load_catalogue()
    assert {one.name for one in landings(catalogue)} == {
        f"{one.source}.{one.table}" for one in source_tables(catalogue)
    }
    assert "delivery_number" in empty_table_of_ingest("full_deliveries").statements[1]


def test_full_deliveries_are_not_ported_silently() -> None:
    catalogue = load_catalogue()
    whole = replace(catalogue.tables[0], delivery="full")
    with pytest.raises(BenchmarkSetupError, match=whole.name):
        landings(replace(catalogue, tables=(whole,)))


def test_macros_that_are_replaced_are_still_there() -> None:
    for name, text in REPLACED.items():
        signature = re.search(r"macro (\w+\(.*?\))", text)
        assert signature
        assert signature[0] in (PROJECT_DIR / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("option", "value", "argument"),
    [
        ("delimiter", ";", "delim = ';'"),
        ("quote", "'", "quote = ''''"),
        ("quote", None, "quote = ''"),
        ("escape", "\\", "escape = '\\'"),
        ("encoding", "latin-1", "encoding = 'latin-1'"),
    ],
)
def test_landing_reads_files_as_the_catalogue_says(
    option: str, value: str | None, argument: str
) -> None:
    table = load_catalogue().tables[0]
    options = replace(table.options, **{option: value})  # type: ignore[arg-type]
    assert argument in raw_landing(replace(table, options=options)).insert
