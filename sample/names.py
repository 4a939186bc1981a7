"""Names of people, drawn from Faker as pools: a call per row would take longer than all the rest.

Faker changes its lists between releases: one seed gives the same files with one Faker version,
which requirements/ pins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from faker import Faker

POOL_SIZE = 200
MAX_DRAWS = 100 * POOL_SIZE


@dataclass(frozen=True)
class NamePools:
    """Distinct names to draw from.

    Attributes:
        female: POOL_SIZE / 2 first names.
        male: POOL_SIZE / 2 first names.
        last: POOL_SIZE last names.
    """

    female: list[str]
    male: list[str]
    last: list[str]


def draw_name_pools(seed: int) -> NamePools:
    """Draw the pools; the same for one seed."""
    fake = Faker("en_US")
    fake.seed_instance(seed)
    return NamePools(
        female=_distinct(fake.first_name_female, POOL_SIZE // 2),
        male=_distinct(fake.first_name_male, POOL_SIZE // 2),
        last=_distinct(fake.last_name, POOL_SIZE),
    )


def _distinct(draw: Callable[[], str], count: int) -> list[str]:
    names: dict[str, None] = {}
    for _ in range(MAX_DRAWS):
        names[draw()] = None
        if len(names) == count:
            break
    return list(names)
