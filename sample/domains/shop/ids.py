"""How the web shop writes ids; other systems that speak of its orders write them the same."""

from __future__ import annotations

from sample.draws import Integers
from sample.output.columns import padded
from sample.output.text import Texts, joined
from sample.world.days import Month

FIRST_CUSTOMER_NUMBER = 10_001
"""Lower than the CRM's first id, so that equal numbers of the two systems are strangers."""


def shop_customer_ids(numbers: Integers) -> Texts:
    """Return the ids of customers by their numbers in the world: ``CUST_10001``."""
    return joined(["CUST_", padded(numbers + FIRST_CUSTOMER_NUMBER, 5)])


def transaction_ids(month: Month, numbers: Integers) -> Texts:
    """Return the ids of a month's web shop orders by their places in it: ``TXN_2301000001``."""
    return joined([f"TXN_{month.code}", padded(numbers, 6)])
