"""The advertising channels, and what each of them is planted to do.

A channel shows impressions; they last (adstock), wear off (saturation) and then bring visits to the
stores and conversions in the web shop. One channel is a placebo: it costs money and does neither.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample.draws import Floats


@dataclass(frozen=True)
class Channel:
    """A way of advertising.

    Attributes:
        name: in all files.
        objective: what its campaigns are booked for.
        is_geo_targeted: whether its impressions are counted by state.
        share_of_cost: about so much of all cost.
        season_power: how much its budgets follow the season: 0 not at all, 1 as visits do.
        thousand_cost: dollars of a thousand impressions.
        click_rate: clicks of an impression.
        follows_interest: the logarithm of impressions that a unit of interest brings the same day.
        decay: what is left of a day's adstock on the next day. Planted.
        half_exposure: adstock of a country at which half of the visits come. Planted.
        visits: that a day of endless exposure brings in all states. Planted.
        effect: the chance that a path with it converts by it. Planted.
    """

    name: str
    objective: str
    is_geo_targeted: bool
    share_of_cost: float
    season_power: float
    thousand_cost: float
    click_rate: float
    follows_interest: float
    decay: float
    half_exposure: float
    visits: float
    effect: float


CHANNELS = (
    Channel("banner", "awareness", True, 0.28, 0.6, 4, 0.002, 0.0, 0.60, 600_000, 420, 0.10),
    Channel("search", "traffic", True, 0.24, 0.8, 22, 0.05, 0.25, 0.15, 45_000, 360, 0.30),
    Channel("social", "engagement", True, 0.18, 0.3, 7, 0.01, 0.0, 0.40, 150_000, 300, 0.16),
    Channel("email", "retention", False, 0.04, 0.4, 1.2, 0.02, 0.0, 0.30, 160_000, 200, 0.24),
    Channel("video", "awareness", False, 0.18, 0.5, 15, 0.004, 0.0, 0.75, 160_000, 380, 0.12),
    Channel("native", "awareness", False, 0.08, 1.5, 6, 0.003, 0.0, 0.50, 90_000, 0, 0.0),
)

PLACEBO = "native"
"""Sponsored articles: booked when the season is high, so that they look as if they worked."""


def adstocked(impressions: Floats, decay: float) -> Floats:
    """Return what is left of impressions of a day and of all days before: the geometric adstock.

    Args:
        impressions: a row for each day, the first without any day before it.
        decay: what is left of a day's adstock on the next day.
    """
    left = np.empty_like(impressions)
    carried = np.zeros(impressions.shape[1:])
    for day, shown in enumerate(impressions):
        carried = shown + decay * carried
        left[day] = carried
    return left


def saturated(adstock: Floats, half_exposure: float) -> Floats:
    """Return the share of a channel's most visits that an adstock brings: one half at the half."""
    result: Floats = adstock / (adstock + half_exposure)
    return result
