"""The customers' accounts in the web shop: who has one or two, an e-mail, the CRM's id.

A few customers open a second account in the app later on: with the same e-mail, an id of its own,
and without the CRM's id, so that only the e-mail tells whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sample.delivery import Window
from sample.draws import Booleans, Integers
from sample.world.people import BOTH, CRM_ONLY
from sample.world.world import World

EMAIL_SHARE = 0.92
"""Of the customers of the web shop, those who gave an e-mail."""
CRM_ID_SHARE = 0.6
"""Of the customers of both systems, those whose first account carries the CRM's id."""
SECOND_SHARE = 0.03
"""Of the customers who gave an e-mail, those who open a second account."""
SECOND_ORDERS_SHARE = 0.5
"""Of the orders after that, those that are placed with the second account."""
SOONEST_SECOND, LATEST_SECOND = 30, 400
"""Days from the first account to the second."""

NEVER = 2**31 - 1


@dataclass(frozen=True)
class Accounts:
    """Accounts in the order of their owners' numbers, a first one before a second one.

    Attributes:
        owners: numbers of the customers.
        are_second: whether it is the customer's second account.
        opened: the day that each was opened, as a number.
        have_email: whether an e-mail is known.
        carry_crm_id: whether the CRM's id is known.
    """

    owners: Integers
    are_second: Booleans
    opened: Integers
    have_email: Booleans
    carry_crm_id: Booleans

    def __len__(self) -> int:
        return len(self.owners)

    @property
    def keys(self) -> Integers:
        """Unique numbers: what draws about an account are taken at."""
        return self.owners * 2 + self.are_second


def accounts_of(world: World, window: Window) -> Iterator[tuple[int, int, Accounts]]:
    """Yield the accounts that may be in a delivery, a chunk at a time.

    Before each chunk: the first number of the customers it is about, and how many numbers there
    are, of whom not all have an account.
    """
    people, size = world.people, world.settings.chunk_rows
    start = 0 if window.is_first else people.known_on(window.earliest - LATEST_SECOND - 1)
    known = people.known_on(window.until)
    for first in range(start, known, size):
        count = min(size, known - first)
        yield first, count, _accounts(world, first, count)


@lru_cache(maxsize=1)
def second_opened(world: World) -> NDArray[np.int32]:
    """Return the day that each customer opens a second account on; NEVER for most."""
    opened = np.full(world.people.count, NEVER, np.int32)
    found = _accounts(world, 0, world.people.count)
    opened[found.owners[found.are_second]] = found.opened[found.are_second]
    return opened


def _accounts(world: World, start: int, count: int) -> Accounts:
    draws, people = world.draws, world.people
    systems = people.systems[start : start + count]
    in_shop = np.flatnonzero(systems != CRM_ONLY)
    has_email = draws.happens("shop/customers/email", start, count, EMAIL_SHARE)
    has_crm_id = draws.happens("shop/customers/crm id", start, count, CRM_ID_SHARE)
    has_crm_id &= systems == BOTH
    has_second = has_email & draws.happens("shop/customers/second", start, count, SECOND_SHARE)
    after = draws.integers(
        "shop/customers/second/day", start, count, low=SOONEST_SECOND, high=LATEST_SECOND
    )
    seconds = in_shop[has_second[in_shop]]
    at = np.concatenate([in_shop, seconds])
    are_second = np.arange(len(at)) >= len(in_shop)
    order = np.argsort(at * 2 + are_second, kind="stable")
    at, are_second = at[order], are_second[order]
    came = people.came[at + start].astype(np.int64)
    return Accounts(
        owners=at + start,
        are_second=are_second,
        opened=came + np.where(are_second, after[at], 0),
        have_email=has_email[at],
        carry_crm_id=has_crm_id[at] & ~are_second,
    )
