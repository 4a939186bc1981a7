"""What gold must hold after a right run over the files of CRM and ERP: counted before any dirt."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pyarrow as pa

from sample.delivery import Window
from sample.domains.crm.dirt import KINDS, TOO_MANY
from sample.domains.crm.files import customers_of
from sample.domains.lines import lines_of
from sample.domains.soilers import soiler_of
from sample.draws import Booleans
from sample.output.chunk import Chunk, Row
from sample.output.files import JsonLines, SampleFile
from sample.world.days import day_of
from sample.world.world import World


def files(world: World, window: Window) -> Iterator[SampleFile]:
    """Yield ``totals.json``: of all records that were delivered until a day, as they stand then.

    customers (those with a record), customers_known_from_sales (with sales and no record yet),
    products (each with one current version), product_versions, lines, orders (with a line),
    quantity (pieces), revenue (quantity times price, in dollars), first_order_date,
    last_order_date. Kinds of dirt that no pipeline can undo are not counted in.
    """
    so_far = Window(None, window.until)
    yield SampleFile("", "totals.json", JsonLines(), partial(_totals, world, so_far))


def _totals(world: World, window: Window) -> Iterator[Chunk]:
    with_record = _customers_delivered(world, window)
    sales = _sales(world, window, with_record)
    total: Row = {
        "customers": int(with_record.sum()),
        **sales,
        "products": len(world.products.all),
        "product_versions": sum(len(product.versions) for product in world.products.all),
    }
    yield Chunk(pa.Table.from_pylist([total]))


def _customers_delivered(world: World, window: Window) -> Booleans:
    """Tell by number which customers the CRM has delivered a record of."""
    soiler = soiler_of(world, "crm.cust_info", KINDS)
    delivered = np.zeros(world.people.known_on(window.until), np.bool_)
    for numbers in customers_of(world, window):
        arrives, _ = soiler.times(numbers, world.people.came[numbers].astype(np.int64), "")
        delivered[numbers[arrives <= window.until]] = True
    return delivered


def _sales(world: World, window: Window, with_record: Booleans) -> Row:
    soiler = soiler_of(world, "crm.sales_details", KINDS)
    lines_sold = orders_sold = quantity = revenue = 0
    without_record: set[int] = set()
    first, last = window.until, world.days.first
    for orders, lines in lines_of(world, window, window.months(world.days), online=False):
        days = orders.days[lines.orders]
        arrives, settled = soiler.times(lines.keys, days, orders.month.code)
        there = arrives <= window.until
        if not there.any():
            continue
        pieces = (lines.quantities + np.where(settled > window.until, TOO_MANY, 0))[there]
        placed = np.unique(lines.orders[there])
        customers = orders.customers[placed]
        without_record.update(customers[~with_record[customers]].tolist())
        lines_sold += int(there.sum())
        orders_sold += len(placed)
        quantity += int(pieces.sum())
        revenue += int((pieces * lines.list_prices[there]).sum())
        first, last = min(first, int(days[there].min())), max(last, int(days[there].max()))
    return {
        "customers_known_from_sales": len(without_record),
        "lines": lines_sold,
        "orders": orders_sold,
        "quantity": quantity,
        "revenue": revenue,
        "first_order_date": day_of(first).isoformat(),
        "last_order_date": day_of(last).isoformat(),
    }
