"""All domains, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sample.domains.crm import CRM
from sample.domains.domain import Domain
from sample.domains.erp import ERP
from sample.domains.marketing import MARKETING
from sample.domains.shop import SHOP
from sample.domains.supply import SUPPLY
from sample.domains.traffic import TRAFFIC
from sample.drift import Drifting

DOMAINS: Mapping[str, Domain] = {
    domain.name: domain for domain in (CRM, ERP, SUPPLY, SHOP, MARKETING, TRAFFIC)
}

DRIFTING_UNLESS_NAMED = "shop.orders"
"""The table whose columns change where no table is named; the first one that can, without it."""

ALL_KINDS = tuple(kind for domain in DOMAINS.values() for kind in domain.kinds)


def drifting_of(domains: Iterable[str]) -> tuple[Drifting, ...]:
    """Return the tables of some domains whose columns can change, the one unless named first."""
    tables = [it for name in domains for it in DOMAINS[name].drifting]
    return tuple(sorted(tables, key=lambda it: it.table != DRIFTING_UNLESS_NAMED))
