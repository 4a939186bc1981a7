"""What the web shop asks for its goods: list prices, and the promotions that cut them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import pyarrow as pa

from sample.delivery import Window
from sample.domains.shop.baskets import percents
from sample.domains.shop.dirt import KINDS
from sample.domains.shop.ids import promotion_id
from sample.domains.soilers import soiler_of
from sample.draws import Integers
from sample.output.chunk import Chunk
from sample.output.columns import dates, decimal, picked
from sample.world.goods import CATEGORIES
from sample.world.world import World

ANNOUNCED_BEFORE = 14
"""Days before a promotion begins that the shop plans it, and delivers its record."""

CURRENCY = "USD"


@lru_cache(maxsize=1)
def promotion_numbers(world: World) -> Integers:
    """Return the number of the promotion that a discount is of; 0 where there is none.

    The one with the largest discount; of equal ones the one that began first. Shape: products that
    are sold, days from the first to the end.
    """
    products, days = world.products.sold, world.days
    of_category = np.array([product.category.category_id for product in products])
    numbers = np.zeros((len(products), days.count), np.int64)
    for it in reversed(world.promotions.all):
        columns = np.arange(it.first, min(it.last, days.end) + 1) - days.first
        at = np.ix_(of_category == it.category_id, columns)
        is_largest = world.promotions.discounts[at] == it.discount
        numbers[at] = np.where(is_largest, it.number, numbers[at])
    return numbers


def prices(world: World, window: Window) -> Iterator[Chunk]:
    """Yield the list prices that begin in a delivery's days, by product and day.

    The record of a price says when it ends where the next one is known: it comes again then.
    """
    known = world.products.prices[:, : window.until - world.days.first + 1]
    changes = np.diff(known, axis=1, prepend=0) != 0
    product, day = np.nonzero(changes)
    is_last = np.append(product[1:] != product[:-1], [True])
    starts = day + world.days.first
    ends = np.where(is_last, 0, np.append(starts[1:], [0]) - 1)
    # An end that becomes known makes a new record of the price.
    is_new = window.has(starts) | (~is_last & window.has(ends + 1))
    table = pa.table(
        {
            "product_number": picked([it.number for it in world.products.sold], product),
            "valid_from": dates(starts),
            "valid_to": pa.array(ends.astype(np.int32), pa.date32(), mask=is_last),
            "list_price": decimal(known[product, day] * 100),
            "currency": picked([CURRENCY], np.zeros(len(product), np.int64)),
        }
    )
    soiler = soiler_of(world, "shop.prices", KINDS)
    positions = product * world.days.count + day
    yield soiler.soil(table.filter(pa.array(is_new)), positions[is_new])


def promotions(world: World, window: Window) -> Iterator[Chunk]:
    """Yield the promotions that are announced in a delivery's days, those ahead among them."""
    every = world.promotions.all
    firsts = np.array([it.first for it in every], np.int64)
    which = np.flatnonzero(window.has(firsts - ANNOUNCED_BEFORE))
    if not len(which):
        return
    names = {it.category_id: it.subcategory for it in CATEGORIES}
    chosen = [every[place] for place in which]
    table = pa.table(
        {
            "promotion_id": pa.array([promotion_id(it.number) for it in chosen]),
            "name": pa.array([f"{it.discount:.0%} off {names[it.category_id]}" for it in chosen]),
            "category_id": pa.array([it.category_id for it in chosen]),
            "discount_rate": decimal(percents(np.array([it.discount for it in chosen]))),
            "valid_from": dates(firsts[which]),
            "valid_to": dates(np.array([it.last for it in chosen], np.int64)),
        }
    )
    soiler = soiler_of(world, "shop.promotions", KINDS)
    yield soiler.soil(table, which)
