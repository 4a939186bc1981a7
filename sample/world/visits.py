"""Who comes to the stores: by level, season, weekday, holiday, interest and advertising.

    visits of a store on a day ~ Poisson(noise x (baseline + what the channels bring))
    baseline = level x season x weekday x holiday x shock x interest LEAD_DAYS before
    a channel brings: visits at most x saturated(adstocked(impressions)), by the state's share

Everything that visits are made from is made before them, so every effect is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sample.draws import Draws, Floats, Integers, poisson
from sample.world.channels import CHANNELS, adstocked, saturated
from sample.world.days import Days, day_of, is_holiday
from sample.world.interest import LEAD_DAYS, VISITS_OF_INTEREST, year_angles
from sample.world.places import STATE_SHARES, STATES, stores
from sample.world.shock import shock_of

VISITS_PER_DAY = 3_600_000 / 1461
"""Of all stores, on an average day: 3.6 million from 2020 to 2023."""
HIGHEST_LEVEL = 1.2
"""Of the level of the baseline, against VISITS_PER_DAY: where a world has few days but those of the
shock, visits are fewer, instead of more than ever on all days after it."""

WEEKDAY_VISITS = (0.80, 0.78, 0.82, 0.88, 1.05, 1.42, 1.25)
"""Monday to Sunday. Planted."""
HOLIDAY_VISITS = 0.40
"""Against the same day without a holiday. Planted."""
NOISE = 0.06
"""Standard deviation of the logarithm of a store's day, beside Poisson's. Planted."""


@dataclass(frozen=True)
class Season:
    """The shape of a region's year: the logarithm of visits is a sum of two waves. Planted.

    Attributes:
        states: of the region.
        yearly: height of the wave of a year.
        yearly_peak: day of the year that it is highest on.
        half_yearly: height of the wave of half a year.
        half_yearly_peak: a day of the year that it is highest on.
    """

    states: tuple[str, ...]
    yearly: float
    yearly_peak: int
    half_yearly: float
    half_yearly_peak: int

    def of(self, days: Integers) -> Floats:
        """Return the logarithm of visits on some days, against those without a season."""
        turn = 2 * np.pi / 365.25
        angles = year_angles(days)
        yearly = self.yearly * np.cos(angles - turn * self.yearly_peak)
        half = self.half_yearly * np.cos(2 * (angles - turn * self.half_yearly_peak))
        result: Floats = yearly + half
        return result


SEASONS: Mapping[str, Season] = {
    "north": Season(("NY", "PA", "IL", "OH", "MI"), 0.28, 185, 0.10, 150),
    "south": Season(("TX", "FL", "GA", "NC"), 0.16, 125, 0.06, 100),
    "west": Season(("CA",), 0.12, 165, 0.04, 130),
}


@dataclass(frozen=True)
class Visits:
    """The visits of all stores until the end of the world.

    Attributes:
        draws: random numbers.
        days: of the world.
        level: visits of all states on a day without any season or advertising.
        baseline: without advertising. Shape: days, states.
        of_channels: that each channel brings. Shape: days, states, channels.
    """

    draws: Draws
    days: Days
    level: float
    baseline: Floats
    of_channels: Floats

    @cached_property
    def expected(self) -> Floats:
        """Visits without any chance in them. Shape: days, states."""
        result: Floats = self.baseline + self.of_channels.sum(axis=2)
        return result

    def of_stores(self, by_state: Floats) -> Floats:
        """Return visits by state as visits by store; the last axis of both."""
        found = stores()
        places = np.array([STATES.index(store.state) for store in found])
        result: Floats = by_state[..., places] * np.array([store.share for store in found])
        return result

    def counted(self, first: int, last: int) -> Integers:
        """Return visits from one day to another, as numbers. Shape: days, stores."""
        begin = first - self.days.first
        expected = self.of_stores(self.expected[begin : last + 1 - self.days.first])
        start, count = begin * expected.shape[1], expected.size
        normal = self.draws.normal("visits/noise", start, count)
        means = expected.ravel() * np.exp(NOISE * normal - NOISE**2 / 2)
        counts = poisson(self.draws.uniform("visits", start, count), means)
        return counts.reshape(expected.shape)


def expected_error(expected: Floats, squares: Floats) -> Floats:
    """Return how far counts are from the expected ones on average: no forecast is nearer.

    It is the mean of the absolute value of a normal number with the variance of the counts; for
    Poisson's distribution with a mean above 10 that is right within 2 %.

    Args:
        expected: visits, of a store or of many together.
        squares: the sum of the squares of the visits of each store among them.
    """
    result: Floats = np.sqrt(2 / np.pi * (expected + NOISE**2 * squares))
    return result


def make_visits(draws: Draws, days: Days, interest: Floats, impressions: Floats) -> Visits:
    """Make the visits that come of interest and impressions.

    Args:
        draws: random numbers.
        days: of the world.
        interest: see ``sample.world.interest``.
        impressions: of the shape days, states, channels.
    """
    shares = np.array(STATE_SHARES)
    of_channels = np.empty_like(impressions)
    for place, channel in enumerate(CHANNELS):
        stock = adstocked(impressions[:, :, place] / shares, channel.decay)
        of_channels[:, :, place] = channel.visits * shares * saturated(stock, channel.half_exposure)
    shape = baseline_shape(days) * np.exp(
        VISITS_OF_INTEREST * interest[:-LEAD_DAYS] - VISITS_OF_INTEREST**2 / 2
    )
    delivered = days.last - days.first + 1
    wanted = VISITS_PER_DAY * delivered - of_channels[:delivered].sum()
    level = wanted / float((shape * shares)[:delivered].sum())
    level = min(level, HIGHEST_LEVEL * VISITS_PER_DAY)
    return Visits(draws, days, level, level * shares * shape, of_channels)


def baseline_shape(days: Days) -> Floats:
    """Return the baseline but for its level and interest. Shape: days to the end, states."""
    numbers = np.arange(days.first, days.end + 1)
    seasons = {state: it.of(numbers) for it in SEASONS.values() for state in it.states}
    holidays = np.array([is_holiday(day_of(number)) for number in numbers.tolist()])
    of_days = np.array(WEEKDAY_VISITS)[(numbers + 3) % 7] * shock_of(numbers)
    of_days *= np.where(holidays, HOLIDAY_VISITS, 1.0)
    result: Floats = np.exp(np.stack([seasons[state] for state in STATES], axis=1))
    return result * of_days[:, None]
