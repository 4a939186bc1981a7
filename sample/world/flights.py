"""Makes campaigns: when they run, what they may cost, what they show for it.

Nothing here knows of a visit. Budgets follow the season and were cut in the shock of 2020, as
visits were: whoever holds visits against impressions without minding the season sees effects that
are none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample.draws import Draws, Floats, Integers
from sample.world.campaigns import ALL_STATES, NO_STATE, Campaign, Campaigns, Shown
from sample.world.channels import CHANNELS
from sample.world.days import MONTH_WEIGHTS, WEEKDAY_WEIGHTS, Days, day_of
from sample.world.interest import LEAD_DAYS
from sample.world.places import STATE_SHARES, STATES
from sample.world.shock import shock_of

COST_PER_DAY = 5_000_000 / 1461
"""Dollars that all campaigns cost on an average day: 5 million from 2020 to 2023."""

SHORTEST_DAYS, LONGEST_DAYS = 14, 42
EVERY_DAYS, EVERY_DAYS_NATIONAL = 12, 20
"""A campaign of a channel begins in so many days."""
ALL_STATES_RATE = 0.45
"""Of the campaigns that could be shown in one state, those that are shown in all."""
ONE_STATE_FACTOR = 1.5
"""How much more a campaign for one state spends there than one for all states."""
BUDGET_SPREAD = 0.5
SPEND_NOISE, SHOWN_NOISE = 0.15, 0.08
"""Standard deviations of logarithms: of a day's cost, and of the impressions for it."""

THEMES = (
    "Spring Planting",
    "Café Terrace Days",
    "Trail Season",
    "Jardín en Flor",
    "Alpenglühen Tents",
    "Long Weekend",
    "Crème Brûlée Stoves",
    "First Snow",
    "Sierra Piñon",
    "Backyard Party",
    "Gifts for Hikers",
    "Été au Jardin",
)


@dataclass(frozen=True)
class _Flights:
    """Campaigns as columns; ``daily`` is the cost of a day, before all are scaled to their sum."""

    channels: Integers
    states: Integers
    first: Integers
    lengths: Integers
    daily: Floats

    def of(self, which: Integers) -> _Flights:
        return _Flights(
            self.channels[which],
            self.states[which],
            self.first[which],
            self.lengths[which],
            self.daily[which],
        )


def make_campaigns(draws: Draws, days: Days, interest: Floats) -> Campaigns:
    """Make all campaigns until the end of the world.

    Args:
        draws: random numbers.
        days: of the world.
        interest: see ``sample.world.interest``; searches follow it.
    """
    flights = _flights(draws, days)
    campaigns, on_days, states, spent = _spent(draws, days, flights)
    delivered = on_days <= days.last
    scale = COST_PER_DAY * (days.last - days.first + 1) / spent[delivered].sum()
    shown = _shown(draws, days, interest, flights, (campaigns, on_days, states, spent * scale))
    themes = draws.integers("campaigns/theme", 0, len(flights.first), low=0, high=len(THEMES) - 1)
    found = []
    for index, theme in enumerate(themes.tolist()):
        first, length = int(flights.first[index]), int(flights.lengths[index])
        channel = int(flights.channels[index])
        planned = float(flights.daily[index]) * length * scale
        found.append(
            Campaign(
                campaign_id=f"CMP-{index + 1:05d}",
                name=f"{THEMES[theme]} {day_of(first):%Y} {CHANNELS[channel].name}",
                channel=channel,
                state=int(flights.states[index]),
                first=first,
                last=first + length - 1,
                budget=max(10, 10 * round(planned / 10)),
            )
        )
    return Campaigns(tuple(found), shown)


def _flights(draws: Draws, days: Days) -> _Flights:
    """Return the campaigns of all channels, by the day they begin."""
    of_channels = [_flights_of(draws, days, place) for place in range(len(CHANNELS))]
    together = _Flights(
        np.concatenate([it.channels for it in of_channels]),
        np.concatenate([it.states for it in of_channels]),
        np.concatenate([it.first for it in of_channels]),
        np.concatenate([it.lengths for it in of_channels]),
        np.concatenate([it.daily for it in of_channels]),
    )
    return together.of(np.lexsort((together.channels, together.first)))


