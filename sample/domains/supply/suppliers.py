"""Who delivers what, and how long it takes: agreed on paper, and as it is. Planted.

A plain table, so that a supplier is added by adding a line; names are the world's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample.draws import Draws, Floats, Integers
from sample.world.products import Products


@dataclass(frozen=True)
class Supplier:
    """A company that goods come from.

    Attributes:
        city: where it is.
        country: where it is.
        category_ids: subcategories of goods that it delivers, all of their products.
        agreed_days: from an order to its delivery, as agreed.
        mean_days: the same, as it is on average.
        spread_days: standard deviation of it.
        minimum_quantity: pieces of an order line, as agreed; orders of fewer are common.
    """

    city: str
    country: str
    category_ids: tuple[str, ...]
    agreed_days: int
    mean_days: float
    spread_days: float
    minimum_quantity: int

    def delivers(self, category_id: str) -> bool:
        """Tell whether goods of a subcategory come from it."""
        return category_id in self.category_ids


SUPPLIERS = (
    Supplier("Zürich", "Switzerland", ("GA_HT", "GA_HO"), 7, 7.5, 1.2, 10),
    Supplier("Łódź", "Poland", ("GA_PL", "GA_GR", "WE_GL"), 10, 12.0, 2.0, 10),
    Supplier("Malmö", "Sweden", ("GA_MO", "CA_ST"), 12, 12.0, 1.5, 2),
    Supplier("Milwaukee", "United States", ("CA_TE", "CA_FU", "GA_MO"), 14, 16.5, 3.0, 5),
    Supplier("Shenzhen", "China", ("CA_SB", "CA_LA", "CA_TE"), 35, 41.0, 6.0, 20),
    Supplier("Porto", "Portugal", ("HI_BT", "HI_BP"), 16, 15.0, 2.5, 8),
    Supplier("Đà Nẵng", "Vietnam", ("WE_JK", "HI_BP", "HI_BT"), 30, 33.0, 5.0, 20),
    Supplier("São Paulo", "Brazil", ("HI_PO", "WE_GL"), 24, 28.0, 4.5, 12),
)
"""By their number; names are those of ``NamePools.suppliers``."""


def supplier_ids() -> tuple[str, ...]:
    """Return the ids of all suppliers, by their number."""
    return tuple(f"SUP-{number:02d}" for number in range(1, len(SUPPLIERS) + 1))


def suppliers_at(draws: Draws, products: Products, which: Integers, keys: Integers) -> Integers:
    """Return who delivers: each supplier of a product is as likely.

    Args:
        draws: random numbers.
        products: of the world.
        which: indexes into the products that are sold.
        keys: the delivery's positions, as many.
    """
    delivering = [
        [place for place, it in enumerate(SUPPLIERS) if it.delivers(product.category.category_id)]
        for product in products.sold
    ]
    counts = np.array([len(places) for places in delivering])
    table = np.zeros((len(delivering), counts.max()), np.int64)
    for row, places in enumerate(delivering):
        table[row, : len(places)] = places
    uniform = draws.at("supply/supplier", keys)
    found: Integers = table[which, (uniform * counts[which]).astype(np.int64)]
    return found


def lead_days(suppliers: Integers, normal: Floats) -> Integers:
    """Return the days from order to delivery, at least one.

    Args:
        suppliers: their numbers.
        normal: numbers of the standard normal distribution, as many.
    """
    means = np.array([it.mean_days for it in SUPPLIERS])[suppliers]
    spreads = np.array([it.spread_days for it in SUPPLIERS])[suppliers]
    days: Integers = np.maximum(1, np.rint(means + spreads * normal)).astype(np.int64)
    return days
