"""The whole business, clean and coherent: what every file of the sample is written from.

Made from the settings alone, so every process makes the same one; small things are made at once,
customers when they are first asked for, orders a month at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from sample.draws import Booleans, Draws, Floats, Integers
from sample.profiles import SampleSettings
from sample.world.campaigns import Campaigns
from sample.world.days import Days, day_number
from sample.world.flights import make_campaigns
from sample.world.interest import interest_of
from sample.world.names import NamePools, draw_name_pools
from sample.world.orders import Ordering
from sample.world.people import People
from sample.world.products import Products, make_products
from sample.world.promotions import Promotions, make_promotions
from sample.world.stock_outs import make_stock_outs
from sample.world.visits import Visits, make_visits

_made: list[World] = []
"""The world that was made last: all files of a process are of one."""


def world_of(settings: SampleSettings) -> World:
    """Return the world of some settings, made anew only where it is another than the last."""
    if not _made or _made[0].settings != settings:
        _made[:] = [World(settings)]
    return _made[0]


class World:
    """The business of some settings.

    Attributes:
        settings: what it is made from.
        draws: its random numbers.
        days: its days.
    """

    def __init__(self, settings: SampleSettings) -> None:
        self.settings = settings
        self.draws = Draws(settings.seed)
        self.days = Days(day_number(settings.first_day), day_number(settings.last_day))

    def __reduce__(self) -> tuple[Callable[[SampleSettings], World], tuple[SampleSettings]]:
        """Travel between processes as the settings."""
        return world_of, (self.settings,)

    @cached_property
    def names(self) -> NamePools:
        """Names, streets and towns."""
        return draw_name_pools(self.settings.seed)

    @cached_property
    def people(self) -> People:
        """The customers."""
        return People(self.draws, self.days, self.settings.order_lines)

    @cached_property
    def products(self) -> Products:
        """The goods."""
        return make_products(self.draws, self.days)

    @cached_property
    def promotions(self) -> Promotions:
        """Price cuts of the web shop."""
        return make_promotions(self.draws, self.days, self.products)

    @cached_property
    def stock_outs(self) -> Booleans:
        """When a warehouse has nothing of a product; see ``sample.world.stock_outs``."""
        return make_stock_outs(self.draws, self.days, self.products)

    @cached_property
    def ordering(self) -> Ordering:
        """The orders of any month."""
        return Ordering(
            self.draws, self.days, self.people, self.products, self.promotions, self.stock_outs
        )

    @cached_property
    def interest(self) -> Floats:
        """How much people want to go outdoors; see ``sample.world.interest``."""
        return interest_of(self.draws, self.days)

    @cached_property
    def campaigns(self) -> Campaigns:
        """Advertising."""
        return make_campaigns(self.draws, self.days, self.interest)

    @cached_property
    def visits(self) -> Visits:
        """Who comes to the stores."""
        impressions = self.campaigns.impressions(self.days)
        return make_visits(self.draws, self.days, self.interest, impressions)

    @cached_property
    def running_campaigns(self) -> tuple[Integers, Integers]:
        """Which campaigns run on each day, by channel; see ``Campaigns.running``."""
        return self.campaigns.running(self.days)
