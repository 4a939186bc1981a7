"""The web shop's files: their shapes, amounts and returns that add up, what is wrong in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sample_bench import CLEAN, LAST, listed_faults, misplaced_faults, read_file, small, write_small
from shop_bench import Shop, day, line_of, money, shop_of, text, whole

from sample import write_next_days
from sample.delivery import Window
from sample.domains.shop import SHOP
from sample.domains.shop.baskets import LATEST_RETURN, SOONEST_RETURN
from sample.domains.shop.customers import with_accent
from sample.domains.shop.dirt import KINDS
from sample.domains.shop.offers import ANNOUNCED_BEFORE
from sample.errors import SampleSettingError
from sample.world.goods import CATEGORIES, FAMILIES
from sample.world.world import World

ORDER_COLUMNS = (
    "transaction_id,customer_id,product_category,transaction_amount,transaction_date,"
    "payment_method,sales_rep"
)
OFTEN = {
    "shop.return_notes": 0.08,
    "shop.prices": 0.1,
    "shop.promotions": 0.3,
}
"""Rates of the kinds of tables with few records."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A first delivery and a later one without any dirt."""
    target = tmp_path_factory.mktemp("clean") / "files"
    write_small(target, "shop", order_lines=8_000, rates=CLEAN)
    write_next_days(target, 12)
    return shop_of(target)


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of dirt often; amounts of orders are wider in the later delivery."""
    target = tmp_path_factory.mktemp("dirty") / "files"
    rates = {kind.full_name: OFTEN.get(kind.table, 0.04) for kind in KINDS}
    rates["shop.return_notes/late"] = 0.3
    write_small(target, "shop", order_lines=12_000, rates=rates)
    write_next_days(target, 20, drifts=["widened"])
    return target


def category_of(product_number: str) -> str:
    return next(it.category_id for it in FAMILIES if product_number.startswith(it.number))


def test_orders_have_the_seven_columns(dirty: Path) -> None:
    header, first = (dirty / "landing" / "shop" / "orders.csv").read_text().splitlines()[:2]
    assert header == ORDER_COLUMNS
    assert first.startswith("TXN_2303000001,CUST_")


def test_keys_are_unique_and_customers_known(shop: Shop) -> None:
    for rows, key in (
        (shop.customers, ["customer_id"]),
        (shop.orders, ["transaction_id"]),
        (shop.order_lines, ["transaction_id", "line_number"]),
        (shop.return_notes, ["return_id"]),
        (shop.prices, ["product_number", "valid_from"]),
        (shop.promotions, ["promotion_id"]),
    ):
        assert max(Counter(tuple(row[name] for name in key) for row in rows).values()) == 1
    accounts = {row["customer_id"] for row in shop.customers}
    assert {row["customer_id"] for row in shop.orders} <= accounts


def test_a_customer_has_one_sales_rep(shop: Shop) -> None:
    reps: dict[str, set[str]] = defaultdict(set)
    for row in shop.orders:
        reps[text(row, "customer_id")].add(text(row, "sales_rep"))
    assert {len(of_customer) for of_customer in reps.values()} == {1}
    assert len(set().union(*reps.values())) == 12


def test_an_order_is_the_sum_of_its_lines(shop: Shop) -> None:
    groups = {it.category_id: it.category for it in CATEGORIES}
    lines: dict[str, list[tuple[Decimal, str]]] = defaultdict(list)
    for row in shop.sold:
        group = groups[category_of(text(row, "product_number"))]
        lines[text(row, "transaction_id")].append((money(row, "line_amount"), group))
    assert {row["transaction_id"] for row in shop.orders} == set(lines)
    for row in shop.orders:
        of_order = lines[text(row, "transaction_id")]
        assert money(row, "transaction_amount") == sum(amount for amount, _ in of_order)
        assert row["product_category"] == max(of_order, key=lambda it: it[0])[1]


def test_amounts_follow_from_prices_and_promotions(shop: Shop) -> None:
    promotions = {row["promotion_id"]: row for row in shop.promotions}
    with_promotion = 0
    for row in shop.sold:
        ordered, number = day(row, "transaction_date"), text(row, "product_number")
        [price] = [
            it
            for it in shop.prices
            if it["product_number"] == number
            and day(it, "valid_from") <= ordered
            and (it["valid_to"] is None or ordered <= day(it, "valid_to"))
        ]
        assert money(row, "list_price") == money(price, "list_price")
        assert money(row, "unit_price") == money(row, "list_price") * (
            1 - money(row, "discount_rate")
        )
        assert money(row, "line_amount") == whole(row, "quantity") * money(row, "unit_price")
        if row["promotion_id"]:
            promotion = promotions[row["promotion_id"]]
            assert money(promotion, "discount_rate") == money(row, "discount_rate")
            assert promotion["category_id"] == category_of(number)
            assert day(promotion, "valid_from") <= ordered <= day(promotion, "valid_to")
            with_promotion += 1
        else:
            assert money(row, "discount_rate") == 0
    assert with_promotion > 20


def test_promotions_are_known_two_weeks_ahead(shop: Shop) -> None:
    last = LAST + timedelta(days=12 + ANNOUNCED_BEFORE)
    begins = sorted(day(row, "valid_from") for row in shop.promotions)
    assert LAST + timedelta(days=12) < begins[-1] <= last


def test_returns_are_of_lines_that_were_sold(shop: Shop) -> None:
    sold = {line_of(row): row for row in shop.sold}
    as_lines = {line_of(row, "returned_line_number"): row for row in shop.returned}
    as_notes = {line_of(row): row for row in shop.return_notes}
    assert len(as_lines) == len(shop.returned) > 20
    assert len(as_notes) == len(shop.return_notes) > 20
    assert not set(as_lines) & set(as_notes)
    for key, row in {**as_lines, **as_notes}.items():
        is_line = key in as_lines
        bought = sold[key]
        pieces = whole(row, "quantity") * (-1 if is_line else 1)
        assert 1 <= pieces <= whole(bought, "quantity")
        refund = -money(row, "line_amount") if is_line else money(row, "refund_amount")
        assert refund == pieces * money(bought, "unit_price")
        assert row["product_number"] == bought["product_number"]
        back = day(row, "transaction_date" if is_line else "returned_date")
        after = (back - day(bought, "transaction_date")).days
        assert SOONEST_RETURN <= after <= LATEST_RETURN
        assert back <= LAST + timedelta(days=12)


def test_lines_of_returns_follow_those_of_the_order(shop: Shop) -> None:
    last_sold: dict[str, int] = {}
    for row in shop.sold:
        last_sold[text(row, "transaction_id")] = whole(row, "line_number")
    numbers: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in shop.returned:
        order, number = line_of(row)
        numbers[order].append((text(row, "transaction_date"), number))
    for order, of_order in numbers.items():
        # As they come back, so they are counted.
        first = last_sold[order] + 1
        found = [number for _, number in sorted(of_order)]
        assert found == list(range(first, first + len(of_order)))


def test_every_listed_fault_is_where_the_ledger_says(dirty: Path) -> None:
    faults = listed_faults(dirty)
    assert misplaced_faults(dirty, faults) == []
    found = {fault.kind for fault in faults}
    assert {kind.full_name for kind in KINDS} - found == set()
    later = read_file(dirty / "landing" / "shop" / "orders" / "2023-07-20.csv")
    right = [row for row in later if text(row, "transaction_amount").endswith("00")]
    assert len(right) > 0.9 * len(later)


def test_repeated_records_are_exact(dirty: Path) -> None:
    lines = [
        fault.line
        for fault in listed_faults(dirty)
        if fault.kind == "shop.orders/record_repeated" and fault.file == "shop/orders.csv"
    ]
    rows = read_file(dirty / "landing" / "shop" / "orders.csv")
    assert lines
    for line in lines:
        place = line - 2
        assert rows[place] in (rows[place - 1], rows[place + 1])


@pytest.mark.parametrize(
    ("name", "accented"), [("Jose", "Jöse"), ("Müller", "Müllér"), ("Al", "Al"), ("Anna", "Añna")]
)
def test_names_get_one_accent(name: str, accented: str) -> None:
    assert with_accent(name) == accented


def test_large_samples_have_files_a_month() -> None:
    world = World(small(order_lines=500_000))
    paths = [file.path for file in SHOP.files(world, Window(None, world.days.last))]
    months = [f"2023-{month:02d}" for month in (3, 4, 5, 6)]
    assert set(paths) == {
        *(f"shop/{table}/{it}.csv" for table in ("orders", "order_lines") for it in months),
        *(f"shop/return_notes/{it}.jsonl" for it in months),
        *(f"shop/{name}" for name in ("customers.csv", "prices.parquet", "promotions.jsonl")),
    }
    later = [file.path for file in SHOP.files(world, Window(world.days.last, world.days.last + 7))]
    assert "shop/return_notes/2023-07-07.jsonl" in later


def test_columns_change_of_the_tables_that_are_delivered(tmp_path: Path) -> None:
    both = write_small(tmp_path / "both", "crm", "shop")
    write_next_days(both, 9, drifts=["renamed"])
    later = read_file(both / "landing" / "shop" / "orders" / "2023-07-09.csv")
    assert "sales_representative" in later[0]
    crm = write_small(tmp_path / "crm", "crm")
    write_next_days(crm, 9, drifts=["renamed"])
    assert "cst_surname" in read_file(crm / "landing" / "crm" / "cust_info" / "2023-07-09.csv")[0]
    with pytest.raises(SampleSettingError, match=r"one of crm\.cust_info"):
        write_next_days(crm, 9, drifts=["shop.orders:renamed"])
    erp = write_small(tmp_path / "erp", "erp")
    with pytest.raises(SampleSettingError, match="never change their columns"):
        write_next_days(erp, 9, drifts=["renamed"])
