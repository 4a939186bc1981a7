"""Which touches led to which orders of the web shop, and which led to none.

Paths of a month are made one after the other, with no order in mind. Each that converts is given
the next of those of the month's web shop orders that came by advertising; each that does not ends
on the day of the order that the next one is given. So there are as many paths as it takes, and
nothing about an order has been looked at before its path was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sample.delivery import Window
from sample.domains.lines import lines_of
from sample.draws import Booleans, Integers
from sample.world.days import Month
from sample.world.journeys import LONGEST, Paths, conversion_rate, paths
from sample.world.people import CRM_ONLY
from sample.world.world import World

ADVERTISED_SHARE = 0.6
"""Of the web shop's orders, those that a path led to."""
SPAN_SECONDS = 13 * 86_400
"""At most so much time lies between the first and the last touch of a path."""
FIRST_HOUR, LAST_HOUR = 6, 23
"""Last touches are between them."""

NOBODY = -1
_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Journeys:
    """Some paths of a month, which lie side by side.

    Attributes:
        month: that the paths end in.
        first: the place of the first one in the month.
        paths: the paths.
        customers: numbers of the customers; NOBODY where it is not known who it was.
        orders: places in the month's web shop orders, from 1; NOBODY where the path led to none.
        ends: the day that each path ended on.
    """

    month: Month
    first: int
    paths: Paths
    customers: Integers
    orders: Integers
    ends: Integers

    def __len__(self) -> int:
        return len(self.ends)

    def part(self, start: int, stop: int) -> Journeys:
        """Return the paths from one place to before another."""
        of, which = self.paths, np.arange(start, stop)
        return Journeys(
            month=self.month,
            first=self.first + start,
            paths=Paths(of.channels[which], of.lengths[which], of.converts[which]),
            customers=self.customers[which],
            orders=self.orders[which],
            ends=self.ends[which],
        )


@dataclass(frozen=True)
class Touches:
    """All touches of some paths, path by path in the order of time.

    Attributes:
        of: the paths.
        rows: the place of each touch's path among them.
        positions: of the touch in its path, from 1.
        channels: indexes into CHANNELS.
        seconds: since 1970.
        campaigns: indexes into the campaigns; NOBODY where none of the channel ran.
        keys: unique in the month.
    """

    of: Journeys
    rows: Integers
    positions: Integers
    channels: Integers
    seconds: Integers
    campaigns: Integers
    keys: Integers


def touches_of(world: World, window: Window, months: Sequence[Month]) -> Iterator[Touches]:
    """Yield the touches that a delivery may have, a chunk at a time."""
    size = max(1, world.settings.chunk_rows // LONGEST)
    for month in months:
        journeys = _journeys(world, month)
        first = int(np.searchsorted(journeys.ends, window.earliest, side="left"))
        last = int(np.searchsorted(journeys.ends, window.until, side="right"))
        for start in range(first, last, size):
            yield _touches(world, journeys.part(start, min(start + size, last)))


def _journeys(world: World, month: Month) -> Journeys:
    """Return the paths of a month by the day they end."""
    days, customers, numbers = _advertised(world, month)
    found = _paths_until(world, month, len(days))
    order: Integers = np.cumsum(found.converts) - found.converts
    ends = days[order]
    known = np.where(found.converts, customers[order], _visitors(world, month, ends))
    numbers = np.where(found.converts, numbers[order], NOBODY)
    return Journeys(month, 0, found, known, numbers, ends)


def _advertised(world: World, month: Month) -> tuple[Integers, Integers, Integers]:
    """Return days, customers and numbers of the web shop's orders that a path led to.

    An order that lost all its lines to stock-outs is in no file, so no path leads to it.
    """
    sold: list[Integers] = []
    days = customers = numbers = np.empty(0, np.int64)
    for orders, lines in lines_of(world, Window(None, month.last), [month], online=True):
        sold.append(np.unique(lines.orders))
        days, customers, numbers = orders.days, orders.customers, orders.numbers
    places = np.concatenate([*sold, np.empty(0, np.int64)])
    uniform = world.draws.at(f"touches/{month.code}/advertised", places)
    places = places[uniform < ADVERTISED_SHARE]
    return days[places], customers[places], numbers[places]


def _paths_until(world: World, month: Month, conversions: int) -> Paths:
    """Return a month's paths until so many have converted."""
    name = f"touches/{month.code}/path"
    count = round(1.05 * conversions / conversion_rate()) + 20
    while True:
        found = paths(world.draws, name, count)
        converted = np.flatnonzero(found.converts)
        if len(converted) >= conversions:
            break
        count *= 2
    last = int(converted[conversions - 1]) + 1 if conversions else 0
    return Paths(found.channels[:last], found.lengths[:last], found.converts[:last])


def _visitors(world: World, month: Month, ends: Integers) -> Integers:
    """Return who walked each path, if the web shop knows them: anyone who had come by then."""
    uniform = world.draws.uniform(f"touches/{month.code}/visitor", 0, len(ends))
    known = np.array([world.people.known_on(day) for day in range(month.first, month.last + 1)])
    customers = (uniform * known[ends - month.first]).astype(np.int64)
    return np.where(world.people.systems[customers] == CRM_ONLY, NOBODY, customers)


def _touches(world: World, of: Journeys) -> Touches:
    """Return the touches of some paths."""
    rows, column = np.nonzero(np.arange(LONGEST) < of.paths.lengths[:, None])
    keys = (of.first + rows) * LONGEST + column
    seconds = _seconds(world, of)[rows, column]
    channels = of.paths.channels[rows, column]
    return Touches(
        of=of,
        rows=rows,
        positions=column + 1,
        channels=channels,
        seconds=seconds,
        campaigns=_campaigns(world, of.month, channels, seconds, keys),
        keys=keys,
    )


def _seconds(world: World, of: Journeys) -> Integers:
    """Return when each touch of some paths was. Shape: paths, LONGEST.

    The last one is on the day that the path ends, the others lie before it.
    """
    name, count = f"touches/{of.month.code}", len(of)
    hours = world.draws.uniform(f"{name}/hour", of.first, count) * (LAST_HOUR - FIRST_HOUR)
    last = of.ends * _DAY_SECONDS + ((FIRST_HOUR + hours) * 3600).astype(np.int64)
    before = world.draws.uniform(f"{name}/before", of.first * LONGEST, count * LONGEST)
    before = before.reshape(count, LONGEST)
    before[np.arange(LONGEST) >= of.paths.lengths[:, None] - 1] = 0.0
    before = -np.sort(-before, axis=1)
    # Nothing is known of the days before the first one.
    spans = np.minimum(last - world.days.first * _DAY_SECONDS, SPAN_SECONDS)
    return last[:, None] - (before * spans[:, None]).astype(np.int64)


def _campaigns(
    world: World, month: Month, channels: Integers, seconds: Integers, keys: Integers
) -> Integers:
    """Return of each touch one of the campaigns that its channel ran on the day."""
    counts, running = world.running_campaigns
    days = seconds // _DAY_SECONDS - world.days.first
    uniform = world.draws.at(f"touches/{month.code}/campaign", keys)
    count = counts[channels, days]
    place = (uniform * count).astype(np.int64)
    return np.where(count > 0, running[channels, days, place], NOBODY)


def is_known(numbers: Integers) -> Booleans:
    """Tell which numbers are of somebody or something."""
    result: Booleans = numbers != NOBODY
    return result
