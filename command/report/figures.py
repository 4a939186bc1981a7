"""The headline figures of a lake, read from gold's Delta tables without an engine.

Sums of gold's columns and nothing else: what revenue or profit means is decided in the models.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from saleslake.lake import Lake, is_delta_table
from saleslake.query import LakeQuery

GOLD_TABLES = ["dim_customer", "dim_product", "dim_location", "fact_sales", "sales_monthly"]

_TOTALS = """
    select
        coalesce(currency_code, 'Unknown') as currency_code,
        sum(sales_amount) as revenue,
        sum(profit_amount) as profit,
        sum(quantity) as quantity,
        count(*) as lines,
        count(distinct order_key) as orders,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date
    from fact_sales
    group by 1
    order by 1
"""
_BY_MEMBER = """
    select
        coalesce(fact_sales.currency_code, 'Unknown') as currency_code,
        {dimension}.{column} as name,
        sum(fact_sales.sales_amount) as amount
    from fact_sales
    inner join {dimension} on fact_sales.{key} = {dimension}.{key}
    group by 1, 2
    order by amount desc, name
"""
_BY_MONTH = """
    select
        coalesce(currency_code, 'Unknown') as currency_code,
        to_char(month_start_date, '%Y-%m') as name,
        sum(sales_amount) as amount,
        bool_or(is_partial_month) as is_partial
    from sales_monthly
    group by 1, 2
    order by name
"""
_COUNTS = """
    select
        (select count(*) from dim_customer where not is_unknown_member) as customers,
        (select count(*) from dim_product where not is_unknown_member and is_current) as products
"""


@dataclass(frozen=True)
class Share:
    """One member of a breakdown and its amount; partial only ever for a month."""

    name: str
    amount: Decimal
    is_partial: bool = False


@dataclass(frozen=True)
class CurrencyFigures:
    """Figures of one currency; amounts are never summed across currencies.

    Attributes:
        currency_code: ISO code, or Unknown.
        revenue: sum of sales_amount.
        profit: sum of profit_amount, at current standard cost.
        quantity: sum of quantity, in pieces.
        lines: number of order lines.
        orders: number of orders.
        by_country: revenue by the customer's country, largest first.
        by_category: revenue by product category, largest first.
        by_month: revenue by month ("2014-01"), oldest first.
        first_order_date: the earliest order date.
        last_order_date: the latest order date.
        as_of_date: the day after it.
    """

    currency_code: str
    revenue: Decimal
    profit: Decimal
    quantity: int
    lines: int
    orders: int
    by_country: tuple[Share, ...]
    by_category: tuple[Share, ...]
    by_month: tuple[Share, ...]
    first_order_date: date
    last_order_date: date
    as_of_date: date


@dataclass(frozen=True)
class Figures:
    """The figures of a whole lake; unknown members are not counted."""

    customers: int
    products: int
    currencies: tuple[CurrencyFigures, ...]


def read_figures(lake: Lake) -> Figures | None:
    """Read the figures from gold; None while a table of it is missing."""
    tables = {name: lake.warehouse / "gold" / name for name in GOLD_TABLES}
    if not all(map(is_delta_table, tables.values())):
        return None
    gold = LakeQuery(tables)
    countries = _BY_MEMBER.format(dimension="dim_location", column="country", key="location_key")
    categories = _BY_MEMBER.format(dimension="dim_product", column="category", key="product_key")
    by_country = _shares(gold, countries)
    by_category = _shares(gold, categories)
    by_month = _shares(gold, _BY_MONTH)
    (counts,) = gold.rows(_COUNTS)
    return Figures(
        customers=counts.whole("customers"),
        products=counts.whole("products"),
        currencies=tuple(
            CurrencyFigures(
                currency_code=total.text("currency_code"),
                revenue=total.amount("revenue"),
                profit=total.amount("profit"),
                quantity=total.whole("quantity"),
                lines=total.whole("lines"),
                orders=total.whole("orders"),
                by_country=by_country.get(total.text("currency_code"), ()),
                by_category=by_category.get(total.text("currency_code"), ()),
                by_month=by_month.get(total.text("currency_code"), ()),
                first_order_date=total.day("first_order_date"),
                last_order_date=total.day("last_order_date"),
                as_of_date=total.day("last_order_date") + timedelta(days=1),
            )
            for total in gold.rows(_TOTALS)
        ),
    )


def _shares(gold: LakeQuery, sql: str) -> dict[str, tuple[Share, ...]]:
    """Return a breakdown's members by currency."""
    found: dict[str, tuple[Share, ...]] = {}
    for row in gold.rows(sql):
        share = Share(row.text("name"), row.amount("amount"), row.flag("is_partial"))
        code = row.text("currency_code")
        found[code] = (*found.get(code, ()), share)
    return found
