"""What warehouses receive and hold: made from what is sold and from when nothing is there.

Stock-outs are planned ahead, so deliveries follow from them and from the sales, not the other way
round: the last ones before a stock-out are as large as what is still sold until then. A month
begins and ends at a product's target unless there is a stock-out, so it can be made by itself.

    on hand = on hand the day before + received - sold - written off

is true of every product, warehouse and day, and never negative. Goods that come back from customers
are not put into stock again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sample.draws import Booleans, Integers
from sample.truth.demand import Demand, demand_of
from sample.world.days import Month
from sample.world.orders import QUANTITIES, QUANTITY_WEIGHTS
from sample.world.places import COUNTRY_SHARES, WAREHOUSES, warehouse_of_countries
from sample.world.world import World

SHORTEST_COVER, LONGEST_COVER = 8, 20
"""Days of average sales that a target is made for."""
LEAST_TARGET = 2
LEAST_FILLED, MOST_FILLED = 0.6, 1.4
"""How far a delivery fills the stock up, against its target."""
WEEK_DAYS, DELIVERING_WEEKDAYS = 7, 6
"""No goods come on a Sunday, unless a stock-out has ended."""
KEPT_MONTHS = 64
"""Months whose stock is kept for the next file that tells of it: under 20 MB."""


@dataclass(frozen=True)
class Stock:
    """Pieces of a month. Shape of all arrays: days, products that are sold, warehouses.

    Attributes:
        demand: what is asked for and sold.
        on_hand: at the end of the day.
        received: in the morning.
        written_off: taken away at the end of the day, as sales alone would not have brought the
            stock down to nothing: damaged, or recalled.
    """

    demand: Demand
    on_hand: Integers
    received: Integers
    written_off: Integers


def targets(world: World) -> Integers:
    """Return how many pieces are to be on hand. Shape: products that are sold, warehouses."""
    popularity = world.products.popularity / world.products.popularity.sum()
    served = np.zeros(len(WAREHOUSES))
    serving = warehouse_of_countries()
    for country, share in COUNTRY_SHARES.items():
        served[serving[country]] += share
    pieces = world.settings.order_lines * np.average(QUANTITIES, weights=QUANTITY_WEIGHTS)
    daily = pieces / (world.days.last - world.days.first + 1) * np.outer(popularity, served)
    cover = world.draws.uniform("supply/cover", 0, daily.size).reshape(daily.shape)
    days = SHORTEST_COVER + cover * (LONGEST_COVER - SHORTEST_COVER)
    result: Integers = LEAST_TARGET + np.ceil(daily * days).astype(np.int64)
    return result


@lru_cache(KEPT_MONTHS)
def stock_of(world: World, month: Month) -> Stock:
    """Return what is received and on hand in a month."""
    demand, target = demand_of(world, month), targets(world)
    sold = demand.sold
    is_out = _out_around(world, month)
    filled_up = _filled_up(world, month, sold, is_out)
    on_hand, received, written_off = (np.zeros_like(sold) for _ in range(3))
    stock = np.where(is_out[0] | is_out[1], 0, target)
    for day in range(len(sold)):
        received[day] = np.maximum(0, filled_up[day] - stock)
        stock = stock + received[day] - sold[day]
        written_off[day] = np.where(is_out[day + 2], stock, 0)
        stock = stock - written_off[day]
        on_hand[day] = stock
    return Stock(demand, on_hand, received, written_off)


def _out_around(world: World, month: Month) -> Booleans:
    """Return whether nothing is there, from the day before the month to the day after it.

    Shape: days, products, warehouses. Before the world begins and after it ends all is there.
    """
    out = np.moveaxis(world.stock_outs, 2, 0)
    before, after = month.first - 1 - world.days.first, month.last + 1 - world.days.first
    found: Booleans = np.zeros((after - before + 1, *out.shape[1:]), np.bool_)
    first, last = max(before, 0), min(after, len(out) - 1)
    found[first - before : last - before + 1] = out[first : last + 1]
    return found


def _filled_up(world: World, month: Month, sold: Integers, is_out: Booleans) -> Integers:
    """Return how many pieces a morning's delivery brings the stock to; 0 where there is none.

    It is enough until the next delivery, and never more than what is sold until nothing is there,
    or until the month ends at the target; the last one of a month is just that.
    """
    target = targets(world)
    may_come, is_planned = _mornings(world, month, is_out)
    cover = np.where(is_planned, _cover(world, month, target), 0)
    result = np.zeros_like(sold)
    enough, until_next = target, np.zeros_like(target)
    comes_later = np.zeros(target.shape, np.bool_)
    for day in reversed(range(len(sold))):
        goes_on = ~is_out[day + 2]
        enough = sold[day] + np.where(goes_on, enough, 0)
        until_next = sold[day] + np.where(goes_on, until_next, 0)
        some = np.where(comes_later, np.minimum(enough, until_next + cover[day]), enough)
        result[day] = np.where(may_come[day], some, 0)
        until_next = np.where(may_come[day], 0, until_next)
        comes_later |= may_come[day]
    return result


def _mornings(world: World, month: Month, is_out: Booleans) -> tuple[Booleans, Booleans]:
    """Return when goods may come: on a weekday of each product and place, after a stock-out.

    And on a month's first day, but not as planned: only if the stock would not last else.
    """
    shape = is_out.shape[1:]
    weekdays = world.draws.integers(
        "supply/weekday", 0, int(np.prod(shape)), low=0, high=DELIVERING_WEEKDAYS - 1
    )
    days = np.arange(month.first, month.last + 1)
    # Weekdays count from Monday; 1970-01-01 was a Thursday.
    is_weekly = (days[:, None, None] + 3) % WEEK_DAYS == weekdays.reshape(shape)
    is_there = ~is_out[1:-1]
    is_planned = is_there & (is_weekly | is_out[:-2])
    may_come = is_planned.copy()
    may_come[0] = is_there[0]
    return may_come, is_planned


def _cover(world: World, month: Month, target: Integers) -> Integers:
    """Return the pieces that a delivery brings beside what is sold until the next one."""
    shape = (month.last - month.first + 1, *target.shape)
    start = (month.first - world.days.first) * target.size
    uniform = world.draws.uniform("supply/filled", start, int(np.prod(shape))).reshape(shape)
    share = LEAST_FILLED + uniform * (MOST_FILLED - LEAST_FILLED)
    cover: Integers = np.rint(target * share).astype(np.int64)
    return cover
