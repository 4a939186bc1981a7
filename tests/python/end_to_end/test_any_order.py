"""Gold is a function of the files, not of when they came: random deliveries, orders and batches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import pytest
from deliveries import Delivery, write_all
from gold import assert_equal_gold, assert_equal_tables, read
from lakes import build_tables, dbt, land
from random_deliveries import FULL, catalogue, random_batches, random_deliveries

from saleslake.lake import Lake

pytestmark = pytest.mark.slow

DELIVERIES = 60
BATCHES = 4
CUSTOMERS = ("crm.cust_info", "erp.loc_a101")
LISTS = ("deleted_records", "rejected_records", "repaired_values")


def built(
    batches: Sequence[Sequence[Delivery]], folder: Path, full: Collection[str] = CUSTOMERS
) -> Lake:
    """A lake that was built after each batch of deliveries."""
    lake, landing = Lake(folder / "lake"), folder / "landing"
    for batch in batches:
        write_all(batch, landing)
        land(landing, lake, catalogue(full))
        build_tables(lake)
    return lake


def assert_same(left: Lake, right: Lake) -> None:
    """Equal gold, and the same records deleted, rejected and repaired."""
    assert_equal_gold(left, right)
    for name in LISTS:
        table = f"silver_conformed__{name}"
        assert_equal_tables(name, read(left, table, "silver"), read(right, table, "silver"))


@pytest.fixture(scope="module")
def deliveries() -> list[Delivery]:
    return random_deliveries(seed=4, count=DELIVERIES)


@pytest.fixture(scope="module")
def at_once(deliveries: list[Delivery], tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return built([deliveries], tmp_path_factory.mktemp("at_once"))


def test_the_deliveries_are_worth_it(at_once: Lake) -> None:
    """Equal lakes prove little when nothing happened in them."""
    columns, rows = read(at_once, "full_deliveries", "../ops")
    states = [row[columns.index("state")] for row in rows]
    assert {"applied", "held_back"} <= set(states)
    columns, rows = read(at_once, "silver_conformed__deleted_records", "silver")
    assert {row[columns.index("table_name")] for row in rows} == {"crm.cust_info", "erp.loc_a101"}
    columns, rows = read(at_once, "dim_customer")
    for flag in ("is_deleted", "is_inferred"):
        assert {row[columns.index(flag)] for row in rows} == {True, False}
    assert len(read(at_once, "silver_conformed__rejected_records", "silver")[1]) > 10


def test_every_data_test_passes(at_once: Lake) -> None:
    dbt(at_once, "test", "--exclude-resource-type", "unit_test")


def test_sales_delivered_in_full(deliveries: list[Delivery], tmp_path: Path) -> None:
    """Lines and whole orders go and come back; what is gone is in no fact."""
    once = built([deliveries], tmp_path / "once", FULL)
    columns, rows = read(once, "silver_crm__sales_lines", "silver")
    assert {row[columns.index("is_deleted")] for row in rows} == {True, False}
    parts = built(random_batches(deliveries, 3, 4), tmp_path / "parts", FULL)
    assert_same(parts, once)
    dbt(parts, "test", "--exclude-resource-type", "unit_test")


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.fault(29)
def test_any_order_and_batching(
    seed: int, deliveries: list[Delivery], at_once: Lake, tmp_path: Path
) -> None:
    assert_same(built(random_batches(deliveries, seed, BATCHES), tmp_path), at_once)
