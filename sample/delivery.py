"""What one delivery has of the world: the first one all of its past, each later one some days more.

A record of a day may come some days late, and may be delivered wrong first and corrected later;
when, follows from its position, so that deliveries of any lengths bring the same records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sample.draws import Booleans, Integers
from sample.world.days import Days, Month, day_of

LONGEST_DELAY = 7
"""Days after its own that a record is delivered, or corrected, at the latest."""


@dataclass(frozen=True)
class Window:
    """The days of one delivery.

    Attributes:
        after: the last day of the delivery before; None for the first delivery.
        until: its last day.
    """

    after: int | None
    until: int

    @property
    def last_day(self) -> date:
        """The last day, which a delivery is named after."""
        return day_of(self.until)

    @property
    def is_first(self) -> bool:
        """Whether nothing was delivered before."""
        return self.after is None

    def has(self, days: Integers) -> Booleans:
        """Tell which days are in it."""
        result: Booleans = days <= self.until
        return result if self.after is None else result & (days > self.after)

    def months(self, days: Days) -> list[Month]:
        """Return the months that this delivery may have records of, late ones included."""
        return list(days.months(max(days.first, self.earliest), self.until))

    @property
    def earliest(self) -> int:
        """The earliest day that this delivery may have a record of."""
        return -(10**9) if self.after is None else self.after + 1 - LONGEST_DELAY

    def path(self, file: str) -> str:
        """Return a file's path in this delivery: ``crm/cust_info.csv`` or the day in its folder."""
        if self.is_first:
            return file
        name, _, suffix = file.rpartition(".")
        return f"{name}/{self.last_day}.{suffix}"
