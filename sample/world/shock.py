"""The spring of 2020: from one day to the next few go out, and it takes months until they do."""

from __future__ import annotations

from datetime import date

import numpy as np

from sample.draws import Floats, Integers
from sample.world.days import day_number

SHOCK_DAY = date(2020, 3, 16)
SHOCK_DEPTH = 0.62
"""Of the visits of the first day, the share that does not come. Planted."""
RECOVERY_DAYS = 80.0
"""After so many days about a third of the loss is left. Planted."""


def shock_of(days: Integers) -> Floats:
    """Return the share of the usual that is left on some days: 1 before the shock."""
    since = (days - day_number(SHOCK_DAY)).astype(np.float64)
    lost = SHOCK_DEPTH * np.exp(-np.maximum(since, 0) / RECOVERY_DAYS)
    result: Floats = np.where(since < 0, 1.0, 1.0 - lost)
    return result
