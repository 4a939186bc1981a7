"""What was planted in the web shop can be found in its clean files, and the totals be reached."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from math import sqrt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from sample_bench import CLEAN, LAST, Record, write_small
from shop_bench import Shop, day, money, shop_of, text, whole

from sample import settings_of, write_next_days
from sample.delivery import Window
from sample.domains.shop.baskets import LATEST_RETURN
from sample.domains.shop.orders import order_lines
from sample.draws import Booleans, Floats
from sample.world.products import ELASTICITIES
from sample.world.world import World

TIMES = {
    f"shop.{kind}": 0.2
    for kind in (
        "customers/late",
        "orders/late",
        "orders/amount_corrected",
        "order_lines/late",
        "order_lines/quantity_corrected",
        "return_notes/late",
    )
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Without any dirt, with enough customers for shares."""
    target = tmp_path_factory.mktemp("clean") / "files"
    return write_small(target, "shop", order_lines=25_000, rates=CLEAN)


@pytest.fixture(scope="module")
def shop(clean: Path) -> Shop:
    return shop_of(clean)


@pytest.fixture(scope="module")
def identities(clean: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(
        clean / "truth" / "shop_identities.parquet"
    ).to_pylist()
    return found


@pytest.fixture(scope="module")
def planted(clean: Path) -> dict[str, float]:
    found: dict[str, float] = json.loads((clean / "truth" / "shop_parameters.json").read_text())
    return found


def assert_share(found: int, count: int, share: float) -> None:
    """Assert a share within four standard deviations of the binomial distribution."""
    assert count > 100
    assert abs(found - count * share) < 4 * sqrt(count * share * (1 - share))


def test_identities_are_those_of_the_customers(
    clean: Path, shop: Shop, identities: list[dict[str, object]]
) -> None:
    customers = {
        row["customer_number"]: row
        for row in pq.read_table(clean / "truth" / "customers.parquet").to_pylist()
    }
    accounts = {row["customer_id"]: row for row in shop.customers}
    assert set(accounts) == {it["shop_customer_id"] for it in identities}
    for it in identities:
        account, customer = accounts[str(it["shop_customer_id"])], customers[it["customer_number"]]
        assert it["customer_id"] == customer["customer_id"]
        if not it["is_second_account"]:
            assert it["shop_customer_id"] == customer["shop_customer_id"]
        crm_id = str(it["customer_id"]) if it["carries_crm_id"] else ""
        assert account["crm_customer_id"] == crm_id
        assert account["email"] == (it["email"] or "")
        assert account["country"] == customer["country"]


def test_equal_emails_are_one_person(identities: list[dict[str, object]]) -> None:
    persons: dict[object, set[object]] = defaultdict(set)
    for it in identities:
        if it["email"]:
            persons[it["email"]].add(it["customer_number"])
    assert {len(numbers) for numbers in persons.values()} == {1}
    accounts = Counter(it["customer_number"] for it in identities)
    assert set(accounts.values()) == {1, 2}
    seconds = [it for it in identities if it["is_second_account"]]
    assert all(it["email"] and not it["carries_crm_id"] for it in seconds)


def test_shares_are_those_that_were_planted(
    shop: Shop, identities: list[dict[str, object]], planted: dict[str, float]
) -> None:
    firsts = [it for it in identities if not it["is_second_account"]]
    with_email = [it for it in firsts if it["email"]]
    in_both = [it for it in firsts if it["customer_id"] is not None]
    assert_share(len(with_email), len(firsts), planted["email_share"])
    with_id = sum(bool(it["carries_crm_id"]) for it in in_both)
    assert_share(with_id, len(in_both), planted["crm_id_share"])
    methods = Counter(text(row, "payment_method") for row in shop.orders)
    for method, count in methods.items():
        share = planted[f"payment_share_{method.replace(' ', '_')}"]
        assert_share(count, len(shop.orders), share)


def test_returns_are_as_many_as_were_planted(shop: Shop, planted: dict[str, float]) -> None:
    """Of lines that could have come back until the last day of the files."""
    last = LAST - timedelta(days=LATEST_RETURN)
    old = {
        text(row, "transaction_id") for row in shop.orders if day(row, "transaction_date") <= last
    }

    def of_old(rows: list[Record]) -> int:
        return sum(text(row, "transaction_id") in old for row in rows)

    lines, notes = of_old(shop.returned), of_old(shop.return_notes)
    assert_share(lines + notes, of_old(shop.sold), planted["return_share"])
    assert_share(notes, lines + notes, planted["return_note_share"])


def latest(rows: list[Record], *key: str) -> list[Record]:
    """Return the latest record of each key."""
    return list({tuple(row[name] for name in key): row for row in rows}.values())


def test_latest_records_reach_the_totals(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "files", "shop", order_lines=8_000, rates={**CLEAN, **TIMES})
    for days in (3, 10):
        write_next_days(folder, days)
    shop = shop_of(folder)
    orders = latest(shop.orders, "transaction_id")
    assert len(orders) < len(shop.orders)
    lines = latest(shop.order_lines, "transaction_id", "line_number")
    assert len(lines) < len(shop.order_lines)
    sold = [row for row in lines if not row["returned_line_number"]]
    returned = [row for row in lines if row["returned_line_number"]]
    gross = sum(money(row, "line_amount") for row in sold)
    of_notes = sum(money(row, "refund_amount") for row in shop.return_notes)
    refund = of_notes - sum(money(row, "line_amount") for row in returned)
    totals = json.loads((folder / "truth" / "shop_totals.json").read_text(), parse_float=str)
    assert totals == {
        "orders": len(orders),
        "order_amount": str(sum(money(row, "transaction_amount") for row in orders)),
        "lines": len(sold),
        "quantity": sum(whole(row, "quantity") for row in sold),
        "gross_amount": str(gross),
        "return_lines": len(returned),
        "return_notes": len(shop.return_notes),
        "refund_amount": str(refund),
        "net_amount": str(gross - refund),
    }


@dataclass(frozen=True)
class Weeks:
    """What was sold of each product in each week; shape of all: products, weeks.

    Attributes:
        lines: how many order lines.
        discounts: of all the week; 0 where it is no single one.
        are_even: whether there was one discount all week, and a line, and goods in all warehouses.
    """

    lines: Floats
    discounts: Floats
    are_even: Booleans


def weeks_of(world: World) -> Weeks:
    window = Window(None, world.days.last)
    columns = ["product_number", "transaction_date", "discount_rate", "returned_line_number"]
    chunks = order_lines(world, window, window.months(world.days))
    table = pa.concat_tables([chunk.table.select(columns) for chunk in chunks])
    table = table.filter(pc.equal(table["returned_line_number"], pa.scalar("")))
    numbers = pa.array([product.number for product in world.products.sold])
    days = table["transaction_date"].cast(pa.date32()).cast(pa.int32()).to_numpy()
    at = (
        pc.index_in(table["product_number"], numbers).to_numpy(),
        (days - world.days.first) // 7,
    )
    share = table["discount_rate"].cast(pa.float64()).to_numpy()
    shape = len(numbers), (world.days.last - world.days.first) // 7 + 1
    lines, most, least = np.zeros(shape), np.zeros(shape), np.ones(shape)
    np.add.at(lines, at, 1)
    np.maximum.at(most, at, share)
    np.minimum.at(least, at, share)
    of_weeks = world.stock_outs[:, :, : shape[1] * 7].reshape(shape[0], -1, *shape[1:], 7)
    is_out = np.asarray(of_weeks.any(axis=(1, 3)))
    are_even = (most == least) & (lines > 0) & ~is_out
    return Weeks(lines, np.where(are_even, most, 0), are_even)


def test_elasticities_are_found_by_regression(planted: dict[str, float]) -> None:
    """Lines of a product in a week on its relative price, both as logarithms, within 0.25.

    With an effect of each product and of each week; without weeks in which a warehouse was out of
    the product, or a promotion began or ended. The seed has promotions of every group in plenty.
    """
    settings = replace(settings_of("demo"), order_lines=1_200_000, seed=5, rates=CLEAN)
    world = World(settings)
    weeks = weeks_of(world)
    product, week = np.nonzero(weeks.are_even)
    names = sorted(ELASTICITIES)
    groups = [names.index(it.category.category) for it in world.products.sold]
    row, products = np.arange(len(product)), len(groups)
    known = np.zeros((len(row), len(names) + products + weeks.lines.shape[1]))
    known[row, np.array(groups)[product]] = np.log1p(-weeks.discounts[product, week])
    known[row, len(names) + product] = 1
    known[row, len(names) + products + week] = 1
    # The logarithm of a count is the surer, the larger the count.
    weighted = known.T * weeks.lines.mean(axis=1)[product]
    sold = np.log(weeks.lines[product, week])
    found = np.linalg.lstsq(weighted @ known, weighted @ sold, rcond=None)[0][: len(names)]
    for name, elasticity in zip(names, found, strict=True):
        assert abs(elasticity - planted[f"elasticity_{name.lower()}"]) < 0.25, name
