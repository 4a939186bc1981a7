"""Price cuts of the web shop: which goods, from when to when, by how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample.draws import Draws, Floats
from sample.world.days import Days
from sample.world.products import Products

PROMOTIONS_PER_YEAR = 26
DISCOUNTS = (0.10, 0.15, 0.20, 0.25, 0.30)
SHORTEST_DAYS, LONGEST_DAYS = 7, 21


@dataclass(frozen=True)
class Promotion:
    """A cut of the price of all goods of a subcategory.

    Attributes:
        number: from 1, by the day it begins.
        category_id: the subcategory.
        first: its first day, as a number.
        last: its last day.
        discount: share of the list price.
    """

    number: int
    category_id: str
    first: int
    last: int
    discount: float


@dataclass(frozen=True)
class Promotions:
    """All promotions until the end of the world, by the day they begin.

    Attributes:
        all: the promotions.
        discounts: a row for each product that is sold, a column for each day: the largest
            discount of a promotion that runs.
    """

    all: tuple[Promotion, ...]
    discounts: Floats


def make_promotions(draws: Draws, days: Days, products: Products) -> Promotions:
    """Make the promotions of the world; more days would add some and change none."""
    every = 365.25 / PROMOTIONS_PER_YEAR
    count = int(days.count / every)
    categories = sorted({product.category.category_id for product in products.sold})
    which = draws.integers("promotions/category", 0, count, low=0, high=len(categories) - 1)
    starts = draws.uniform("promotions/start", 0, count)
    lengths = draws.integers("promotions/length", 0, count, low=SHORTEST_DAYS, high=LONGEST_DAYS)
    cuts = draws.integers("promotions/discount", 0, count, low=0, high=len(DISCOUNTS) - 1)
    found = []
    discounts = np.zeros((len(products.sold), days.count))
    of_category = np.array([product.category.category_id for product in products.sold])
    for place in range(count):
        first = days.first + int((place + float(starts[place])) * every)
        last = first + int(lengths[place]) - 1
        promotion = Promotion(
            place + 1, categories[which[place]], first, last, DISCOUNTS[cuts[place]]
        )
        found.append(promotion)
        rows = np.flatnonzero(of_category == promotion.category_id)
        columns = np.arange(first - days.first, min(last, days.end) - days.first + 1)
        cut = discounts[np.ix_(rows, columns)]
        discounts[np.ix_(rows, columns)] = np.maximum(cut, promotion.discount)
    return Promotions(tuple(found), discounts)
