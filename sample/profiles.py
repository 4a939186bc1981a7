"""How large a sample is, and of which days: by name, or by its own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sample.errors import SampleSettingError

DEFAULT_PROFILE = "demo"
DEFAULT_SEED = 20260101
DOMAINS = ("crm", "erp", "supply", "shop", "marketing", "traffic")
"""The systems that deliver files; the names are those of their folders and catalogue entries."""

MINIMUM_LINES = 500
MAXIMUM_LINES = 200_000_000
EARLIEST_DAY, LATEST_DAY = date(2000, 1, 1), date(2035, 12, 31)
"""Days can be added until 2037; dirt that puts a date decades ahead begins in 2038."""
SHORTEST_DAYS = 28
LARGE_LINES = 500_000
"""From here on, order lines are delivered in one file a month."""

CHUNK_ROWS = 200_000


@dataclass(frozen=True)
class Profile:
    """A size with a name.

    Attributes:
        order_lines: how many order lines there are about, of CRM and web shop together.
        first_day: the first day with an order.
        last_day: the last day that is delivered.
        description: what it is for.
    """

    order_lines: int
    first_day: date
    last_day: date
    description: str


_FIRST, _LAST = date(2020, 1, 1), date(2023, 12, 31)

PROFILES: Mapping[str, Profile] = {
    "tiny": Profile(3_000, date(2023, 1, 1), _LAST, "one year, for a test: a second"),
    "demo": Profile(20_000, _FIRST, _LAST, "four years, for a first look: a few seconds"),
    "1M": Profile(1_000_000, _FIRST, _LAST, "a mid-sized business"),
    "10M": Profile(10_000_000, _FIRST, _LAST, "a large business: under a minute"),
    "100M": Profile(100_000_000, _FIRST, _LAST, "a very large business: minutes, 10 GB"),
}


@dataclass(frozen=True)
class SampleSettings:
    """What makes a sample: the same settings give the same bytes.

    Attributes:
        seed: any whole number.
        order_lines: how many order lines there are about.
        first_day: the first day of the world.
        last_day: the last day that the first delivery has.
        rates: dirt's rates by kind (``sample.dirt.kinds``), where they are not the usual ones.
        chunk_rows: rows that are made at a time. Changes memory and speed, and no byte.
    """

    seed: int = DEFAULT_SEED
    order_lines: int = PROFILES[DEFAULT_PROFILE].order_lines
    first_day: date = _FIRST
    last_day: date = _LAST
    rates: Mapping[str, float] = field(default_factory=dict)
    chunk_rows: int = CHUNK_ROWS

    def __post_init__(self) -> None:
        """Refuse what no sample can be made of.

        Raises:
            SampleSettingError: a number or a day is out of its range.
        """
        if not MINIMUM_LINES <= self.order_lines <= MAXIMUM_LINES:
            valid = f"a number from {MINIMUM_LINES} to {MAXIMUM_LINES}"
            raise SampleSettingError("order lines", str(self.order_lines), valid)
        latest = LATEST_DAY - timedelta(days=SHORTEST_DAYS - 1)
        if not EARLIEST_DAY <= self.first_day <= latest:
            valid = f"a day from {EARLIEST_DAY} to {latest}"
            raise SampleSettingError("first day", self.first_day.isoformat(), valid)
        days = (self.last_day - self.first_day).days + 1
        if days < SHORTEST_DAYS or self.last_day > LATEST_DAY:
            earliest = self.first_day + timedelta(days=SHORTEST_DAYS - 1)
            valid = f"a day from {earliest} to {LATEST_DAY}: {SHORTEST_DAYS} days at least"
            raise SampleSettingError("last day", self.last_day.isoformat(), valid)
        if self.chunk_rows < 1:
            raise SampleSettingError("chunk rows", str(self.chunk_rows), "a number above 0")

    @property
    def is_large(self) -> bool:
        """Whether order lines are delivered in one file a month."""
        return self.order_lines >= LARGE_LINES


def settings_of(profile: str, *, seed: int = DEFAULT_SEED) -> SampleSettings:
    """Return the settings of a profile by its name.

    Raises:
        SampleSettingError: there is none of that name.
    """
    if profile not in PROFILES:
        names = list(PROFILES)
        raise SampleSettingError("profile", profile, f"one of {', '.join(names)}", names)
    found = PROFILES[profile]
    return SampleSettings(
        seed=seed,
        order_lines=found.order_lines,
        first_day=found.first_day,
        last_day=found.last_day,
    )
