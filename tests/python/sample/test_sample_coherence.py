"""The business holds together, and cleaning its files by the documented rules gives it back."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

import pytest
from sample_reading import (
    CUSTOMERS,
    ERP_CUSTOMERS,
    LOCATIONS,
    PRODUCTS,
    SALES,
    Rows,
    read_rows,
)

from sample import SampleSummary, write_sample_landing
from sample.dirt import Dirt
from sample.world import COUNTRY_SHARES, FIRST_ORDER_DATE, build_world

Files = dict[str, Rows]


@pytest.fixture(scope="module", params=[20260101, 7])
def sample(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> SampleSummary:
    folder = tmp_path_factory.mktemp("sample") / "landing"
    return write_sample_landing(folder, seed=int(request.param), customers=500, orders=1000)


@pytest.fixture(scope="module")
def files(sample: SampleSummary) -> Files:
    return read_rows(sample.folder)


def as_date(number: str) -> date:
    return datetime.strptime(number, "%Y%m%d").date()


def customer_ids(files: Files) -> set[str]:
    return {row["cst_id"] for row in files[CUSTOMERS]} - {""}


def cleaned_lines(files: Files) -> list[tuple[str, date, int, int, int]]:
    """Return order number, order date, quantity, price and amount of each line, by the rules."""
    lines = []
    for row in files[SALES]:
        quantity = int(row["sls_quantity"])
        amount, price = int(row["sls_sales"] or 0), int(row["sls_price"] or 0)
        if price and (amount <= 0 or amount != quantity * abs(price)):
            amount = quantity * abs(price)
        if price <= 0:
            price = amount // quantity
        ordered = as_date(row["sls_ship_dt"]) - timedelta(days=7)
        lines.append((row["sls_ord_num"], ordered, quantity, price, amount))
    return lines


def test_cleaning_by_the_rules_reaches_the_clean_totals(
    sample: SampleSummary, files: Files
) -> None:
    lines = cleaned_lines(files)
    totals = sample.totals
    assert len(customer_ids(files)) == totals.customers == 500
    assert len({row["prd_key"] for row in files[PRODUCTS]}) == totals.products
    assert len(files[PRODUCTS]) == totals.product_versions
    assert len(lines) == totals.lines
    assert len({number for number, *_ in lines}) == totals.orders == 1000
    assert sum(quantity for _, _, quantity, _, _ in lines) == totals.quantity
    assert sum(amount for *_, amount in lines) == totals.revenue
    assert min(ordered for _, ordered, *_ in lines) == totals.first_order_date
    assert max(ordered for _, ordered, *_ in lines) == totals.last_order_date


def test_cleaning_by_the_rules_gives_back_every_line(sample: SampleSummary, files: Files) -> None:
    world = build_world(sample.seed, customers=500, orders=1000)
    assert [line[1:] for line in cleaned_lines(files)] == [
        (order.order_date, line.quantity, line.price, line.amount)
        for order in world.orders
        for line in order.lines
    ]


def test_cleaning_by_the_rules_gives_back_every_customer(
    sample: SampleSummary, files: Files
) -> None:
    latest: dict[str, dict[str, str]] = {}
    for row in sorted(files[CUSTOMERS], key=lambda row: row["cst_create_date"]):
        latest[row["cst_id"]] = row
    del latest[""]
    gender = {row["CID"][-10:]: row["GEN"].strip()[:1] for row in files[ERP_CUSTOMERS]}
    country = {row["CID"].replace("-", ""): row["CNTRY"].strip() for row in files[LOCATIONS]}
    alias = {"USA": "United States", "US": "United States", "DE": "Germany"}

    unknown_genders = 0
    for customer in build_world(sample.seed, customers=500, orders=1000).customers:
        row = latest.pop(str(customer.customer_id))
        assert row["cst_firstname"].strip() == customer.first_name
        assert row["cst_lastname"].strip() == customer.last_name
        found_gender = row["cst_gndr"] or gender[row["cst_key"]]
        assert found_gender in ("", customer.gender[0])
        unknown_genders += not found_gender
        found_country = country[row["cst_key"]]
        assert alias.get(found_country, found_country) in ("", customer.country)
    assert latest == {}
    assert unknown_genders == sample.dirt["gender_blank_everywhere"]


def test_the_summary_counts_the_delivered_rows(sample: SampleSummary, files: Files) -> None:
    assert dict(sample.rows) == {path: len(rows) for path, rows in files.items()}


def test_every_sale_has_its_customer_and_its_product(files: Files) -> None:
    numbers = {row["prd_key"][6:] for row in files[PRODUCTS]}
    assert {row["sls_cust_id"] for row in files[SALES]} <= customer_ids(files)
    sold = {row["sls_prd_key"] for row in files[SALES]}
    assert sold < numbers, "some products are never sold"


def test_both_erp_files_know_every_customer_once(files: Files) -> None:
    keys = sorted({row["cst_key"] for row in files[CUSTOMERS] if row["cst_id"]})
    assert sorted(row["CID"].removeprefix("NAS") for row in files[ERP_CUSTOMERS]) == keys
    assert sorted(row["CID"].replace("-", "") for row in files[LOCATIONS]) == keys
    for row in files[CUSTOMERS]:
        if row["cst_id"]:
            assert row["cst_key"][2:] == row["cst_id"].rjust(8, "0")


def test_the_erp_agrees_with_the_crm_on_gender(files: Files) -> None:
    erp = {row["CID"][-10:]: row["GEN"].strip()[:1] for row in files[ERP_CUSTOMERS]}
    known = [row for row in files[CUSTOMERS] if row["cst_gndr"] and erp[row["cst_key"]]]
    assert len(known) > 400
    assert all(row["cst_gndr"] == erp[row["cst_key"]] for row in known)


def test_lines_of_an_order_share_customer_and_dates_and_differ_in_product(files: Files) -> None:
    orders = defaultdict(list)
    for row in files[SALES]:
        orders[row["sls_ord_num"]].append(row)
    for rows in orders.values():
        shared = {(row["sls_cust_id"], row["sls_ship_dt"], row["sls_due_dt"]) for row in rows}
        assert len(shared) == 1
        assert len({row["sls_prd_key"] for row in rows}) == len(rows)
    assert {1, 2, 3, 4, 5} == {len(rows) for rows in orders.values()}


def test_ship_and_due_dates_keep_their_distance(files: Files) -> None:
    for row in files[SALES]:
        shipped = as_date(row["sls_ship_dt"])
        assert as_date(row["sls_due_dt"]) == shipped + timedelta(days=5)
        if len(row["sls_order_dt"]) == 8:
            assert as_date(row["sls_order_dt"]) == shipped - timedelta(days=7)


def test_orders_span_three_years_and_end_inside_a_month(sample: SampleSummary) -> None:
    first, last = sample.totals.first_order_date, sample.totals.last_order_date
    assert FIRST_ORDER_DATE <= first < FIRST_ORDER_DATE + timedelta(days=31)
    assert last + timedelta(days=1) == FIRST_ORDER_DATE.replace(year=FIRST_ORDER_DATE.year + 3)
    assert 10 <= last.day <= 20


def test_create_dates_lie_after_every_order(sample: SampleSummary, files: Files) -> None:
    created = [row["cst_create_date"] for row in files[CUSTOMERS] if row["cst_id"]]
    assert min(created) > sample.totals.last_order_date.isoformat()


def test_products_have_one_to_three_versions_with_one_open_end(files: Files) -> None:
    versions = defaultdict(list)
    for row in files[PRODUCTS]:
        versions[row["prd_key"]].append(row)
    assert Counter(len(rows) for rows in versions.values()) == {1: 46, 2: 10, 3: 8}
    for rows in versions.values():
        assert [row["prd_end_dt"] == "" for row in rows] == [False] * (len(rows) - 1) + [True]
        assert [row["prd_start_dt"] for row in rows] == sorted(
            {row["prd_start_dt"] for row in rows}
        )
    assert Dirt().product_end_before_start == len(files[PRODUCTS]) - len(versions)


def test_most_lines_are_older_than_the_first_version_of_their_product(files: Files) -> None:
    """The trap of an as-of join: a pipeline that loses these lines must be found out."""
    first: dict[str, str] = {}
    for row in files[PRODUCTS]:
        number, start = row["prd_key"][6:], row["prd_start_dt"].replace("-", "")
        first[number] = min(first.get(number, start), start)
    early = [row for row in files[SALES] if row["sls_ship_dt"] < first[row["sls_prd_key"]]]
    assert 0.3 < len(early) / len(files[SALES]) < 0.8


def test_cost_stays_below_price(files: Files) -> None:
    cost = {row["prd_key"][6:]: int(row["prd_cost"] or 0) for row in files[PRODUCTS]}
    for row in files[SALES]:
        assert cost[row["sls_prd_key"]] < abs(int(row["sls_price"] or 10**6))


def test_there_are_seven_countries(files: Files) -> None:
    spelled = {row["CNTRY"].strip() for row in files[LOCATIONS]}
    assert spelled - {"", "USA", "US", "DE"} == set(COUNTRY_SHARES)
    assert len(COUNTRY_SHARES) == 7


def test_a_change_of_size_keeps_the_products() -> None:
    small = build_world(1, customers=200, orders=100)
    large = build_world(1, customers=300, orders=2000)
    assert small.products == large.products
