"""The CRM: customers, versions of products, and order lines, as three CSV files.

Columns, key spellings, date formats, CRLF line ends and the missing final newline are those of real
exports of this kind; the values are ours.
"""

from sample.domains.crm.dirt import KINDS
from sample.domains.crm.files import files
from sample.domains.domain import Domain
from sample.drift import Drifting

CRM = Domain(
    "crm",
    KINDS,
    files,
    drifting=(
        Drifting(
            "crm.cust_info",
            "cst_loyalty_tier",
            ("bronze", "silver", "gold"),
            ("cst_lastname", "cst_surname"),
            "cst_id",
        ),
    ),
)
