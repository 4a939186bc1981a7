"""The customers: when they came, how often they buy, when they leave, and who they are.

A customer's number is the order in which they came, so that days which are added later bring the
numbers that follow. A customer buys on the first day, then at a steady rate of their own (more in
season) until the day they leave; leaving is as likely on every day (the assumptions of the
Pareto/NBD family: Schmittlein, Morrison and Colombo, 1987). Rates and days are the truth that
models of customer value can be held against.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sample.draws import Booleans, Draws, Floats, Integers, chosen
from sample.world.days import Days
from sample.world.places import COUNTRY_SHARES, STATE_SHARES

YEAR_DAYS = 365.25
YOUNGEST_DAYS, OLDEST_DAYS = 5_478, 27_759
"""How old customers are on the first day: from 15 to 76 years."""
YOUNGEST_BIRTH = 12_784
"""Nobody is born after this day, 2005-01-01, however late the world begins."""
EARLIER_SHARE = 0.35
"""Of the customers of the last day, those who came before the first day of the world."""
EARLIER_DAYS = 1461
YEARLY_GROWTH = 0.18
"""By how much more customers come in a year than in the year before."""
LINES_PER_ORDER = (36, 30, 20, 10, 4)
"""Weights of one to five products asked for in an order."""
DELIVERED_SHARE = 0.955
"""Of the lines asked for: the others ask for a product twice, or for one that is out of stock."""


@dataclass(frozen=True)
class Segment:
    """Customers who behave alike.

    Attributes:
        name: in the truth.
        share: of all customers.
        orders_per_year: at their usual rate, beside the first order.
        leaving_per_year: the hazard of leaving, per year.
    """

    name: str
    share: float
    orders_per_year: float
    leaving_per_year: float


SEGMENTS = (
    Segment("loyal", 0.15, 5.0, 0.15),
    Segment("regular", 0.45, 2.2, 0.5),
    Segment("occasional", 0.40, 0.9, 1.2),
)
RATE_SPREAD = 0.4
"""Standard deviation of the logarithm of a customer's rate around that of the segment."""

CRM_ONLY, BOTH, SHOP_ONLY = 0, 1, 2
SYSTEM_SHARES = (0.62, 0.28, 0.10)
"""Of the customers: known to the CRM, to both CRM and web shop, to the web shop alone."""
ONLINE_SHARE = 0.6
"""Of the orders of a customer of both, those in the web shop."""


@dataclass(frozen=True)
class Persons:
    """Who some customers are, in the order of their numbers.

    Attributes:
        numbers: of the customers, from 0.
        first_names: indexes into the pool of their gender.
        last_names: indexes into the pool.
        is_female: female or male.
        is_married: married or single.
        birth_days: as day numbers.
        countries: indexes into COUNTRY_SHARES.
        states: indexes into STATES; where the country has none it means nothing.
        streets: indexes into the pool.
        house_numbers: in the street.
        towns: indexes into the pool.
    """

    numbers: Integers
    first_names: Integers
    last_names: Integers
    is_female: Booleans
    is_married: Booleans
    birth_days: Integers
    countries: Integers
    states: Integers
    streets: Integers
    house_numbers: Integers
    towns: Integers


