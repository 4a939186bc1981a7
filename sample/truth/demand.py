"""The truth about demand: what was asked for, with what a stock-out lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa

from sample.delivery import Window
from sample.draws import Integers
from sample.output.chunk import Chunk
from sample.output.columns import dates, picked, whole
from sample.output.files import Parquet, SampleFile
from sample.world.days import Month
from sample.world.orders import counted
from sample.world.places import WAREHOUSES
from sample.world.world import World


@dataclass(frozen=True)
class Demand:
    """Pieces of a month. Shape of both: days, products that are sold, warehouses.

    Attributes:
        asked: asked for.
        sold: delivered; the others were lost, as the warehouse had none.
    """

    asked: Integers
    sold: Integers


def demand_of(world: World, month: Month) -> Demand:
    """Return what was asked for and sold in a month, of CRM and web shop together."""
    orders = world.ordering.orders(month)
    products, size = len(world.products.sold), world.settings.chunk_rows // 2 + 1
    shape = month.last - month.first + 1, products, len(WAREHOUSES)
    asked, sold = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for start in range(0, len(orders), size):
        lines = world.ordering.lines(orders, start, size)
        asked += counted(lines, orders, products)
        sold += counted(lines.of(~lines.are_lost), orders, products)
    return Demand(asked, sold)


def files(world: World, window: Window) -> Iterator[SampleFile]:
    """Yield ``demand/<last day>.parquet``: pieces by day, product and warehouse, if any.

    Columns: day_date, product_number, warehouse, pieces_asked_for, pieces_sold, is_out_of_stock.
    """
    yield SampleFile(
        "", f"demand/{window.last_day}.parquet", Parquet(), partial(_demand, world, window)
    )


def _demand(world: World, window: Window) -> Iterator[Chunk]:
    numbers = [product.number for product in world.products.sold]
    for month in world.days.months(max(world.days.first, window.earliest), window.until):
        demand = demand_of(world, month)
        days = np.arange(month.first, month.last + 1)
        is_of_window = window.has(days)
        at = np.nonzero((demand.asked > 0) & is_of_window[:, None, None])
        day, product, warehouse = at
        out = world.stock_outs[product, warehouse, days[day] - world.days.first]
        table = pa.table(
            {
                "day_date": dates(days[day]),
                "product_number": picked(numbers, product),
                "warehouse": picked([it.code for it in WAREHOUSES], warehouse),
                "pieces_asked_for": whole(demand.asked[at]),
                "pieces_sold": whole(demand.sold[at]),
                "is_out_of_stock": pa.array(out),
            }
        )
        yield Chunk(table)
