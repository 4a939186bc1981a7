"""Worlds at the edges of what can be asked for are as right as usual ones."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sample_bench import CLEAN, listed_faults, read_file, records_of, small, write_small

from sample import SampleSettings, write_next_days
from sample.domains.crm.dirt import KINDS as CRM_KINDS
from sample.domains.registry import ALL_KINDS, DOMAINS
from sample.errors import SampleSettingError
from sample.profiles import EARLIEST_DAY, LATEST_DAY, SHORTEST_DAYS
from sample.world.days import day_number, day_of
from sample.world.world import World


@pytest.mark.parametrize("first_day", [date(2023, 1, 15), date(2023, 2, 1), date(2024, 2, 10)])
@pytest.mark.parametrize("days", [SHORTEST_DAYS, 60])
def test_no_version_ends_before_it_starts_however_few_days_there_are(
    first_day: date, days: int
) -> None:
    last_day = first_day + timedelta(days=days - 1)
    products = World(small(first_day=first_day, last_day=last_day)).products
    versions = [version for product in products.all for version in product.versions]
    assert any(version.end for version in versions)
    assert all(version.end >= version.start for version in versions if version.end)


@pytest.mark.parametrize("first_day", [EARLIEST_DAY, date(2012, 2, 29), date(2030, 1, 1)])
def test_nobody_buys_before_the_age_of_ten(first_day: date) -> None:
    people = World(small(first_day=first_day, last_day=first_day + timedelta(days=365))).people
    age_days = people.came - people.persons(0, people.count).birth_days
    assert age_days.min() > 10 * 365
