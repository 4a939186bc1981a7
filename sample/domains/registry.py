"""All domains, by name."""

from __future__ import annotations

from collections.abc import Mapping

from sample.domains.crm import CRM
from sample.domains.domain import Domain
from sample.domains.erp import ERP
from sample.domains.marketing import MARKETING
from sample.domains.supply import SUPPLY
from sample.domains.traffic import TRAFFIC

DOMAINS: Mapping[str, Domain] = {
    domain.name: domain for domain in (CRM, ERP, SUPPLY, MARKETING, TRAFFIC)
}

ALL_DRIFTING = tuple(it for domain in DOMAINS.values() for it in domain.drifting)
"""Tables whose columns change where it is asked for; the first where no table is named."""

ALL_KINDS = tuple(kind for domain in DOMAINS.values() for kind in domain.kinds)
