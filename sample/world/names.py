"""Names, streets and towns, drawn from Faker as pools: a call per row would take hours.

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
        female: first names.
        male: first names, as many.
        last: last names.
        streets: names of streets, without a number.
        towns: names of towns, of no country in particular.
        sales_reps: full names of those who sell.
        suppliers: names of companies.
    """

    female: tuple[str, ...]
    male: tuple[str, ...]
    last: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[str, ...]
    sales_reps: tuple[str, ...]
    suppliers: tuple[str, ...]


def draw_name_pools(seed: int) -> NamePools:
    """Draw the pools; the same for one seed."""
    fake = Faker("en_US")
    fake.seed_instance(seed)
    return NamePools(
        female=_distinct(fake.first_name_female, POOL_SIZE // 2),
        male=_distinct(fake.first_name_male, POOL_SIZE // 2),
        last=_distinct(fake.last_name, POOL_SIZE),
        streets=_distinct(fake.street_name, POOL_SIZE),
        towns=_distinct(fake.city, POOL_SIZE),
        sales_reps=_distinct(lambda: f"{fake.first_name()} {fake.last_name()}", 12),
        suppliers=_distinct(lambda: fake.company().replace(",", ""), 8),
    )


def _distinct(draw: Callable[[], str], count: int) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for _ in range(MAX_DRAWS):
        names[draw()] = None
        if len(names) == count:
            break
    return tuple(names)
