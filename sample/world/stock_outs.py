"""When a warehouse has nothing of a product: what is asked for then is not sold."""

from __future__ import annotations

import numpy as np

from sample.draws import Booleans, Draws
from sample.world.days import Days
from sample.world.places import WAREHOUSES
from sample.world.products import Products

DAILY_RATE = 0.004
"""How likely a stock-out begins on a day, for a product in a warehouse."""
SHORTEST_DAYS, LONGEST_DAYS = 2, 9


def make_stock_outs(draws: Draws, days: Days, products: Products) -> Booleans:
    """Return whether a product that is sold is out of stock.

    Shape: products that are sold, warehouses, days from the first to the end.
    """
    shape = len(products.sold), len(WAREHOUSES), days.count
    out = np.zeros(shape, np.bool_)
    for place in range(len(products.sold) * len(WAREHOUSES)):
        product, warehouse = divmod(place, len(WAREHOUSES))
        name = f"stock-outs/{products.sold[product].number}/{WAREHOUSES[warehouse].code}"
        begins = np.flatnonzero(draws.happens(name, 0, days.count, DAILY_RATE))
        lengths = draws.integers(
            f"{name}/length", 0, days.count, low=SHORTEST_DAYS, high=LONGEST_DAYS
        )
        for day in begins:
            out[product, warehouse, day : day + lengths[day]] = True
    return out
