"""Late, corrected, new and unknown records; test_any_order.py shuffles such records."""

from __future__ import annotations

from pathlib import Path

import pytest
from deliveries import base_delivery, changes, rest_of_sales, write_all
from gold import keyed, read
from lakes import build_tables, land

from saleslake.lake import Lake

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(sample_landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake of the sample's files and then of everything that came later."""
    folder = tmp_path_factory.mktemp("built")
    lake, landing = Lake(folder / "lake"), folder / "landing"
    later = [rest_of_sales(sample_landing), *changes(sample_landing)]
    for batch in ([base_delivery(sample_landing, half_of_sales=True)], later):
        write_all(batch, landing)
        land(landing, lake)
        build_tables(lake)
    return lake


def test_a_full_refresh_gives_the_same(built: Lake) -> None:
    before = {name: read(built, name) for name in ("fact_sales", "fact_orders", "dim_product")}
    build_tables(built, full_refresh=True)
    assert {name: read(built, name) for name in before} == before


def test_what_the_deliveries_mean(built: Lake) -> None:
    """Any order gives the same lake; these are the values that it must hold."""
    customers = keyed(*read(built, "dim_customer"), key="customer_id")
    assert customers["99002"]["country"] == "France"
    assert customers["99002"]["is_inferred"] is False
    renamed = [row for row in customers.values() if row["first_name"] == "Renamed"]
    assert [row["country"] for row in renamed] == ["Netherlands"]
    lines = keyed(*read(built, "fact_sales"), key="sales_line_key").values()
    late = [row for row in lines if row["file_path"] == "crm/sales_details/corrections.csv"]
    assert sorted(int(str(row["sales_amount"]).split(".")[0]) for row in late) == [40, 50, 300]
    products = keyed(*read(built, "dim_product"), key="product_key").values()
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
