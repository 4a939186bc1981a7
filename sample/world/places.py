"""Where the business is: stores that people visit, and warehouses that goods leave from."""

from __future__ import annotations

from dataclasses import dataclass

STATES = ("NY", "CA", "TX", "FL", "PA", "IL", "OH", "GA", "NC", "MI")
"""The states with stores, those with the most visits first."""

STATE_SHARES = (0.19, 0.16, 0.13, 0.11, 0.09, 0.08, 0.07, 0.06, 0.06, 0.05)
"""Of all visits."""

STORES_PER_STATE = (6, 5, 4, 4, 3, 3, 2, 2, 2, 2)

COUNTRY_SHARES = {
    "United States": 0.34,
    "Germany": 0.13,
    "United Kingdom": 0.13,
    "Australia": 0.11,
    "France": 0.11,
    "Canada": 0.10,
    "Netherlands": 0.08,
}
"""Of the customers."""


@dataclass(frozen=True)
class Warehouse:
    """Where orders of some countries leave from.

    Attributes:
        code: its short name, in all files.
        city: where it is.
        country: where it is.
        serves: countries; customers of one of them get their goods from here.
    """

    code: str
    city: str
    country: str
    serves: tuple[str, ...]


WAREHOUSES = (
    Warehouse("WH-NEWARK", "Newark", "United States", ("United States", "Canada")),
    Warehouse("WH-ROTTERDAM", "Rotterdam", "Netherlands", ("Netherlands", "Germany")),
    Warehouse("WH-FELIXSTOWE", "Felixstowe", "United Kingdom", ("United Kingdom", "France")),
    Warehouse("WH-SYDNEY", "Sydney", "Australia", ("Australia",)),
)


@dataclass(frozen=True)
class Store:
    """A shop in a street.

    Attributes:
        code: its short name, in all files.
        state: one of STATES.
        share: of the visits of its state.
    """

    code: str
    state: str
    share: float


def stores() -> tuple[Store, ...]:
    """Return all stores; the first of a state is its largest."""
    found = []
    for state, count in zip(STATES, STORES_PER_STATE, strict=True):
        sizes = [1 / (1 + 0.4 * place) for place in range(count)]
        found += [
            Store(f"ST-{state}-{place + 1:02d}", state, size / sum(sizes))
            for place, size in enumerate(sizes)
        ]
    return tuple(found)


def warehouse_of_countries() -> dict[str, int]:
    """Return for each country the index of the warehouse that serves it."""
    return {country: place for place, it in enumerate(WAREHOUSES) for country in it.serves}
