"""The business holds together, and what was planted in it is found by plain methods."""

from __future__ import annotations

import numpy as np
import pytest
from sample_bench import clean_world

from sample.delivery import Window
from sample.domains.lines import lines_of
from sample.world.days import MONTH_WEIGHTS, day_of
from sample.world.orders import Lines, Orders
from sample.world.people import CRM_ONLY, SEGMENTS, SHOP_ONLY, YEAR_DAYS
from sample.world.world import World

LINES = 60_000


@pytest.fixture(scope="module")
def world() -> World:
    return clean_world(LINES)


@pytest.fixture(scope="module")
def months(world: World) -> list[tuple[Orders, Lines]]:
    found = []
    for month in world.days.months(world.days.first, world.days.last):
        orders = world.ordering.orders(month)
        found.append((orders, world.ordering.lines(orders, 0, len(orders))))
    return found


def test_there_are_about_as_many_lines_as_were_asked_for(
    months: list[tuple[Orders, Lines]],
) -> None:
    sold = sum(int((~lines.are_lost).sum()) for _, lines in months)
    assert sold == pytest.approx(LINES, rel=0.02)


def test_an_order_has_its_customers_days_and_no_product_twice(
    world: World, months: list[tuple[Orders, Lines]]
) -> None:
    people = world.people
    for orders, lines in months:
        assert (np.diff(orders.days) >= 0).all()
        came, left = people.came[orders.customers], people.left[orders.customers]
        assert (orders.days >= came).all()
        assert ((orders.days < left) | (orders.days == came)).all()
        pairs = lines.orders * 1_000 + lines.products
        assert len(np.unique(pairs)) == len(pairs)
        systems = people.systems[orders.customers]
        assert not orders.are_online[systems == CRM_ONLY].any()
        assert orders.are_online[systems == SHOP_ONLY].all()
        for online in (False, True):
            numbers = orders.numbers[orders.are_online == online]
            assert numbers.tolist() == list(range(1, len(numbers) + 1))


def test_who_comes_in_the_period_buys_on_that_day(
    world: World, months: list[tuple[Orders, Lines]]
) -> None:
    first: dict[int, int] = {}
    for orders, _ in months:
        for customer, day in zip(orders.customers.tolist(), orders.days.tolist(), strict=True):
            first.setdefault(customer, day)
    came = world.people.came[: world.people.known]
    newcomers = np.flatnonzero(came >= world.days.first).tolist()
    assert newcomers
    assert [first[customer] for customer in newcomers] == came[newcomers].tolist()


def test_the_hazard_of_leaving_is_found(world: World) -> None:
    """Days at risk and departures until the last day: the estimate for a constant hazard."""
    people, last = world.people, world.days.last
    known = np.arange(people.known)
    begins = np.maximum(people.came[known], world.days.first)
    days = np.minimum(people.left[known], last + 1) - begins
    gone = people.left[known] <= last
    for place, segment in enumerate(SEGMENTS):
        of_segment = people.segments[known] == place
        hazard = gone[of_segment].sum() / days[of_segment].sum() * YEAR_DAYS
        error = 4 / np.sqrt(gone[of_segment].sum())
        assert hazard == pytest.approx(segment.leaving_per_year, rel=float(error))


def test_the_rate_of_buying_is_found(world: World, months: list[tuple[Orders, Lines]]) -> None:
    """Orders beside the first, per year while the customer is there, weighed by the season."""
    people, days = world.people, world.days
    placed = np.zeros(people.known, np.int64)
    for orders, _ in months:
        again = orders.days > people.came[orders.customers]
        np.add.at(placed, orders.customers[again], 1)
    known = np.arange(people.known)
    begins = np.maximum(people.came[known] + 1, days.first) - days.first
    ends = np.minimum(people.left[known], days.last + 1) - days.first
    exposure = days.weight_before[np.maximum(ends, begins)] - days.weight_before[begins]
    for place, segment in enumerate(SEGMENTS):
        of_segment = people.segments[known] == place
        rate = placed[of_segment].sum() / exposure[of_segment].sum() * YEAR_DAYS
        assert rate == pytest.approx(segment.orders_per_year, rel=0.06)


def test_the_season_is_found(months: list[tuple[Orders, Lines]]) -> None:
    by_month = np.zeros(12)
    for orders, _ in months:
        by_month[day_of(orders.month.first).month - 1] += len(orders)
    assert (by_month / by_month.mean()).tolist() == pytest.approx(MONTH_WEIGHTS, rel=0.12)


def test_nothing_is_sold_that_is_out_of_stock(
    world: World, months: list[tuple[Orders, Lines]]
) -> None:
    lost = asked = 0
    for orders, lines in months:
        day = orders.days[lines.orders] - world.days.first
        out = world.stock_outs[lines.products, lines.warehouses, day]
        assert (out == lines.are_lost).all()
        lost, asked = lost + int(out.sum()), asked + len(out)
    assert 0.01 < lost / asked < 0.05


def test_days_that_follow_change_none_that_came_before(world: World) -> None:
    month = next(world.days.months(world.days.last, world.days.last))
    whole = Window(None, month.last)
    part = Window(None, month.last - 10)
    [(orders, lines)] = lines_of(world, whole, [month], online=False)
    [(_, fewer)] = lines_of(world, part, [month], online=False)
    early = orders.days[lines.orders] <= part.until
    assert lines.of(early).keys.tolist() == fewer.keys.tolist()
    assert lines.of(early).products.tolist() == fewer.products.tolist()
