"""The web shop: its customers, orders, lines, returns, prices and promotions, in three formats.

It knows the business under ids of its own; some customers carry the CRM's.
"""

from sample.domains.domain import Domain
from sample.domains.shop.dirt import KINDS
from sample.domains.shop.files import files
from sample.domains.shop.truth import files as truth
from sample.drift import Drifting

SHOP = Domain(
    "shop",
    KINDS,
    files,
    truth,
    drifting=(
        Drifting(
            "shop.orders",
            "sales_channel",
            ("web", "app"),
            ("sales_rep", "sales_representative"),
            "transaction_amount",
        ),
        Drifting(
            "shop.return_notes",
            "handled_by",
            ("returns desk", "warehouse"),
            ("reason", "return_reason"),
            "quantity",
        ),
    ),
)