class People:
    """All customers that come until the end of the world.

    Args:
        draws: random numbers.
        days: of the world.
        order_lines: how many lines their orders have about, from the first to the last day.
    """

    def __init__(self, draws: Draws, days: Days, order_lines: int) -> None:
        self._draws = draws
        self._days = days
        self.known = max(60, round(order_lines / _lines_per_customer(days)))
        """Customers who came until the last day."""

    @cached_property
    def _came_before(self) -> Floats:
        """How many came before each day, from EARLIER_DAYS before the first day to the end."""
        days = self._days
        growth = (1 + YEARLY_GROWTH) ** (np.arange(days.count) / YEAR_DAYS)
        delivered = days.last - days.first + 1
        later = growth / growth[:delivered].sum() * (1 - EARLIER_SHARE) * self.known
        earlier = np.full(EARLIER_DAYS, EARLIER_SHARE * self.known / EARLIER_DAYS)
        return np.concatenate([[0.0], np.cumsum(np.concatenate([earlier, later]))])

    def known_on(self, day: int) -> int:
        """Return how many customers came until the end of a day."""
        place = day - self._days.first + EARLIER_DAYS + 1
        return int(np.floor(self._came_before[place] + 1e-6))

    @cached_property
    def count(self) -> int:
        """Customers who come until the end of the world."""
        return self.known_on(self._days.end)

    @cached_property
    def came(self) -> NDArray[np.int32]:
        """The day that each customer came on, as a number."""
        places = np.arange(1, self.count + 1) - 1e-6
        found = np.searchsorted(self._came_before, places, side="left")
        return (found - 1 - EARLIER_DAYS + self._days.first).astype(np.int32)

    @cached_property
    def segments(self) -> NDArray[np.int8]:
        """The index into SEGMENTS of each customer."""
        shares = [segment.share for segment in SEGMENTS]
        return self._draws.choices("people/segment", 0, self.count, shares).astype(np.int8)

    @cached_property
    def daily_rates(self) -> NDArray[np.float32]:
        """Orders that each customer places on an average day, beside the first order."""
        usual = np.array([segment.orders_per_year / YEAR_DAYS for segment in SEGMENTS])
        spread = self._draws.normal("people/rate", 0, self.count)
        factor = np.exp(RATE_SPREAD * spread - RATE_SPREAD**2 / 2)
        return (usual[self.segments] * factor).astype(np.float32)

    @cached_property
    def left(self) -> NDArray[np.int32]:
        """The first day that each customer buys nothing on any more; it may lie beyond the end.

        Who came before the world began is still there when it begins.
        """
        hazards = np.array([segment.leaving_per_year / YEAR_DAYS for segment in SEGMENTS])
        uniform = self._draws.uniform("people/left", 0, self.count)
        lifetimes = np.ceil(-np.log1p(-uniform) / hazards[self.segments])
        begins = np.maximum(self.came, self._days.first)
        left: NDArray[np.int32] = begins + np.minimum(lifetimes, 100 * YEAR_DAYS).astype(np.int32)
        return left

    @cached_property
    def systems(self) -> NDArray[np.int8]:
        """CRM_ONLY, BOTH or SHOP_ONLY of each customer."""
        return self._draws.choices("people/systems", 0, self.count, SYSTEM_SHARES).astype(np.int8)

    @cached_property
    def countries(self) -> NDArray[np.int8]:
        """The index into COUNTRY_SHARES of each customer."""
        shares = list(COUNTRY_SHARES.values())
        return self._draws.choices("people/country", 0, self.count, shares).astype(np.int8)

    def persons(self, start: int, count: int) -> Persons:
        """Return who the customers of some numbers are."""
        draws = self._draws
        youngest = min(YOUNGEST_BIRTH, self._days.first - YOUNGEST_DAYS)
        oldest = youngest - (OLDEST_DAYS - YOUNGEST_DAYS)
        return Persons(
            numbers=np.arange(start, start + count),
            first_names=draws.integers("people/first name", start, count, low=0, high=99),
            last_names=draws.integers("people/last name", start, count, low=0, high=199),
            is_female=draws.happens("people/female", start, count, 0.5),
            is_married=draws.happens("people/married", start, count, 0.54),
            birth_days=draws.integers("people/birth", start, count, low=oldest, high=youngest),
            countries=self.countries[start : start + count].astype(np.int64),
            states=chosen(draws.uniform("people/state", start, count), STATE_SHARES),
            streets=draws.integers("people/street", start, count, low=0, high=199),
            house_numbers=draws.integers("people/house", start, count, low=1, high=240),
            towns=draws.integers("people/town", start, count, low=0, high=199),
        )


def _lines_per_customer(days: Days) -> float:
    """Return how many order lines a customer of the last day has had, on average.

    The rate of a segment over the days that its customers are still there, for customers who came
    on each day; first orders beside it.
    """
    delivered = days.last - days.first + 1
    weights = days.weights[:delivered]
    growth = (1 + YEARLY_GROWTH) ** (np.arange(delivered) / YEAR_DAYS)
    comes = growth / growth.sum() * (1 - EARLIER_SHARE)
    orders = 1 - EARLIER_SHARE
    for segment in SEGMENTS:
        rate = segment.orders_per_year / YEAR_DAYS
        stays = np.exp(-segment.leaving_per_year / YEAR_DAYS * np.arange(delivered))
        earlier = float((weights * stays).sum()) * EARLIER_SHARE
        # Those who came d days before a day are there with the chance stays[d].
        there = np.convolve(comes, stays)[:delivered]
        orders += segment.share * rate * (earlier + float((weights * there).sum()))
    sizes = np.arange(1, len(LINES_PER_ORDER) + 1)
    asked = float((sizes * LINES_PER_ORDER).sum() / sum(LINES_PER_ORDER))
    return orders * asked * DELIVERED_SHARE
