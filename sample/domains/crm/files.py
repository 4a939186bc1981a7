"""How the CRM writes the business down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import pyarrow as pa

from sample.delivery import Window
from sample.domains.crm.dirt import KINDS
from sample.domains.lines import lines_of
from sample.domains.monthly import files_by_month
from sample.domains.soilers import soiler_of
from sample.draws import Integers
from sample.output.chunk import Chunk
from sample.output.columns import dates, either, padded, picked, text_table, whole
from sample.output.files import Csv, SampleFile
from sample.output.text import Texts, joined
from sample.world.days import Month, as_numbers
from sample.world.orders import Lines, Orders
from sample.world.people import SHOP_ONLY
from sample.world.world import World

SHIP_AFTER, DUE_AFTER = 7, 12
"""Days from the order date to the two others, on every line."""

FIRST_CUSTOMER_ID = 20_001
CUSTOMER_PREFIX = "FG"
ORDER_PREFIX = "HO"

_CRLF = "\r\n"


def files(world: World, window: Window) -> Iterator[SampleFile]:
    """Yield the CRM's files of a delivery; products come with the first one alone."""
    yield SampleFile(
        "crm.cust_info",
        window.path("crm/cust_info.csv"),
        Csv(_CRLF, ends_with_line_end=False),
        partial(_customers, world, window),
    )
    if window.is_first:
        yield SampleFile("crm.prd_info", "crm/prd_info.csv", Csv(_CRLF), partial(_products, world))
    yield from files_by_month(world, window, "crm.sales_details", "csv", Csv(_CRLF), _sales)


def customer_keys(numbers: Integers, prefix: str = CUSTOMER_PREFIX) -> Texts:
    """Return how the business writes the ids of customers: ``FG00020001``."""
    return joined([prefix, padded(numbers + FIRST_CUSTOMER_ID, 8)])


def customers_of(world: World, window: Window) -> Iterator[Integers]:
    """Yield the numbers of the CRM's customers who may be in a delivery, a chunk at a time.

    Those of days before it are among them where a record of theirs can come late or be corrected.
    """
    people, size = world.people, world.settings.chunk_rows
    months = window.months(world.days)
    start = 0 if window.is_first else people.known_on(months[0].first - 1)
    known = people.known_on(window.until)
    for first in range(start, known, size):
        numbers = np.arange(first, min(first + size, known))
        yield numbers[people.systems[numbers] != SHOP_ONLY]


def _customers(world: World, window: Window) -> Iterator[Chunk]:
    soiler = soiler_of(world, "crm.cust_info", KINDS)
    for numbers in customers_of(world, window):
        if not len(numbers):
            continue
        start = int(numbers[0])
        who = world.people.persons(start, int(numbers[-1]) - start + 1)
        at = numbers - start
        first_names = np.where(who.is_female, who.first_names, who.first_names + 100)[at]
        came = world.people.came[numbers].astype(np.int64)
        table = text_table(
            {
                "cst_id": whole(numbers + FIRST_CUSTOMER_ID),
                "cst_key": customer_keys(numbers),
                "cst_firstname": picked(world.names.female + world.names.male, first_names),
                "cst_lastname": picked(world.names.last, who.last_names[at]),
                "cst_marital_status": either(who.is_married[at], "M", "S"),
                "cst_gndr": either(who.is_female[at], "F", "M"),
                "cst_create_date": dates(came),
            }
        )
        yield soiler.deliver(table, numbers, came, window)


def _products(world: World) -> Iterator[Chunk]:
    soiler = soiler_of(world, "crm.prd_info", KINDS)
    rows = [
        {
            "prd_id": str(version.version_id),
            "prd_key": f"{product.category.category_id.replace('_', '-')}-{product.number}",
            "prd_nm": product.name,
            "prd_cost": str(version.cost),
            "prd_line": product.line,
            "prd_start_dt": version.start.isoformat(),
            "prd_end_dt": version.end.isoformat() if version.end else "",
        }
        for product in world.products.all
        for version in product.versions
    ]
    table = pa.Table.from_pylist(rows)
    yield soiler.soil(table, np.arange(table.num_rows))


def _sales(world: World, window: Window, months: Sequence[Month]) -> Iterator[Chunk]:
    soiler = soiler_of(world, "crm.sales_details", KINDS)
    for orders, lines in lines_of(world, window, months, online=False):
        table = _sales_table(world, orders, lines)
        days = orders.days[lines.orders]
        yield soiler.deliver(table, lines.keys, days, window, orders.month.code)


def _sales_table(world: World, orders: Orders, lines: Lines) -> pa.Table:
    days = orders.days[lines.orders]
    numbers = [product.number for product in world.products.sold]
    return text_table(
        {
            "sls_ord_num": joined(
                [f"{ORDER_PREFIX}{orders.month.code}", padded(orders.numbers[lines.orders], 6)]
            ),
            "sls_prd_key": picked(numbers, lines.products),
            "sls_cust_id": whole(orders.customers[lines.orders] + FIRST_CUSTOMER_ID),
            "sls_order_dt": whole(as_numbers(days)),
            "sls_ship_dt": whole(as_numbers(days + SHIP_AFTER)),
            "sls_due_dt": whole(as_numbers(days + DUE_AFTER)),
            "sls_sales": whole(lines.quantities * lines.list_prices),
            "sls_quantity": whole(lines.quantities),
            "sls_price": whole(lines.list_prices),
        }
    )
