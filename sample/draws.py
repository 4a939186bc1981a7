"""Random numbers by name and position, so that any part of the sample can be made by itself.

A number depends on the seed, the name of its series and its position in it, and on nothing else:
not on what was drawn before, in how large chunks, or in which process. NumPy's Philox is such a
generator (counter-based; Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Booleans: TypeAlias = NDArray[np.bool_]

_WORDS = 4
"""Numbers that Philox makes of one value of its counter."""


class Draws:
    """The random numbers of one seed; of ``count`` positions, the first of which is ``start``.

    Args:
        seed: any whole number.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def uniform(self, name: str, start: int, count: int) -> Floats:
        """Return numbers from 0 to less than 1."""
        key = blake2b(f"{self._seed}/{name}".encode(), digest_size=16).digest()
        bits = np.random.Philox(key=int.from_bytes(key, "little"), counter=start // _WORDS)
        skipped = start % _WORDS
        words = bits.random_raw(count + skipped)[skipped:]
        numbers: Floats = (words >> 11).astype(np.float64) * 2.0**-53
        return numbers

    def at(self, name: str, positions: Integers) -> Floats:
        """Return numbers from 0 to less than 1 of some positions that lie close together."""
        if not len(positions):
            return np.empty(0)
        low, high = int(positions.min()), int(positions.max())
        return self.uniform(name, low, high - low + 1)[positions - low]

    def normal(self, name: str, start: int, count: int) -> Floats:
        """Return numbers of the standard normal distribution (Box and Muller, 1958)."""
        radius = np.sqrt(-2 * np.log1p(-self.uniform(f"{name}/radius", start, count)))
        result: Floats = radius * np.cos(2 * np.pi * self.uniform(f"{name}/angle", start, count))
        return result

    def integers(self, name: str, start: int, count: int, *, low: int, high: int) -> Integers:
        """Return whole numbers from low to high, both included, each as likely."""
        return low + (self.uniform(name, start, count) * (high - low + 1)).astype(np.int64)

    def choices(
        self, name: str, start: int, count: int, weights: Sequence[float] | Floats
    ) -> Integers:
        """Return indexes into weights, each as likely as its weight says."""
        return chosen(self.uniform(name, start, count), weights)

    def happens(self, name: str, start: int, count: int, rate: float) -> Booleans:
        """Return True at a rate from 0 to 1."""
        return self.uniform(name, start, count) < rate


def chosen(uniform: Floats, weights: Sequence[float] | Floats) -> Integers:
    """Return the index into weights that each uniform number falls on."""
    upper = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(upper[:-1] / upper[-1], uniform, side="right").astype(np.int64)


def poisson(uniform: Floats, means: Floats) -> Integers:
    """Return counts of the Poisson distribution by its inverse.

    Args:
        uniform: one number from 0 to 1 for each count.
        means: of the same length; each below 700, where exp(-mean) is still a number.
    """
    counts = np.zeros(len(uniform), np.int64)
    share = np.exp(-means)
    open_ones = np.flatnonzero(uniform >= share)
    uniform, means, share = uniform[open_ones], means[open_ones], share[open_ones]
    reached = share.copy()
    number = 0
    while len(open_ones):
        number += 1
        share = share * means / number
        reached = reached + share
        counts[open_ones] = number
        # What rounding leaves of the distribution beyond its tail must not count for ever.
        goes_on = (uniform >= reached) & ((share > 1e-17) | (number < means))
        open_ones, uniform, means = open_ones[goes_on], uniform[goes_on], means[goes_on]
        share, reached = share[goes_on], reached[goes_on]
    return counts
