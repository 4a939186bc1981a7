"""Worlds at the edges of what can be asked for are as right as usual ones."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from sample_bench import CLEAN, listed_faults, read_file, records_of, small, write_small

from sample import SampleSettings, write_next_days
from sample.delivery import Window
from sample.dirt.kinds import Kind
from sample.dirt.soiling import Soiler
from sample.domains.crm.dirt import KINDS as CRM_KINDS
from sample.domains.marketing.changes import not_final
from sample.domains.registry import ALL_KINDS, DOMAINS
from sample.draws import Draws
from sample.errors import SampleSettingError
from sample.profiles import EARLIEST_DAY, LATEST_DAY, SHORTEST_DAYS
from sample.world.days import day_of
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


def test_the_latest_world_ends_before_the_earliest_date_that_dirt_puts_ahead(
    tmp_path: Path,
) -> None:
    kind = "crm.sales_details/order_date_future"
    rates = {**CLEAN, kind: 1.0}
    first_day = LATEST_DAY - timedelta(days=SHORTEST_DAYS - 1)
    folder = write_small(
        tmp_path / "files", "crm", first_day=first_day, last_day=LATEST_DAY, rates=rates
    )
    end = World(small(first_day=first_day, last_day=LATEST_DAY)).days.end
    dates = [
        row["sls_order_dt"] or "" for row in records_of(folder / "landing", "crm/sales_details.csv")
    ]
    assert dates
    assert all(date.fromisoformat(text) > day_of(end) for text in dates)
    births = [kind for kind in ALL_KINDS if kind.name == "birth_date_future"]
    earliest = births[0].change({"BDATE": "1980-01-01"}, 0.0) or {}
    assert str(earliest["BDATE"]) > day_of(end).isoformat()


def test_a_date_that_is_put_ahead_is_one_that_its_year_has() -> None:
    kind = next(it for it in CRM_KINDS if it.name == "order_date_future")
    for place in range(40):
        changed = kind.change({"sls_order_dt": "20240229"}, place / 40) or {}
        date.fromisoformat(str(changed["sls_order_dt"]))


@pytest.mark.parametrize(
    ("first_day", "last_day", "message"),
    [
        (date(1999, 12, 31), date(2001, 1, 1), "a day from 2000-01-01 to 2035-12-04"),
        (date(2035, 12, 5), LATEST_DAY, "a day from 2000-01-01 to 2035-12-04"),
        (date(2023, 1, 1), date(2023, 1, 27), "a day from 2023-01-28 to 2035-12-31"),
        (date(2023, 1, 1), date(2036, 1, 1), "a day from 2023-01-28 to 2035-12-31"),
    ],
)
def test_impossible_days_are_refused_with_those_that_are_possible(
    first_day: date, last_day: date, message: str
) -> None:
    with pytest.raises(SampleSettingError, match=message):
        SampleSettings(first_day=first_day, last_day=last_day)


def test_a_record_that_cannot_be_wrong_is_not_delivered_as_its_own_correction() -> None:
    kind = Kind("a.b", "corrected", "corrected", 1.0, "a tenth fewer", not_final("impressions"))
    days = np.arange(100, 200)
    table = pa.table({"impressions": pa.array(np.zeros(100, np.int64)).cast(pa.string())})
    soiler = Soiler(Draws(1), "a.b", [kind])
    windows = [Window(None, 150), *(Window(day, day + 1) for day in range(150, 210))]
    chunks = [soiler.deliver(table, days, days, window) for window in windows]
    assert sum(chunk.table.num_rows for chunk in chunks) == 100
    assert not any(chunk.faults for chunk in chunks)


def test_without_what_the_ledger_lists_the_files_are_the_clean_ones(tmp_path: Path) -> None:
    settled = {
        f"{kind.full_name}": 0.0 for kind in ALL_KINDS if kind.family in {"late", "corrected"}
    }
    clean = write_small(tmp_path / "clean", *DOMAINS, rates=CLEAN)
    dirty = write_small(tmp_path / "dirty", *DOMAINS, rates=settled)
    for folder in (clean, dirty):
        write_next_days(folder, 20)
    added = {kind.full_name for kind in ALL_KINDS if kind.adds}
    faults = listed_faults(dirty)
    assert {fault.file.split("/")[0] for fault in faults} == set(DOMAINS)
    for path in sorted(it for it in (clean / "landing").rglob("*.*") if it.is_file()):
        file = path.relative_to(clean / "landing").as_posix()
        rows = dict(
            enumerate(read_file(dirty / "landing" / file), 2 if file.endswith(".csv") else 1)
        )
        for fault in faults:
            if fault.file == file and fault.kind in added:
                del rows[fault.line]
            elif fault.file == file:
                rows[fault.line][fault.column] = fault.true_value
        undone = [tuple((value or "") for value in row.values()) for row in rows.values()]
        assert undone == [
            tuple((value or "") for value in row.values()) for row in read_file(path)
        ], file