def _flights_of(draws: Draws, days: Days, place: int) -> _Flights:
    channel = CHANNELS[place]
    name = f"campaigns/{channel.name}"
    every = EVERY_DAYS if channel.is_geo_targeted else EVERY_DAYS_NATIONAL
    count = days.count // every
    later = draws.integers(f"{name}/start", 0, count, low=0, high=every - 1)
    first = days.first + np.arange(count) * every + later
    lengths = draws.integers(f"{name}/length", 0, count, low=SHORTEST_DAYS, high=LONGEST_DAYS)
    states = np.full(count, ALL_STATES)
    if channel.is_geo_targeted:
        in_one = ~draws.happens(f"{name}/all states", 0, count, ALL_STATES_RATE)
        states[in_one] = draws.choices(f"{name}/state", 0, count, STATE_SHARES)[in_one]
    part = np.array([*(np.array(STATE_SHARES) * ONE_STATE_FACTOR), 1.0])[states]
    months = (first + lengths // 2).astype("datetime64[D]").astype("datetime64[M]")
    season = np.array(MONTH_WEIGHTS)[months.astype(np.int64) % 12] ** channel.season_power
    spread = np.exp(BUDGET_SPREAD * draws.normal(f"{name}/budget", 0, count))
    daily = channel.share_of_cost * every * season * shock_of(first) * spread * part
    return _Flights(np.full(count, place), states, first, lengths, daily)


_Spent = tuple[Integers, Integers, Integers, Floats]
"""Campaigns, days, states and costs, row by row."""


def _spent(draws: Draws, days: Days, flights: _Flights) -> _Spent:
    """Return what each campaign costs on each of its days, in each state that is counted."""
    is_geo = np.array([channel.is_geo_targeted for channel in CHANNELS])[flights.channels]
    is_by_state = is_geo & (flights.states == ALL_STATES)
    targets = np.where(is_by_state, len(STATES), 1)
    counts = np.minimum(flights.lengths, days.end + 1 - flights.first) * targets
    campaigns = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(campaigns)) - np.repeat(np.cumsum(counts) - counts, counts)
    on_days = flights.first[campaigns] + place // targets[campaigns]
    states = np.where(
        is_by_state[campaigns],
        place % len(STATES),
        np.where(is_geo, flights.states, NO_STATE)[campaigns],
    )
    part = np.where(is_by_state[campaigns], np.array(STATE_SHARES)[states], 1.0)
    weekdays = np.array(WEEKDAY_WEIGHTS)[(on_days + 3) % 7]
    noise = np.exp(SPEND_NOISE * draws.normal("campaigns/spend", 0, len(on_days)))
    spent = flights.daily[campaigns] * part * weekdays * noise
    order = np.lexsort((states, campaigns, on_days))
    return campaigns[order], on_days[order], states[order], spent[order]


def _shown(draws: Draws, days: Days, interest: Floats, flights: _Flights, spent: _Spent) -> Shown:
    """Return what was shown for the money."""
    campaigns, on_days, states, dollars = spent
    channels = flights.channels[campaigns]
    follows = _of_channels([it.follows_interest for it in CHANNELS], channels)
    of_day = interest[on_days - days.first + LEAD_DAYS, states]
    noise = SHOWN_NOISE * draws.normal("campaigns/impressions", 0, len(on_days))
    price = _of_channels([it.thousand_cost for it in CHANNELS], channels) / 1000
    impressions = np.round(dollars / price * np.exp(follows * of_day + noise))
    means = impressions * _of_channels([it.click_rate for it in CHANNELS], channels)
    clicks = counts_about(draws, "campaigns/clicks", means)
    return Shown(
        days=on_days,
        campaigns=campaigns,
        states=states,
        impressions=impressions.astype(np.int64),
        clicks=np.minimum(clicks, impressions.astype(np.int64)),
        cents=np.round(100 * dollars).astype(np.int64),
    )


def _of_channels(values: list[float], channels: Integers) -> Floats:
    return np.array(values)[channels]


def counts_about(draws: Draws, name: str, means: Floats) -> Integers:
    """Return counts that have the mean and the variance of Poisson's, for means of any size."""
    normal = draws.normal(name, 0, len(means))
    return np.maximum(np.round(means + np.sqrt(means) * normal), 0).astype(np.int64)
