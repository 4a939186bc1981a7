"""Order lines of one of the two systems that have some, as far as a delivery may have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sample.delivery import Window
from sample.world.days import Month
from sample.world.orders import Lines, Orders
from sample.world.world import World


def lines_of(
    world: World, window: Window, months: Sequence[Month], *, online: bool
) -> Iterator[tuple[Orders, Lines]]:
    """Yield the lines that were sold, a chunk at a time, beside all orders of their month.

    Args:
        world: the business.
        window: the days of a delivery.
        months: those to go through.
        online: lines of the web shop, or of the CRM.
    """
    size = max(1, world.settings.chunk_rows // 2)
    for month in months:
        orders = world.ordering.orders(month)
        # A delivery of some days needs no order of others.
        first = int(np.searchsorted(orders.days, window.earliest, side="left"))
        last = int(np.searchsorted(orders.days, window.until, side="right"))
        for start in range(first, last, size):
            lines = world.ordering.lines(orders, start, min(size, last - start), online=online)
            yield orders, lines.of(~lines.are_lost)
