"""The supply side: suppliers, their deliveries, and what the warehouses hold at each day's end.

Every piece that CRM or web shop sold left a warehouse's stock, and was delivered to it before.
"""

from sample.domains.domain import Domain
from sample.domains.supply.dirt import KINDS
from sample.domains.supply.files import files
from sample.domains.supply.truth import files as truth
from sample.drift import Drifting

SUPPLY = Domain(
    "supply",
    KINDS,
    files,
    truth,
    drifting=(
        Drifting(
            "supply.deliveries",
            "carrier",
            ("road", "rail", "sea"),
            ("unit_cost", "cost_per_unit"),
            "quantity",
        ),
    ),
)
