"""The business itself, before any system has written it down: clean, coherent, and the truth.

Everything that a sale refers to exists; an amount is quantity times price; all lines of an order
share its customer and its date. What a right pipeline must reach is counted from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from sample.catalogue import CATEGORIES, FAMILIES, VARIANTS, Category
from sample.names import draw_name_pools

FIRST_ORDER_DATE = date(2022, 6, 18)
LAST_ORDER_DATE = date(2025, 6, 17)
"""In the middle of a month on purpose: the last month of a delivery is partial."""

FIRST_CREATE_DATE = date(2025, 7, 1)
"""Later than every order, as in the real files: the CRM was filled when it was introduced, so this
date is no 'customer since'."""
CREATE_DAYS = 180

SHIP_AFTER = timedelta(days=7)
DUE_AFTER = timedelta(days=12)

VERSION_STARTS = (date(2022, 7, 1), date(2023, 7, 1), date(2024, 7, 1))
"""A product with fewer versions has the last ones. So most sales are older than the first recorded
version of what was sold, as in the real files."""
PRICE_STEPS = (0.92, 0.96, 1.0)
THREE_VERSIONS = 8
TWO_VERSIONS = 10

FIRST_CUSTOMER_ID = 20001
FIRST_PRODUCT_ID = 501

COUNTRY_SHARES = {
    "United States": 30,
    "Germany": 14,
    "United Kingdom": 14,
    "Australia": 12,
    "France": 12,
    "Canada": 10,
    "Netherlands": 8,
}
"""Per cent of the customers; given out exactly, so that a small sample has every country."""

LINES_PER_ORDER = {1: 36, 2: 30, 3: 20, 4: 10, 5: 4}
QUANTITIES = {1: 88, 2: 8, 3: 3, 5: 1}
SEASON = (5, 6, 9, 13, 15, 14, 12, 10, 7, 5, 4, 8)
YEARLY_GROWTH = 0.35


@dataclass(frozen=True)
class Customer:
    """A person who may buy; ``gender`` is Male or Female, ``is_married`` as known to the CRM."""

    customer_id: int
    first_name: str
    last_name: str
    gender: str
    is_married: bool
    birth_date: date
    country: str
    create_date: date


@dataclass(frozen=True)
class ProductVersion:
    """What a product cost and was sold for from a date on; ``end`` is None for the current one."""

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

    def price_on(self, day: date) -> int:
        """Return the price of the version valid on a day, or of the earliest one before that."""
        valid = [version for version in self.versions if version.start <= day]
        return (valid[-1] if valid else self.versions[0]).price


@dataclass(frozen=True)
class OrderLine:
    """One product in an order; an order has no product twice."""

    product: Product
    quantity: int
    price: int

    @property
    def amount(self) -> int:
        """Quantity times price."""
        return self.quantity * self.price


@dataclass(frozen=True)
class Order:
    """What one customer ordered on one day."""

    customer: Customer
    order_date: date
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True)
class World:
    """The whole business: orders are in order of their date, all else in order of its id."""

    categories: tuple[Category, ...]
    products: tuple[Product, ...]
    customers: tuple[Customer, ...]
    orders: tuple[Order, ...]


def random_stream(seed: int, name: str) -> Random:
    """Return the random numbers of one part, so that a change to one part leaves the others."""
    return Random(f"{seed}/{name}")  # noqa: S311 - repeatable on purpose; nothing secret is drawn


def build_world(seed: int, *, customers: int, orders: int) -> World:
    """Make the business; the same for the same arguments."""
    goods = tuple(_products(random_stream(seed, "products")))
    people = tuple(_customers(seed, customers))
    return World(CATEGORIES, goods, people, tuple(_orders(seed, goods, people, orders)))


def _products(rng: Random) -> Iterator[Product]:
    categories = {category.category_id: category for category in CATEGORIES}
    goods = [(family, variant) for family in FAMILIES for variant in family.variants or ("",)]
    counts = [3] * THREE_VERSIONS + [2] * TWO_VERSIONS
    counts += [1] * (len(goods) - len(counts))
    rng.shuffle(counts)
    next_id = FIRST_PRODUCT_ID
    for (family, variant), count in zip(goods, counts, strict=True):
        yield Product(
            category=categories[family.category_id],
            number=f"{family.number}-{variant}" if variant else family.number,
            name=f"{family.name} - {VARIANTS[variant]}" if variant else family.name,
            line=family.line,
            versions=tuple(_versions(rng, next_id, family.price, count)),
        )
        next_id += count


def _versions(rng: Random, first_id: int, price: int, count: int) -> Iterator[ProductVersion]:
    starts, steps = VERSION_STARTS[-count:], PRICE_STEPS[-count:]
    for position, (start, step) in enumerate(zip(starts, steps, strict=True)):
        is_current = position == count - 1
        then = round(price * step)
        yield ProductVersion(
            version_id=first_id + position,
            start=start,
            end=None if is_current else starts[position + 1] - timedelta(days=1),
            cost=max(1, round(then * rng.uniform(0.38, 0.64))),
            price=then,
        )


def _customers(seed: int, count: int) -> Iterator[Customer]:
    rng = random_stream(seed, "customers")
    names = draw_name_pools(seed)
    for position, country in enumerate(_countries(rng, count)):
        gender = rng.choice(("Female", "Male"))
        yield Customer(
            customer_id=FIRST_CUSTOMER_ID + position,
            first_name=rng.choice(names.female if gender == "Female" else names.male),
            last_name=rng.choice(names.last),
            gender=gender,
            is_married=rng.random() < 0.54,
            birth_date=date(1944, 1, 1) + timedelta(days=rng.randrange(62 * 365)),
            country=country,
            create_date=FIRST_CREATE_DATE + timedelta(days=position * CREATE_DAYS // count),
        )


def _countries(rng: Random, count: int) -> list[str]:
    countries = [
        country for country, share in COUNTRY_SHARES.items() for _ in range(count * share // 100)
    ]
    countries += [next(iter(COUNTRY_SHARES))] * (count - len(countries))
    rng.shuffle(countries)
    return countries


def _orders(
    seed: int, products: tuple[Product, ...], customers: tuple[Customer, ...], count: int
) -> Iterator[Order]:
    rng = random_stream(seed, "orders")
    sold = [product for product in products if product.category.is_sold]
    popularity = list(accumulate(rng.paretovariate(1.4) for _ in sold))
    loyalty = list(accumulate(rng.expovariate(1) for _ in customers))
    buyers = rng.choices(customers, cum_weights=loyalty, k=count)
    for day, buyer in zip(_order_dates(rng, count), buyers, strict=True):
        basket: dict[str, Product] = {}
        size = _draw(rng, LINES_PER_ORDER)
        while len(basket) < size:
            [product] = rng.choices(sold, cum_weights=popularity)
            basket[product.number] = product
        lines = [
            OrderLine(product, _draw(rng, QUANTITIES), product.price_on(day))
            for product in basket.values()
        ]
        yield Order(buyer, day, tuple(lines))


def _order_dates(rng: Random, count: int) -> list[date]:
    """Draw dates that grow denser by the year and follow the season; the last day has one."""
    length = (LAST_ORDER_DATE - FIRST_ORDER_DATE).days + 1
    days = [FIRST_ORDER_DATE + timedelta(days=offset) for offset in range(length)]
    weights = [
        SEASON[day.month - 1] * (1 + YEARLY_GROWTH) ** (offset / 365)
        for offset, day in enumerate(days)
    ]
    return [*sorted(rng.choices(days, weights=weights, k=count - 1)), LAST_ORDER_DATE]


def _draw(rng: Random, weights: dict[int, int]) -> int:
    return rng.choices(list(weights), weights=list(weights.values()))[0]
