"""The goods with their versions, prices, and how much each is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from sample.draws import Draws, Floats, Integers
from sample.world.days import Days, day_number, day_of
from sample.world.goods import CATEGORIES, FAMILIES, VARIANTS, Category

FIRST_VERSION_ID = 501
PRICE_STEPS = (0.92, 0.96, 1.0)
"""Prices of three versions against the current one; a product with fewer has the last."""
THREE_VERSIONS = 8
TWO_VERSIONS = 10
"""How many products have so many versions; all others have one."""

ELASTICITIES = {"Garden": -1.4, "Camping": -1.9, "Hiking": -1.7, "Workwear": -0.8}
"""By how many per cent demand changes when a price changes by one, by group of goods. Planted."""


@dataclass(frozen=True)
class ProductVersion:
    """What a product costs and is sold for from a day on.

    Attributes:
        version_id: its id in the CRM.
        start: its first day.
        end: its last day; None for the current one.
        cost: in whole dollars.
        price: in whole dollars.
    """

    version_id: int
    start: date
    end: date | None
    cost: int
    price: int


@dataclass(frozen=True)
class Product:
    """A product and its versions, oldest first."""

    category: Category
    number: str
    name: str
    line: str
    versions: tuple[ProductVersion, ...]


@dataclass(frozen=True)
class Products:
    """All products; those that are sold come first, and their place is their index everywhere.

    Attributes:
        all: the products.
        popularity: how often each of those that are sold is asked for, against the others.
        days: of the world.
    """

    all: tuple[Product, ...]
    popularity: Floats
    days: Days

    @cached_property
    def sold(self) -> tuple[Product, ...]:
        """The products that appear in orders."""
        return tuple(product for product in self.all if product.category.is_sold)

    @cached_property
    def elasticities(self) -> Floats:
        """Of each product that is sold."""
        return np.array([ELASTICITIES[product.category.category] for product in self.sold])

    @cached_property
    def prices(self) -> Integers:
        """List prices in whole dollars: a row for each product that is sold, a column for each day.

        Before the first recorded version its price holds, as in real systems that were filled late.
        """
        prices = np.empty((len(self.sold), self.days.count), np.int64)
        for row, product in enumerate(self.sold):
            prices[row] = product.versions[0].price
            for version in product.versions[1:]:
                prices[row, max(0, day_number(version.start) - self.days.first) :] = version.price
        return prices


def make_products(draws: Draws, days: Days) -> Products:
    """Make the goods of the world; the same for one seed and the same days."""
    categories = {category.category_id: category for category in CATEGORIES}
    goods = [(family, variant) for family in FAMILIES for variant in family.variants or ("",)]
    counts = [3] * THREE_VERSIONS + [2] * TWO_VERSIONS
    counts += [1] * (len(goods) - len(counts))
    order = np.argsort(draws.uniform("products/versions", 0, len(goods)), kind="stable")
    shares = draws.uniform("products/cost", 0, 3 * len(goods)).reshape(-1, 3)
    starts = _version_starts(days)
    products = []
    next_id = FIRST_VERSION_ID
    for place, (family, variant) in enumerate(goods):
        count = counts[int(np.flatnonzero(order == place)[0])]
        versions = _versions(next_id, family.price, starts[-count:], shares[place])
        products.append(
            Product(
                category=categories[family.category_id],
                number=f"{family.number}-{variant}" if variant else family.number,
                name=f"{family.name} - {VARIANTS[variant]}" if variant else family.name,
                line=family.line,
                versions=tuple(versions),
            )
        )
        next_id += count
    products.sort(key=lambda product: not product.category.is_sold)
    sold = sum(product.category.is_sold for product in products)
    popularity = (1 - draws.uniform("products/popularity", 0, sold)) ** (-1 / 1.4)
    return Products(tuple(products), np.minimum(popularity, 12.0), days)


def _version_starts(days: Days) -> tuple[date, ...]:
    """Return when the three versions begin: most sales are older than what is recorded of them.

    On the first of a month, unless two of them would begin on the same day.
    """
    length = days.last - days.first + 1
    starts = tuple(day_of(days.first + length * part // 8) for part in (3, 5, 7))
    of_months = tuple(start.replace(day=1) for start in starts)
    return of_months if len(set(of_months)) == len(starts) else starts


def _versions(
    first_id: int, price: int, starts: tuple[date, ...], shares: Floats
) -> Iterator[ProductVersion]:
    steps = PRICE_STEPS[-len(starts) :]
    for place, (start, step) in enumerate(zip(starts, steps, strict=True)):
        following = starts[place + 1] if place + 1 < len(starts) else None
        then = round(price * step)
        yield ProductVersion(
            version_id=first_id + place,
            start=start,
            end=following - timedelta(days=1) if following else None,
            cost=max(1, round(then * (0.38 + 0.26 * float(shares[place])))),
            price=then,
        )
