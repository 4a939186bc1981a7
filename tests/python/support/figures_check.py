"""Checks a built lake of the bicycle retailer's files against the independent figures."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import expected_figures as expected

from command.report.figures import read_figures
from saleslake.lake import Lake
from saleslake.query import LakeQuery, Row


def rows(lake: Lake, sql: str, *tables: str) -> list[Row]:
    """Answer a query to warehouse tables, each named ``schema.table``; in SQL by its last part."""
    paths = {name.split(".")[1]: lake.warehouse.joinpath(*name.split(".")) for name in tables}
    return LakeQuery(paths).rows(sql)


def assert_headline_figures(lake: Lake) -> None:
    """Customers, products, lines, orders, money, countries and categories."""
    figures = read_figures(lake)
    assert figures is not None
    (usd,) = figures.currencies
    counts = {
        "customers": figures.customers,
        "products": figures.products,
        "lines": usd.lines,
        "orders": usd.orders,
    }
    assert counts == expected.COUNTS
    assert (usd.currency_code, usd.revenue, usd.profit, usd.quantity) == (
        "USD",
        expected.REVENUE,
        expected.PROFIT,
        expected.QUANTITY,
    )
    assert {share.name: int(share.amount) for share in usd.by_country} == expected.BY_COUNTRY
    assert {share.name: int(share.amount) for share in usd.by_category} == expected.BY_CATEGORY
    assert [share.name for share in usd.by_month if share.is_partial] == ["2014-01"]
    assert str(usd.as_of_date) == "2014-01-29"


def assert_attributes(lake: Lake) -> None:
    """Product versions, subcategory shares, genders and marital statuses."""
    (versions,) = rows(
        lake,
        "select count(*) as n from dim_product where not is_unknown_member",
        "gold.dim_product",
    )
    assert versions.whole("n") == expected.PRODUCT_VERSIONS
    shares = rows(
        lake,
        "select subcategory, sum(sales_amount) as amount from fact_sales "
        "inner join dim_product on fact_sales.product_key = dim_product.product_key group by 1",
        "gold.fact_sales",
        "gold.dim_product",
    )
    by_name = {row.text("subcategory"): row.amount("amount") for row in shares}
    for name, percent in expected.SUBCATEGORY_SHARES.items():
        assert round(by_name[name] / expected.REVENUE * 100, 2) == Decimal(str(percent))
    customers = rows(
        lake,
        "select gender, marital_status from dim_customer where not is_unknown_member",
        "gold.dim_customer",
    )
    assert Counter(row.text("gender") for row in customers) == expected.GENDERS
    revenue = rows(
        lake,
        "select marital_status, count(distinct dim_customer.customer_key) as n, "
        "sum(sales_amount) as amount from fact_sales inner join dim_customer "
        "on fact_sales.customer_key = dim_customer.customer_key group by 1",
        "gold.fact_sales",
        "gold.dim_customer",
    )
    assert {
        row.text("marital_status"): (row.whole("n"), int(row.amount("amount"))) for row in revenue
    } == expected.MARITAL_STATUSES


def assert_no_orphans(lake: Lake) -> None:
    """Every key of the facts is in its dimension."""
    for dimension in ("customer", "product", "location"):
        (orphans,) = rows(
            lake,
            f"select count(*) as n from fact_sales left join dim_{dimension} on "
            f"fact_sales.{dimension}_key = dim_{dimension}.{dimension}_key "
            f"where dim_{dimension}.{dimension}_key is null",
            "gold.fact_sales",
            f"gold.dim_{dimension}",
        )
        assert orphans.whole("n") == 0, dimension


def assert_dirt(lake: Lake) -> None:
    """Every kind of dirt, counted by table, column and reason."""
    repaired = rows(
        lake,
        "select table_name, column_name, reason_code, count(*) as n "
        "from silver_conformed__repaired_values group by 1, 2, 3",
        "silver.silver_conformed__repaired_values",
    )
    found = {
        (row.text("table_name"), row.text("column_name"), row.text("reason_code")): row.whole("n")
        for row in repaired
    }
    assert {key: found.get(key) for key in expected.REPAIRS} == expected.REPAIRS
    rejected = rows(
        lake,
        "select table_name, reason_code, count(*) as n "
        "from silver_conformed__rejected_records group by 1, 2",
        "silver.silver_conformed__rejected_records",
    )
    assert {
        (row.text("table_name"), row.text("reason_code")): row.whole("n") for row in rejected
    } == expected.REJECTED
    (superseded,) = rows(
        lake,
        "select sum(superseded_record_count) as n from silver_crm__customers",
        "silver.silver_crm__customers",
    )
    assert superseded.whole("n") == expected.SUPERSEDED_CUSTOMERS
