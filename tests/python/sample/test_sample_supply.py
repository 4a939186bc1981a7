"""The supply side: stock that balances with the sales, lead times as planted, and its dirt."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import mean, pstdev

import numpy as np
import pyarrow.parquet as pq
import pytest
from sample_bench import (
    CLEAN,
    FIRST,
    LAST,
    Record,
    digests,
    listed_faults,
    misplaced_faults,
    read_file,
    records_of,
    small,
    write_small,
)

from sample import settings_of, write_next_days
from sample.delivery import Window
from sample.domains.supply.dirt import KINDS
from sample.domains.supply.files import files
from sample.domains.supply.stock import stock_of, targets
from sample.domains.supply.suppliers import SUPPLIERS, supplier_ids
from sample.world.days import day_number
from sample.world.goods import CATEGORIES
from sample.world.world import World

LINES = 30_000
DIRTY = {
    kind.full_name: 0.2 if kind.family in {"late", "corrected"} else 0.03
    for kind in KINDS
    if kind.table != "supply.suppliers"
} | {
    "supply.suppliers/name_misspelt": 0.4,
    "supply.suppliers/city_garbled": 0.35,
    "supply.suppliers/country_blank": 0.25,
}
"""Every kind of dirt, often enough to be there."""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample without dirt that is large enough to measure in, and two weeks more. Read only."""
    folder = tmp_path_factory.mktemp("clean") / "files"
    write_small(folder, "supply", order_lines=LINES, rates=CLEAN)
    write_next_days(folder, 14)
    return folder


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same business with every kind of dirt. Read only."""
    folder = tmp_path_factory.mktemp("dirty") / "files"
    write_small(folder, "supply", order_lines=LINES, rates=DIRTY)
    write_next_days(folder, 14)
    return folder


def deliveries_of(folder: Path) -> list[Record]:
    return records_of(folder / "landing", "supply/deliveries.jsonl")


def stock_on_hand_of(folder: Path) -> list[Record]:
    return records_of(folder / "landing", "supply/stock_on_hand.csv")


def parameters_of(folder: Path) -> dict[str, float]:
    found: dict[str, float] = json.loads((folder / "truth/supply_parameters.json").read_text())
    return found


def demand_of_files(folder: Path) -> Iterator[dict[str, object]]:
    for path in sorted((folder / "truth" / "demand").glob("*.parquet")):
        yield from pq.read_table(path).to_pylist()


def pieces(row: Record, column: str) -> int:
    return int(str(row[column]))


def test_stock_balances_with_deliveries_and_sales(clean: Path) -> None:
    """Of every product, warehouse and day, read from the files alone."""
    moved: Counter[tuple[str | None, ...]] = Counter()
    for row in deliveries_of(clean):
        moved[row["received_date"], row["product_number"], row["warehouse"]] += pieces(
            row, "quantity"
        )
    for sold in demand_of_files(clean):
        place = (str(sold["day_date"]), str(sold["product_number"]), str(sold["warehouse"]))
        moved[place] -= int(str(sold["pieces_sold"]))
    counts = stock_on_hand_of(clean)
    on_hand: dict[tuple[str | None, ...], int] = {}
    unbalanced = []
    for row in counts:
        key = (row["day_date"], row["product_number"], row["warehouse"])
        now = pieces(row, "on_hand_quantity")
        if row["day_date"] == FIRST.isoformat():
            before = pieces(row, "target_quantity")
        else:
            eve = date.fromisoformat(str(row["day_date"])) - timedelta(days=1)
            before = on_hand[eve.isoformat(), *key[1:]]
        if now < 0 or now != before + moved.pop(key, 0) - pieces(row, "written_off_quantity"):
            unbalanced.append(row)
        on_hand[key] = now
    assert unbalanced == []
    assert not any(moved.values()), "something moved where no stock is told of"
    assert len(counts) == len(on_hand) == 60 * 4 * ((LAST - FIRST).days + 1 + 14)


@pytest.mark.parametrize(
    ("order_lines", "first_day"),
    [(500, date(2023, 1, 30)), (40_000, date(2023, 2, 11)), (2_000, date(2024, 2, 28))],
)
def test_each_month_by_itself_fits_to_the_next(order_lines: int, first_day: date) -> None:
    """With few sales and with many, and a first month of a few days."""
    settings = replace(
        settings_of("tiny"),
        order_lines=order_lines,
        first_day=first_day,
        last_day=first_day + timedelta(days=60),
    )
    world = World(settings)
    months = list(world.days.months(world.days.first, world.days.end))
    # The last one is made first: no month knows of another.
    stocks = [stock_of(world, month) for month in reversed(months)][::-1]
    on_hand, received, written_off, sold = (
        np.concatenate(arrays)
        for arrays in zip(
            *((it.on_hand, it.received, it.written_off, it.demand.sold) for it in stocks),
            strict=True,
        )
    )
    out = np.moveaxis(world.stock_outs, 2, 0)
    opening = np.where(out[0], 0, targets(world))[None]
    before = np.concatenate([opening, on_hand[:-1]])
    assert (on_hand == before + received - sold - written_off).all()
    assert min(on_hand.min(), received.min(), written_off.min()) == 0
    assert not on_hand[out].any()
    assert not received[out].any()
    assert not written_off[:-1][~out[1:]].any(), "only what a stock-out takes away"


def test_lead_times_are_found(clean: Path) -> None:
    parameters = parameters_of(clean)
    days: dict[str, list[int]] = defaultdict(list)
    for row in deliveries_of(clean):
        received, ordered = (
            date.fromisoformat(str(row[name])) for name in ("received_date", "ordered_date")
        )
        days[str(row["supplier_id"])].append((received - ordered).days)
        promised = date.fromisoformat(str(row["promised_date"]))
        agreed = parameters[f"agreed_lead_time_days_{row['supplier_id']}"]
        assert (promised - ordered).days == agreed
    assert sorted(days) == list(supplier_ids())
    for supplier_id, found in days.items():
        spread = parameters[f"lead_time_spread_days_{supplier_id}"]
        error = 4 * spread / len(found) ** 0.5
        assert error < 1.5, "too few deliveries to tell"
        planted = parameters[f"lead_time_mean_days_{supplier_id}"]
        assert mean(found) == pytest.approx(planted, abs=error)
        # Whole days add a twelfth to the variance.
        assert pstdev(found) == pytest.approx((spread**2 + 1 / 12) ** 0.5, rel=0.15)


def test_service_level_and_totals_are_those_of_the_files(clean: Path) -> None:
    parameters = parameters_of(clean)
    demand = list(demand_of_files(clean))
    asked, sold = (
        sum(int(str(row[name])) for row in demand) for name in ("pieces_asked_for", "pieces_sold")
    )
    counts, deliveries = stock_on_hand_of(clean), deliveries_of(clean)
    last = str(LAST + timedelta(days=14))
    assert (parameters["pieces_asked_for"], parameters["pieces_sold"]) == (asked, sold)
    assert parameters["service_level"] == pytest.approx(sold / asked)
    assert 0.95 < parameters["service_level"] < 1
    assert parameters["stock_out_days_share"] == pytest.approx(
        parameters["stock_out_days"] / len(counts)
    )
    assert parameters["deliveries"] == len(deliveries)
    assert parameters["pieces_received"] == sum(pieces(row, "quantity") for row in deliveries)
    assert parameters["pieces_written_off"] == sum(
        pieces(row, "written_off_quantity") for row in counts
    )
    assert parameters["pieces_on_hand"] == sum(
        pieces(row, "on_hand_quantity") for row in counts if row["day_date"] == last
    )


def test_deliveries_speak_of_the_world(clean: Path) -> None:
    world = World(small(order_lines=LINES))
    products = {product.number: product for product in world.products.sold}
    suppliers = {
        str(row["supplier_id"]): str(row["category_ids"]).split()
        for row in records_of(clean / "landing", "supply/suppliers.csv")
    }
    rows = deliveries_of(clean)
    assert len({row["delivery_id"] for row in rows}) == len(rows) > 2_000
    for row in rows:
        product = products[str(row["product_number"])]
        assert product.category.category_id in suppliers[str(row["supplier_id"])]
        ordered = date.fromisoformat(str(row["ordered_date"]))
        in_force = [it for it in product.versions if it.start <= ordered]
        cost = (in_force or product.versions[:1])[-1].cost
        assert row["unit_cost"] == f"{cost}.00"
    orders = {
        (row["purchase_order_number"], row["supplier_id"], row["ordered_date"], row["warehouse"])
        for row in rows
    }
    assert len({order for order, *_ in orders}) == len(orders)


def test_all_goods_that_are_sold_have_a_supplier() -> None:
    delivered = {category_id for supplier in SUPPLIERS for category_id in supplier.category_ids}
    assert delivered == {it.category_id for it in CATEGORIES if it.is_sold}


def test_every_listed_fault_is_where_the_ledger_says(dirty: Path) -> None:
    faults = listed_faults(dirty)
    assert misplaced_faults(dirty, faults) == []
    assert {fault.kind for fault in faults} == {kind.full_name for kind in KINDS}


@pytest.mark.parametrize(
    ("file", "keys", "added"),
    [
        ("supply/deliveries.jsonl", ("delivery_id",), ""),
        ("supply/stock_on_hand.csv", ("day_date", "product_number", "warehouse"), "ZZ-"),
    ],
)
def test_every_wrong_value_is_listed(
    clean: Path, dirty: Path, file: str, keys: tuple[str, ...], added: str
) -> None:
    """The same business without dirt differs from the dirty one in the listed values alone."""
    faults = [fault for fault in listed_faults(dirty) if fault.file == file]
    whole = {fault.line for fault in faults if not fault.column}
    listed = {(it.line, it.column): it.true_value for it in faults if it.column}
    right = {tuple(row[key] for key in keys): row for row in read_file(clean / "landing" / file)}
    first = 2 if file.endswith(".csv") else 1
    for line, row in enumerate(read_file(dirty / "landing" / file), first):
        mended = row | {name: listed[line, name] for name in row if (line, name) in listed}
        key = tuple(mended[key] for key in keys)
        if line in whole and key not in right:
            assert added
            assert str(row["product_number"]).startswith(added)
        else:
            assert mended == right[key]


def test_late_and_corrected_records_come_right_in_the_end(clean: Path, dirty: Path) -> None:
    """Of days that ended a week ago, each delivery has come, its newest record without a fault."""
    settled = LAST + timedelta(days=7)
    faults = {(it.file, it.line) for it in listed_faults(dirty) if it.column}
    newest: dict[str | None, Record] = {}
    landing = dirty / "landing" / "supply"
    for path in (landing / "deliveries.jsonl", *sorted((landing / "deliveries").iterdir())):
        for line, row in enumerate(read_file(path), 1):
            is_wrong = (path.relative_to(dirty / "landing").as_posix(), line) in faults
            newest[row["delivery_id"]] = {} if is_wrong else row
    right = [row for row in deliveries_of(clean) if str(row["received_date"]) <= str(settled)]
    assert {row["delivery_id"] for row in right} <= set(newest)
    pairs = [(newest[row["delivery_id"]], row) for row in right if newest[row["delivery_id"]]]
    assert all(found == row for found, row in pairs)
    assert len(pairs) > 0.6 * len(right)


def test_bytes_do_not_depend_on_chunks(tmp_path: Path) -> None:
    for name, rows in (("few", 97), ("many", 200_000)):
        write_small(tmp_path / name, "supply", chunk_rows=rows)
        write_next_days(tmp_path / name, 5, drifts=["supply.deliveries:widened"])
    few, many = digests(tmp_path / "few" / "landing"), digests(tmp_path / "many" / "landing")
    assert few == many
    assert len(few) == 5


def test_large_samples_have_a_file_a_month() -> None:
    world = World(small(order_lines=500_000))
    first, after = Window(None, day_number(LAST)), Window(day_number(LAST), day_number(LAST) + 7)
    months = ("2023-03", "2023-04", "2023-05", "2023-06")
    assert [file.path for file in files(world, first)] == [
        "supply/suppliers.csv",
        *(f"supply/stock_on_hand/{month}.csv" for month in months),
        *(f"supply/deliveries/{month}.jsonl" for month in months),
    ]
    assert [file.path for file in files(world, after)] == [
        "supply/stock_on_hand/2023-07-07.csv",
        "supply/deliveries/2023-07-07.jsonl",
    ]
