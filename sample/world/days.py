"""The days of the sample: as numbers, which are holidays, how much is bought on each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from sample.draws import Floats, Integers

EPOCH = date(1970, 1, 1)
HORIZON_DAYS = 731
"""How far the world goes beyond the last delivered day: so long can days be added to it."""

MONTH_WEIGHTS = (0.62, 0.68, 0.94, 1.24, 1.38, 1.30, 1.16, 1.02, 0.83, 0.78, 0.84, 1.21)
"""How much is bought in a month against the average: garden and camping goods, and gifts."""
WEEKDAY_WEIGHTS = (0.92, 0.90, 0.94, 0.98, 1.08, 1.16, 1.02)
"""Monday to Sunday."""
HOLIDAY_WEIGHT = 0.55
"""Against the same day without a holiday."""

_FIXED_HOLIDAYS = ((1, 1), (7, 4), (12, 25))


def day_number(day: date) -> int:
    """Return the days since 1970-01-01, as Arrow's date32 counts them."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """Return the day of a number."""
    return EPOCH + timedelta(days=int(number))


def is_holiday(day: date) -> bool:
    """Tell whether it is New Year, Independence Day, Thanksgiving or Christmas in the US."""
    fourth_thursday = day.month == 11 and day.weekday() == 3 and 22 <= day.day <= 28
    return (day.month, day.day) in _FIXED_HOLIDAYS or fourth_thursday


@dataclass(frozen=True)
class Month:
    """A month of the world, as far as the world has days in it.

    Attributes:
        first: its first day, as a number.
        last: its last day, as a number.
        code: year and month as four digits, 2301.
    """

    first: int
    last: int
    code: str

    @property
    def name(self) -> str:
        """Year and month, 2023-01."""
        return f"20{self.code[:2]}-{self.code[2:]}"


@dataclass(frozen=True)
class Days:
    """The days from the first to the last delivered one, and those that may follow.

    Attributes:
        first: the first day of the world, as a number.
        last: the last day that is delivered.
    """

    first: int
    last: int

    @property
    def end(self) -> int:
        """The last day that the world knows of, whatever is delivered."""
        return self.last + HORIZON_DAYS

    @property
    def count(self) -> int:
        """Days from the first to the end."""
        return self.end - self.first + 1

    @cached_property
    def weights(self) -> Floats:
        """How much is bought on each day from the first to the end, against an average day."""
        days = [day_of(self.first + offset) for offset in range(self.count)]
        return np.array(
            [
                MONTH_WEIGHTS[day.month - 1]
                * WEEKDAY_WEIGHTS[day.weekday()]
                * (HOLIDAY_WEIGHT if is_holiday(day) else 1)
                for day in days
            ]
        )

    @cached_property
    def weight_before(self) -> Floats:
        """Sum of the weights of all days before each day, one number more than there are days."""
        return np.concatenate([[0.0], np.cumsum(self.weights)])

    def months(self, first: int, last: int) -> Iterator[Month]:
        """Yield the months that days from first to last lie in, each whole within the world."""
        day = day_of(max(first, self.first)).replace(day=1)
        while day_number(day) <= min(last, self.end):
            following = (day + timedelta(days=32)).replace(day=1)
            yield Month(
                max(day_number(day), self.first),
                min(day_number(following) - 1, self.end),
                f"{day:%y%m}",
            )
            day = following


def as_numbers(days: Integers) -> Integers:
    """Return day numbers as dates written yyyymmdd."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    years = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    result: Integers = years * 10_000 + month * 100 + day
    return result
