"""How much people want to go outdoors: it moves searches on the day, and visits some days later.

Interest is a series of each state that nobody delivers. What can be seen of it is a weekly index of
searches, which has a season and noise of its own.
"""

from __future__ import annotations

import math

import numpy as np

from sample.draws import Draws, Floats, Integers
from sample.world.days import Days, day_of
from sample.world.places import STATES

LEAD_DAYS = 10
"""So many days after a search the visit comes. Planted."""
VISITS_OF_INTEREST = 0.12
"""The logarithm of visits that a unit of interest brings LEAD_DAYS later. Planted."""
SEARCHES_OF_INTEREST = 0.30
"""The logarithm of searches that a unit of interest brings the same day."""

WEEK = 7
HIGHEST_INDEX = 100

_MEMORY_DAYS = 4.0
"""After so many days about a third of an interest is left."""
_BURN_IN = 40
_SHARED = 0.5
"""Of the variance of interest, what all states have in common."""
_SEARCH_SEASON, _SEARCH_PEAK = 0.45, 150
"""Searches are highest on this day of the year: some weeks before visits are."""
_SEARCH_NOISE = 0.06


def interest_of(draws: Draws, days: Days) -> Floats:
    """Return interest, with mean 0 and variance 1.

    Shape: days from LEAD_DAYS before the first one to the end, states.
    """
    count = days.count + LEAD_DAYS
    fading = np.exp(-np.arange(_BURN_IN + 1) / _MEMORY_DAYS)
    kernel = fading / math.sqrt((fading**2).sum())

    def series(name: str) -> Floats:
        of_days = draws.normal(f"interest/{name}", 0, count + _BURN_IN)
        return np.convolve(of_days, kernel, "valid").astype(np.float64)

    of_states = np.stack([series(state) for state in STATES], axis=1)
    return math.sqrt(_SHARED) * series("all")[:, None] + math.sqrt(1 - _SHARED) * of_states


def year_angles(days: Integers) -> Floats:
    """Return how far in the year days are, as angles: a whole turn in 365.25 days."""
    starts = days.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]")
    return (days - starts.astype(np.int64)).astype(np.float64) * (2 * math.pi / 365.25)


def week_starts(days: Days) -> Integers:
    """Return the Sundays that the world's whole weeks begin on."""
    until_sunday = (6 - day_of(days.first).weekday()) % WEEK
    return np.arange(days.first + until_sunday, days.end - WEEK + 2, WEEK)


def search_index(draws: Draws, days: Days, interest: Floats) -> Integers:
    """Return the weekly index of searches. Shape: weeks of week_starts, states.

    A state's searches against the most that it had in a week until the last day of the first
    delivery, which is 100. A later week with more is 100 too: so no index changes when days are
    added, other than with an index whose whole past is scaled anew by each new highest week.
    """
    starts = week_starts(days)
    season = _SEARCH_SEASON * np.cos(
        year_angles(np.arange(days.first, days.end + 1)) - 2 * np.pi * _SEARCH_PEAK / 365.25
    )
    daily = np.exp(SEARCHES_OF_INTEREST * interest[LEAD_DAYS:] + season[:, None])
    begins = starts[0] - days.first
    weekly = daily[begins : begins + WEEK * len(starts)].reshape(len(starts), WEEK, -1).mean(1)
    noise = draws.normal("interest/search noise", 0, weekly.size).reshape(weekly.shape)
    searches = weekly * np.exp(_SEARCH_NOISE * noise)
    highest = searches[starts + WEEK - 1 <= days.last].max(axis=0)
    index: Floats = np.minimum(np.round(HIGHEST_INDEX * searches / highest), HIGHEST_INDEX)
    return index.astype(np.int64)
