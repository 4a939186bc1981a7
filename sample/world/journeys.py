"""Paths of people over the channels, and by what they become orders of the web shop.

A path begins with a channel, goes on to the next one by a first-order Markov chain, and has one to
five touches. Then each channel on it has one chance to convert, however often it was touched; a
path converts where at least one does. So a channel's part is known exactly, and not by a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np

from sample.draws import Booleans, Draws, Floats, Integers, chosen
from sample.world.channels import CHANNELS

LENGTH_WEIGHTS = (30, 28, 20, 13, 9)
"""Of one to five touches. Planted."""
LONGEST = len(LENGTH_WEIGHTS)

START = (0.22, 0.26, 0.20, 0.06, 0.16, 0.10)
"""How likely a path begins with each of CHANNELS. Planted."""
NEXT = (
    (0.14, 0.34, 0.16, 0.12, 0.14, 0.10),
    (0.12, 0.30, 0.12, 0.28, 0.08, 0.10),
    (0.16, 0.26, 0.20, 0.12, 0.16, 0.10),
    (0.08, 0.36, 0.12, 0.30, 0.06, 0.08),
    (0.18, 0.30, 0.20, 0.08, 0.14, 0.10),
    (0.18, 0.24, 0.18, 0.12, 0.14, 0.14),
)
"""How likely each channel follows a channel: a row for the one before. Planted."""

NO_CHANNEL = -1
"""Beyond a path's last touch."""


@dataclass(frozen=True)
class Paths:
    """Some paths, and which of them convert.

    Attributes:
        channels: indexes into CHANNELS, or NO_CHANNEL. Shape: paths, LONGEST.
        lengths: touches of each path.
        converts: whether it ends with an order.
    """

    channels: Integers
    lengths: Integers
    converts: Booleans


def paths(draws: Draws, name: str, count: int) -> Paths:
    """Return so many paths of a series; fewer or more of them begin alike."""
    lengths = 1 + draws.choices(f"{name}/length", 0, count, LENGTH_WEIGHTS)
    channels = np.full((count, LONGEST), NO_CHANNEL)
    follows = np.cumsum(NEXT, axis=1)
    for touch in range(LONGEST):
        uniform = draws.uniform(f"{name}/channel {touch + 1}", 0, count)
        if touch == 0:
            channels[:, 0] = chosen(uniform, START)
            continue
        goes_on = np.flatnonzero(lengths > touch)
        upper = follows[channels[goes_on, touch - 1], :-1]
        channels[goes_on, touch] = (uniform[goes_on, None] >= upper).sum(axis=1)
    converts = draws.uniform(f"{name}/converts", 0, count) < conversion_chances(channels)
    return Paths(channels, lengths, converts)


def conversion_chances(channels: Integers) -> Floats:
    """Return how likely each path converts: 1 - the chance that no channel on it does."""
    misses = np.ones(len(channels))
    for place, channel in enumerate(CHANNELS):
        is_there = (channels == place).any(axis=1)
        misses *= np.where(is_there, 1 - channel.effect, 1.0)
    result: Floats = 1 - misses
    return result


def conversion_rate(working: frozenset[int] = frozenset(range(len(CHANNELS)))) -> float:
    """Return the share of all paths that convert, exactly.

    Args:
        working: indexes of the channels that have their effect; others have none.
    """
    sets = _set_chances()
    misses = np.ones(len(sets))
    for place in working:
        has_channel = np.arange(len(sets)) >> place & 1
        misses *= np.where(has_channel, 1 - CHANNELS[place].effect, 1.0)
    return float((sets * (1 - misses)).sum())


def removal_effects() -> list[float]:
    """Return of each channel the share of conversions that would not be without its effect."""
    everyone = frozenset(range(len(CHANNELS)))
    rate = conversion_rate(everyone)
    return [1 - conversion_rate(everyone - {place}) / rate for place in sorted(everyone)]


def shapley_shares() -> list[float]:
    """Return of each channel its share of the conversions by Shapley (1953); they add up to 1."""
    count = len(CHANNELS)
    shares = []
    for place in range(count):
        others = [other for other in range(count) if other != place]
        gained = 0.0
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for before in combinations(others, size):
                without = frozenset(before)
                gained += weight * (conversion_rate(without | {place}) - conversion_rate(without))
        shares.append(gained / conversion_rate())
    return shares


def _set_chances() -> Floats:
    """Return how likely a path has each set of channels; a set is the sum of 2**index."""
    count = len(CHANNELS)
    weights = np.array(LENGTH_WEIGHTS) / sum(LENGTH_WEIGHTS)
    # Of paths of the length so far: by the set of their channels, and by their last channel.
    chances = np.zeros((2**count, count))
    for place, chance in enumerate(START):
        chances[1 << place, place] = chance
    total: Floats = weights[0] * chances.sum(axis=1)
    for weight in weights[1:]:
        longer = np.zeros_like(chances)
        moves = chances @ np.array(NEXT)
        for place in range(count):
            np.add.at(longer[:, place], np.arange(2**count) | 1 << place, moves[:, place])
        chances = longer
        total += weight * chances.sum(axis=1)
    return total
