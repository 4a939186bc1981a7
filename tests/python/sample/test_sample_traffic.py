"""Foot traffic: a count for every store and day, and dirt as the ledger lists it."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sample_bench import (
    CLEAN,
    FIRST,
    LAST,
    digests,
    listed_faults,
    misplaced_faults,
    records_of,
    small,
    write_small,
)

from sample import write_next_days, write_sample
from sample.delivery import LONGEST_DELAY
from sample.domains.traffic.dirt import KINDS
from sample.world.days import day_number
from sample.world.places import stores
from sample.world.shock import SHOCK_DAY, SHOCK_DEPTH, shock_of
from sample.world.visits import HIGHEST_LEVEL, VISITS_PER_DAY
from sample.world.world import World

LATER_DAYS = (7, 3, 10)
DIRTY = {kind.full_name: 0.08 for kind in KINDS if kind.table != "traffic.stores"}
DIRTY |= {kind.full_name: 0.3 for kind in KINDS if kind.table == "traffic.stores"}


def written(folder: Path, **changes: object) -> Path:
    write_small(folder, "traffic", **changes)
    for days in LATER_DAYS:
        write_next_days(folder, days)
    return folder


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first delivery and three later ones, with much dirt. Read only."""
    return written(tmp_path_factory.mktemp("dirty") / "files", rates=DIRTY)


def test_every_store_counts_on_every_day(tmp_path: Path) -> None:
    landing = written(tmp_path / "files", rates=CLEAN) / "landing"
    rows = records_of(landing, "traffic/store_visits.parquet")
    days = (LAST - FIRST).days + 1 + sum(LATER_DAYS)
    known = {store.code: store.state for store in stores()}
    assert Counter(row["store_code"] for row in rows) == dict.fromkeys(known, days)
    assert all(known[str(row["store_code"])] == row["state"] for row in rows)
    assert len({(row["store_code"], row["day_date"]) for row in rows}) == len(rows)
    assert all(int(str(row["num_visit"])) >= 0 for row in rows)
    listed = records_of(landing, "traffic/stores.csv")
    assert {row["store_code"]: row["state"] for row in listed} == known
    assert all(str(row["opened_date"]) < FIRST.isoformat() for row in listed)


def test_visits_are_typed(dirty: Path) -> None:
    schema = pq.read_schema(dirty / "landing" / "traffic" / "store_visits.parquet")
    assert dict(zip(schema.names, schema.types, strict=True)) == {
        "store_code": pa.string(),
        "state": pa.string(),
        "day_date": pa.date32(),
        "num_visit": pa.int64(),
    }


def test_the_ledger_says_what_the_files_hold(dirty: Path) -> None:
    faults = [it for it in listed_faults(dirty) if it.kind.startswith("traffic.")]
    assert {it.kind for it in faults} == {kind.full_name for kind in KINDS}
    assert misplaced_faults(dirty, faults) == []


def test_corrected_counts_end_right(tmp_path: Path) -> None:
    rates = {**CLEAN, "traffic.store_visits/visits_corrected": 0.5}
    folder = written(tmp_path / "files", rates=rates)
    world = World(small(rates=rates))
    first, last = world.days.first, world.days.last + sum(LATER_DAYS)
    counts = world.visits.counted(first, last)
    codes = [store.code for store in stores()]
    delivered: dict[tuple[str | None, str | None], list[int]] = defaultdict(list)
    for row in records_of(folder / "landing", "traffic/store_visits.parquet"):
        delivered[row["store_code"], row["day_date"]].append(int(str(row["num_visit"])))
    twice = 0
    for (code, day), visits in delivered.items():
        number = day_number(date.fromisoformat(str(day)))
        right = int(counts[number - first, codes.index(str(code))])
        assert visits in ([right], [right // 2, right]) or number > last - LONGEST_DELAY
        twice += len(visits) == 2
    assert twice > 20


def test_bytes_do_not_depend_on_chunks(dirty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_sample(folder, small(rates=DIRTY, chunk_rows=97), domains=["traffic"])
    for days in LATER_DAYS:
        write_next_days(folder, days)
    assert digests(folder) == digests(dirty)


def test_visits_do_not_depend_on_how_many_orders_there_are() -> None:
    few, many = (World(small(order_lines=lines)) for lines in (500, 50_000))
    days = few.days.first, few.days.last
    assert np.array_equal(few.visits.counted(*days), many.visits.counted(*days))
    wanted = VISITS_PER_DAY * (LAST - FIRST + timedelta(days=1)).days
    assert few.visits.counted(*days).sum() == pytest.approx(wanted, rel=0.03)


def test_the_shock_comes_at_once_and_goes_slowly() -> None:
    begins = day_number(SHOCK_DAY)
    before, first, later = shock_of(np.array([begins - 1, begins, begins + 365]))
    assert (before, first) == (1.0, pytest.approx(1 - SHOCK_DEPTH))
    assert 0.98 < later < 1.0


def test_a_world_of_the_shock_alone_has_no_higher_level() -> None:
    world = World(small(first_day=SHOCK_DAY, last_day=date(2020, 4, 30)))
    assert world.visits.level <= HIGHEST_LEVEL * VISITS_PER_DAY
    assert world.visits.counted(world.days.last, world.days.end).max() < 700
