"""The web shop's file of customers: one record for each account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample.delivery import Window
from sample.domains.crm.files import FIRST_CUSTOMER_ID
from sample.domains.shop.accounts import Accounts, accounts_of
from sample.domains.shop.dirt import KINDS
from sample.domains.shop.ids import account_ids
from sample.domains.soilers import soiler_of
from sample.draws import Booleans, Integers
from sample.output.chunk import Chunk
from sample.output.columns import Values, dates, either, padded, picked, text_table, whole
from sample.output.text import Texts, joined
from sample.world.people import Persons
from sample.world.places import COUNTRY_SHARES, STATES
from sample.world.world import World

ACCENT_SHARE = 0.08
"""Of the customers, those who write a name with an accent; the CRM leaves accents out."""
NEWSLETTER_SHARE = 0.45
EMAIL_DOMAINS = ("example.com", "example.org", "example.net")
"""Reserved for examples (RFC 2606): no message ever reaches anybody."""

_ACCENTS = str.maketrans("aeiounc", "áéíöüñç")
_COUNTRIES = list(COUNTRY_SHARES)
_UNITED_STATES = _COUNTRIES.index("United States")


def customers(world: World, window: Window) -> Iterator[Chunk]:
    """Yield the records of the accounts that a delivery has."""
    soiler = soiler_of(world, "shop.customers", KINDS)
    for start, count, accounts in accounts_of(world, window):
        if len(accounts):
            table = _table(world, world.people.persons(start, count), accounts, start, count)
            yield soiler.deliver(table, accounts.keys, accounts.opened, window)


def emails(world: World, who: Persons, accounts: Accounts) -> Texts:
    """Return the e-mail that each account's owner has, given or not: unlike anybody else's.

    Args:
        world: the business.
        who: customers of successive numbers, the owners among them.
        accounts: their accounts.
    """
    names = [_for_email(name) for name in world.names.female + world.names.male]
    last_names = [_for_email(name) for name in world.names.last]
    at = accounts.owners - who.numbers[0]
    return joined(
        [
            picked(names, np.where(who.is_female, who.first_names, who.first_names + 100)[at]),
            ".",
            picked(last_names, who.last_names[at]),
            padded(accounts.owners, 1),
            "@",
            picked(EMAIL_DOMAINS, accounts.owners % len(EMAIL_DOMAINS)),
        ]
    )


def _for_email(name: str) -> str:
    return re.sub("[^a-z]", "", name.lower())


def _table(world: World, who: Persons, accounts: Accounts, start: int, count: int) -> pa.Table:
    draws, at = world.draws, accounts.owners - start
    accented = draws.happens("shop/customers/accent", start, count, ACCENT_SHARE)[at]
    newsletter = draws.happens("shop/customers/newsletter", start, count, NEWSLETTER_SHARE)[at]
    postal_codes = draws.integers("shop/customers/postal", start, count, low=500, high=99_999)
    crm_ids = whole(accounts.owners + FIRST_CUSTOMER_ID)
    first_names = np.where(who.is_female, who.first_names, who.first_names + 100)[at]
    is_american = who.countries[at] == _UNITED_STATES
    return text_table(
        {
            "customer_id": account_ids(accounts.owners, accounts.are_second),
            "crm_customer_id": _where(accounts.carry_crm_id, crm_ids),
            "email": _where(accounts.have_email, emails(world, who, accounts)),
            "first_name": _names(world.names.female + world.names.male, first_names, accented),
            "last_name": _names(world.names.last, who.last_names[at], accented),
            "street": joined(
                [
                    padded(who.house_numbers[at], 1),
                    picked(world.names.streets, who.streets[at]),
                ],
                " ",
            ),
            "postal_code": padded(postal_codes[at], 5),
            "city": picked(world.names.towns, who.towns[at]),
            "state": picked(("", *STATES), np.where(is_american, who.states[at] + 1, 0)),
            "country": picked(_COUNTRIES, who.countries[at]),
            "created_date": dates(accounts.opened),
            "newsletter": either(newsletter, "true", "false"),
        }
    )


def _where(condition: Booleans, values: Values) -> Texts:
    """Return values as texts, and nothing where a condition does not hold."""
    texts = values.cast(pa.string())
    return cast(Texts, pc.if_else(pa.array(condition), texts, pa.scalar("")))


def _names(pool: Sequence[str], places: Integers, accented: Booleans) -> Texts:
    return picked((*pool, *map(with_accent, pool)), places + np.where(accented, len(pool), 0))


def with_accent(name: str) -> str:
    """Return a name with an accent on its first small letter that can have one: ``Líam``."""
    found = re.search("[aeiounc]", name)
    if not found:
        return name
    return name[: found.start()] + found[0].translate(_ACCENTS) + name[found.end() :]
