"""Gold is a function of the files, not of when they were loaded: any order, any batching."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from deliveries import Delivery, base_delivery, changes, rest_of_sales, write_all
from gold import assert_equal_gold, keyed, read
from lakes import build_tables, land

from saleslake.lake import Lake

pytestmark = pytest.mark.slow


def built(batches: Sequence[Sequence[Delivery]], folder: Path) -> Lake:
    """A lake that was built after each batch of deliveries."""
    lake, landing = Lake(folder / "lake"), folder / "landing"
    for batch in batches:
        write_all(batch, landing)
        land(landing, lake)
        build_tables(lake)
    return lake


@pytest.fixture(scope="module")
def all_deliveries(sample_landing: Path) -> list[Delivery]:
    return [
        base_delivery(sample_landing, half_of_sales=True),
        rest_of_sales(sample_landing),
        *changes(sample_landing),
    ]


@pytest.fixture(scope="module")
def at_once(all_deliveries: list[Delivery], tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return built([all_deliveries], tmp_path_factory.mktemp("at_once"))


def test_one_by_one_as_they_come(
    all_deliveries: list[Delivery], at_once: Lake, tmp_path: Path
) -> None:
    assert_equal_gold(built([[delivery] for delivery in all_deliveries], tmp_path), at_once)


def test_one_by_one_in_reverse(
    all_deliveries: list[Delivery], at_once: Lake, tmp_path: Path
) -> None:
    assert_equal_gold(built([[delivery] for delivery in all_deliveries[::-1]], tmp_path), at_once)


def test_a_full_refresh_gives_the_same(at_once: Lake) -> None:
    before = {name: read(at_once, name) for name in ("fact_sales", "fact_orders", "dim_product")}
    build_tables(at_once, full_refresh=True)
    assert {name: read(at_once, name) for name in before} == before


def test_what_the_deliveries_mean(at_once: Lake) -> None:
    """The comparison above would hold for two equally wrong lakes; these are the right values."""
    customers = keyed(*read(at_once, "dim_customer"), key="customer_id")
    assert customers["99002"]["country"] == "France"
    assert customers["99002"]["is_inferred"] is False
    renamed = [row for row in customers.values() if row["first_name"] == "Renamed"]
    assert [row["country"] for row in renamed] == ["Netherlands"]
    lines = keyed(*read(at_once, "fact_sales"), key="sales_line_key").values()
    late = [row for row in lines if row["file_path"] == "crm/sales_details/corrections.csv"]
    assert sorted(int(str(row["sales_amount"]).split(".")[0]) for row in late) == [40, 50, 300]
    products = keyed(*read(at_once, "dim_product"), key="product_key").values()
    assert [row["is_inferred"] for row in products if row["product_number"] == "ZZ-LATE-1"] == [
        True
    ]
    new_version = next(row for row in products if row["product_id"] == "99001")
    assert new_version["is_current"] is True
    versions = [row for row in products if row["product_number"] == new_version["product_number"]]
    assert new_version["version_number"] == len(versions)
    # Cost is today's standard cost: the new version's, though every sale is older than it.
    sold = [row for row in lines if row["product_key"] in {v["product_key"] for v in versions}]
    assert sold
    assert all(row["cost_amount"] == int(str(row["quantity"])) * 77 for row in sold)
