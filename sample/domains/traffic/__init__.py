"""Foot traffic: stores, and how many people each counter at a door saw on a day."""

from sample.domains.domain import Domain
from sample.domains.traffic.dirt import KINDS
from sample.domains.traffic.files import files
from sample.domains.traffic.truth import truth
from sample.drift import Drifting

TRAFFIC = Domain(
    "traffic",
    KINDS,
    files,
    truth,
    drifting=(
        Drifting(
            "traffic.store_visits",
            "counter",
            ("door", "camera"),
            ("state", "state_code"),
            "num_visit",
        ),
    ),
)
