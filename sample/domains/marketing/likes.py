"""What people like and share: brought by advertising in social media and by interest.

Likes bring no visit. They go up and down with what does, as they do in reality.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample.draws import Integers
from sample.world.channels import CHANNELS
from sample.world.flights import counts_about
from sample.world.interest import LEAD_DAYS
from sample.world.world import World

LIKES_OF_INTEREST = 0.2
"""The logarithm of likes that a unit of interest, over all states, brings the same day."""


@dataclass(frozen=True)
class Platform:
    """A place where people like and share.

    Attributes:
        name: in the file.
        likes: on a day without any advertising.
        likes_per_thousand: impressions of social media, over all platforms.
        share_rate: how many of those who like it share it.
    """

    name: str
    likes: float
    likes_per_thousand: float
    share_rate: float


PLATFORMS = (
    Platform("Instagram", 320, 2.4, 0.06),
    Platform("TikTok", 210, 3.0, 0.12),
    Platform("YouTube", 90, 0.7, 0.04),
)


@dataclass(frozen=True)
class Likes:
    """Likes and shares of all days until the end of the world, day by day, by PLATFORMS."""

    likes: Integers
    shares: Integers


def make_likes(world: World) -> Likes:
    """Make the likes of the world."""
    social = next(place for place, it in enumerate(CHANNELS) if it.name == "social")
    shown = world.campaigns.impressions(world.days)[:, :, social].sum(axis=1)
    lift = np.exp(LIKES_OF_INTEREST * world.interest[LEAD_DAYS:].mean(axis=1))
    usual = np.array([it.likes for it in PLATFORMS])
    brought = np.array([it.likes_per_thousand for it in PLATFORMS]) * shown[:, None] / 1000
    likes = counts_about(world.draws, "likes", (usual * lift[:, None] + brought).ravel())
    rates = np.tile([it.share_rate for it in PLATFORMS], world.days.count)
    shares = counts_about(world.draws, "likes/shares", likes * rates)
    return Likes(likes, np.minimum(shares, likes))
