"""Campaigns, and what they showed by day and state: the causes of visits, made before any visit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample.draws import Floats, Integers
from sample.world.channels import CHANNELS
from sample.world.days import Days
from sample.world.places import STATE_SHARES, STATES

ALL_STATES = -1
"""Of a campaign that is shown everywhere."""
NO_STATE = -1
"""Of impressions of a channel that does not count them by state."""


@dataclass(frozen=True)
class Campaign:
    """A flight of one channel.

    Attributes:
        campaign_id: in all files.
        name: for people; some with accents.
        channel: index into CHANNELS.
        state: index into STATES, or ALL_STATES.
        first: its first day, as a number.
        last: its last day; it may lie beyond the end of the world.
        budget: planned cost, in whole dollars.
    """

    campaign_id: str
    name: str
    channel: int
    state: int
    first: int
    last: int
    budget: int


@dataclass(frozen=True)
class Shown:
    """What was shown, by day, campaign and state, in this order; until the end of the world.

    Attributes:
        days: day numbers.
        campaigns: indexes into the campaigns.
        states: indexes into STATES, or NO_STATE.
        impressions: how often an advertisement was seen.
        clicks: on it.
        cents: the cost.
    """

    days: Integers
    campaigns: Integers
    states: Integers
    impressions: Integers
    clicks: Integers
    cents: Integers


@dataclass(frozen=True)
class Campaigns:
    """All campaigns until the end of the world, by the day they begin, and what they showed."""

    all: tuple[Campaign, ...]
    shown: Shown

    def impressions(self, days: Days) -> Floats:
        """Return impressions. Shape: days from the first to the end, states, channels.

        Those that are not counted by state are in all states by STATE_SHARES.
        """
        shown = self.shown
        channels = np.array([campaign.channel for campaign in self.all])[shown.campaigns]
        shape = days.count, len(STATES) + 1, len(CHANNELS)
        states = np.where(shown.states == NO_STATE, len(STATES), shown.states)
        at = np.ravel_multi_index((shown.days - days.first, states, channels), shape)
        size = shape[0] * shape[1] * shape[2]
        counts = np.bincount(at, weights=shown.impressions, minlength=size).reshape(shape)
        shares = np.array(STATE_SHARES)[:, None]
        result: Floats = counts[:, :-1] + counts[:, -1:] * shares
        return result

    def running(self, days: Days) -> tuple[Integers, Integers]:
        """Return which campaigns run on each day, by channel.

        Returns:
            How many run, of the shape channels, days; and their indexes, of the shape channels,
            days, most at once; an index means nothing beyond how many run.
        """
        spans = [slice(it.first - days.first, it.last - days.first + 1) for it in self.all]
        counts = np.zeros((len(CHANNELS), days.count), np.int64)
        for it, span in zip(self.all, spans, strict=True):
            counts[it.channel, span] += 1
        which = np.zeros((*counts.shape, int(counts.max())), np.int64)
        counts[:] = 0
        for index, (it, span) in enumerate(zip(self.all, spans, strict=True)):
            on_days = np.arange(days.count)[span]
            which[it.channel, on_days, counts[it.channel, span]] = index
            counts[it.channel, span] += 1
        return counts, which
