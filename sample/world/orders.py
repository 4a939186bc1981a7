"""Who orders what on which day: a month at a time, each by itself.

A month's orders stand in the order of their day, then of their customer; their place in it is what
their number and every random choice about them comes from. So a month is the same in any chunks
and in any process, and days that are delivered later change none that came before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample.draws import Booleans, Draws, Floats, Integers, chosen, poisson
from sample.world.days import Days, Month
from sample.world.people import BOTH, LINES_PER_ORDER, ONLINE_SHARE, SHOP_ONLY, People
from sample.world.places import COUNTRY_SHARES, WAREHOUSES, warehouse_of_countries
from sample.world.products import Products
from sample.world.promotions import Promotions

MAXIMUM_LINES = len(LINES_PER_ORDER)
QUANTITIES = (1, 2, 3, 5)
QUANTITY_WEIGHTS = (88, 8, 3, 1)
CHOOSING_ROWS = 200_000
"""Lines whose products are chosen at a time; what is looked up for them stays in the cache."""


@dataclass(frozen=True)
class Orders:
    """All orders of a month, of CRM and web shop, before any line is lost to a stock-out.

    Attributes:
        month: the month.
        days: day numbers, ascending.
        customers: numbers of the customers.
        are_online: in the web shop or not.
        numbers: places among the orders of the same system in this month, from 1.
    """

    month: Month
    days: Integers
    customers: Integers
    are_online: Booleans
    numbers: Integers

    def __len__(self) -> int:
        return len(self.days)


@dataclass(frozen=True)
class Lines:
    """The lines of some of a month's orders, in their order.

    Attributes:
        orders: the place of each line's order among all orders of the month.
        positions: of the line in its order, from 1; gaps where a line was lost.
        products: indexes into the products that are sold; none twice in an order.
        quantities: pieces.
        list_prices: in whole dollars.
        discounts: share of the list price; 0 outside the web shop.
        warehouses: indexes into WAREHOUSES.
        are_lost: asked for and not sold, as the warehouse had none; such lines are in no file.
        keys: unique numbers within the month, the same in any chunks: what draws about a line
            are taken at.
    """

    orders: Integers
    positions: Integers
    products: Integers
    quantities: Integers
    list_prices: Integers
    discounts: Floats
    warehouses: Integers
    are_lost: Booleans
    keys: Integers

    def __len__(self) -> int:
        return len(self.orders)

    def of(self, which: Booleans | Integers) -> Lines:
        """Return some of the lines, by a mask or by their places."""
        return Lines(
            self.orders[which],
            self.positions[which],
            self.products[which],
            self.quantities[which],
            self.list_prices[which],
            self.discounts[which],
            self.warehouses[which],
            self.are_lost[which],
            self.keys[which],
        )


class Ordering:
    """Makes the orders of any month of the world.

    Args:
        draws: random numbers.
        days: of the world.
        people: who may buy.
        products: what there is, and for how much.
        promotions: price cuts of the web shop.
        stock_outs: see ``sample.world.stock_outs``.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - everything that an order is about
        self,
        draws: Draws,
        days: Days,
        people: People,
        products: Products,
        promotions: Promotions,
        stock_outs: Booleans,
    ) -> None:
        self._draws = draws
        self._days = days
        self._people = people
        self._products = products
        self._promotions = promotions
        self._stock_outs = stock_outs
        self._made: list[Orders] = []
        serving = warehouse_of_countries()
        self._warehouses = np.array([serving[country] for country in COUNTRY_SHARES])

    def orders(self, month: Month) -> Orders:
        """Return the orders of a month, made anew only where it is another than the last."""
        if not self._made or self._made[0].month != month:
            self._made[:] = [self._orders(month)]
        return self._made[0]

    def _orders(self, month: Month) -> Orders:
        people = self._people
        known = people.known_on(month.last)
        came, left = people.came[:known], people.left[:known]
        first_ones = np.flatnonzero(came >= month.first)
        customers, days = self._repeated(month, known)
        customers = np.concatenate([first_ones, customers])
        days = np.concatenate([came[first_ones].astype(np.int64), days])
        goes_on = (days < left[customers]) | (days == came[customers])
        customers, days = customers[goes_on], days[goes_on]
        order = np.lexsort((customers, days))
        customers, days = customers[order], days[order]
        online = self._are_online(month, customers)
        numbers = np.where(online, np.cumsum(online), np.cumsum(~online))
        return Orders(month, days, customers, online, numbers)

    def _repeated(self, month: Month, known: int) -> tuple[Integers, Integers]:
        """Return customers and days of the orders after the first: as many as the rate says."""
        people, days = self._people, self._days
        before = days.weight_before
        begins = np.maximum(people.came[:known] + 1, month.first) - days.first
        ends = month.last + 1 - days.first
        intensity = before[ends] - before[np.minimum(begins, ends)]
        stays = people.left[:known] > month.first
        means = np.where(stays, people.daily_rates[:known] * intensity, 0)
        uniform = self._draws.uniform(f"orders/{month.code}/count", 0, known)
        customers = np.repeat(np.arange(known), poisson(uniform, means))
        when = self._draws.uniform(f"orders/{month.code}/day", 0, len(customers))
        at = before[begins[customers]] + when * intensity[customers]
        places = np.searchsorted(before, at, side="right") - 1
        return customers, np.clip(places, begins[customers], ends - 1) + days.first

    def _are_online(self, month: Month, customers: Integers) -> Booleans:
        systems = self._people.systems[customers]
        uniform = self._draws.uniform(f"orders/{month.code}/online", 0, len(customers))
        result: Booleans = (systems == SHOP_ONLY) | ((systems == BOTH) & (uniform < ONLINE_SHARE))
        return result

    def lines(self, orders: Orders, start: int, count: int, *, online: bool | None = None) -> Lines:
        """Return what is asked for in some of a month's orders.

        Args:
            orders: of the month.
            start: place of the first order.
            count: how many orders.
            online: only those of the web shop, or of the CRM; None for all.
        """
        count = min(count, len(orders) - start)
        is_online = orders.are_online[start : start + count]
        which = np.arange(count) if online is None else np.flatnonzero(is_online == online)
        name = f"orders/{orders.month.code}/lines"
        sizes = 1 + self._draws.choices(f"{name}/count", start, count, LINES_PER_ORDER)[which]
        products = self._products_of(orders, start, count, which)
        is_there = np.arange(MAXIMUM_LINES) < sizes[:, None]
        for later in range(1, MAXIMUM_LINES):
            for earlier in range(later):
                # A product that is asked for again is the same line, not another one.
                is_there[:, later] &= products[:, later] != products[:, earlier]
        row, column = np.nonzero(is_there)
        found = products[row, column]
        place = which[row] + start
        day = orders.days[place] - self._days.first
        keys = place * MAXIMUM_LINES + column
        drawn = self._draws.choices(
            f"{name}/quantity", start * MAXIMUM_LINES, count * MAXIMUM_LINES, QUANTITY_WEIGHTS
        )
        warehouses = self._warehouses[self._people.countries[orders.customers[place]]]
        return Lines(
            orders=place,
            positions=column + 1,
            products=found,
            quantities=np.array(QUANTITIES)[drawn[keys - start * MAXIMUM_LINES]],
            list_prices=self._products.prices[found, day],
            discounts=np.where(
                orders.are_online[place], self._promotions.discounts[found, day], 0.0
            ),
            warehouses=warehouses,
            are_lost=self._stock_outs[found, warehouses, day],
            keys=keys,
        )

    def _products_of(self, orders: Orders, start: int, count: int, which: Integers) -> Integers:
        """Return the products that orders could ask for. Shape: which of them, MAXIMUM_LINES."""
        name = f"orders/{orders.month.code}/lines/product"
        uniform = self._draws.uniform(name, start * MAXIMUM_LINES, count * MAXIMUM_LINES)
        uniform = uniform.reshape(count, MAXIMUM_LINES)[which]
        chosen_ones = np.empty((len(which), MAXIMUM_LINES), np.int64)
        days, online = orders.days[start + which], orders.are_online[start + which]
        for day in np.unique(days):
            for is_online in (False, True):
                at = np.flatnonzero((days == day) & (online == is_online))
                weights = self.product_weights(int(day), is_online=is_online)
                chosen_ones[at] = chosen(uniform[at], weights)
        return chosen_ones

    def product_weights(self, day: int, *, is_online: bool) -> Floats:
        """Return how much each product that is sold is asked for on a day, against the others.

        In the web shop a price cut brings the demand that the product's elasticity says.
        """
        popularity = self._products.popularity
        if not is_online:
            return popularity
        price = 1 - self._promotions.discounts[:, day - self._days.first]
        result: Floats = popularity * price**self._products.elasticities
        return result


def counted(lines: Lines, orders: Orders, products: int) -> Integers:
    """Return pieces of some lines by day of the month, product and warehouse.

    Shape: days of the month, products that are sold, warehouses.
    """
    shape = (orders.month.last - orders.month.first + 1, products, len(WAREHOUSES))
    day = orders.days[lines.orders] - orders.month.first
    at = np.ravel_multi_index((day, lines.products, lines.warehouses), shape)
    pieces = np.bincount(at, weights=lines.quantities, minlength=int(np.prod(shape)))
    return pieces.astype(np.int64).reshape(shape)
