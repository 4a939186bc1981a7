"""How the web shop writes ids; other systems that speak of its orders write them the same."""

from __future__ import annotations

import numpy as np

from sample.draws import Booleans, Integers
from sample.output.columns import padded
from sample.output.text import Texts, joined
from sample.world.days import Month

FIRST_CUSTOMER_NUMBER = 10_001
"""Lower than the CRM's first id, so that equal numbers of the two systems are strangers."""
FIRST_SECOND_NUMBER = 60_000_001
"""Second accounts of customers are opened in the app, which counts from here."""


def shop_customer_ids(numbers: Integers) -> Texts:
    """Return the ids of customers by their numbers in the world: ``CUST_10001``."""
    return joined(["CUST_", padded(numbers + FIRST_CUSTOMER_NUMBER, 5)])


def account_ids(numbers: Integers, are_second: Booleans) -> Texts:
    """Return the ids of customers' accounts, of first ones as shop_customer_ids writes them."""
    firsts = np.where(are_second, FIRST_SECOND_NUMBER, FIRST_CUSTOMER_NUMBER)
    return joined(["CUST_", padded(numbers + firsts, 5)])


def transaction_ids(month: Month, numbers: Integers) -> Texts:
    """Return the ids of a month's web shop orders by their places in it: ``TXN_2301000001``."""
    return joined([f"TXN_{month.code}", padded(numbers, 6)])


def return_ids(month: Month, keys: Integers) -> Texts:
    """Return the ids of return notes by the keys of a month's returned lines."""
    return joined([f"RET_{month.code}", padded(keys, 7)])


def promotion_id(number: int) -> str:
    """Return the id of a promotion by its number in the world: ``PROMO_0001``."""
    return f"PROMO_{number:04d}"
