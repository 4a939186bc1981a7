"""Marketing: campaigns, what they show and cost, touch points, searches and likes.

Campaigns, days, searches and likes are CSV; touch points are JSON lines.
"""

from sample.domains.domain import Domain
from sample.domains.marketing.dirt import KINDS
from sample.domains.marketing.files import files
from sample.domains.marketing.truth import truth
from sample.drift import Drifting

MARKETING = Domain(
    "marketing",
    KINDS,
    files,
    truth,
    drifting=(
        Drifting(
            "marketing.channel_daily",
            "ad_format",
            ("still", "moving", "text"),
            ("cost", "spend"),
            "clicks",
        ),
    ),
)
