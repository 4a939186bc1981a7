"""Marketing's files: coherent with the shop's orders and with each other, and dirty as listed."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sample_bench import (
    CLEAN,
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

from sample import write_next_days, write_sample
from sample.delivery import Window
from sample.domains.lines import lines_of
from sample.domains.marketing import MARKETING
from sample.domains.marketing.dirt import KINDS
from sample.domains.marketing.touches import ADVERTISED_SHARE
from sample.domains.shop.ids import shop_customer_ids, transaction_ids
from sample.world.channels import CHANNELS, adstocked, saturated
from sample.world.days import day_number, day_of
from sample.world.places import STATES
from sample.world.world import World

LINES = 5_000
LATER_DAYS = (9, 8, 21)
SMALL = {"marketing.campaigns", "marketing.search_trends"}
DIRTY = {kind.full_name: 0.11 if kind.table in SMALL else 0.06 for kind in KINDS}
DIRTY["marketing.campaigns/late"] = 0.22


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first delivery and three later ones without any dirt. Read only."""
    folder = tmp_path_factory.mktemp("clean") / "files"
    write_small(folder, "marketing", rates=CLEAN, order_lines=LINES)
    for days in LATER_DAYS:
        write_next_days(folder, days)
    return folder


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with every kind of dirt often enough to be there. Read only."""
    folder = tmp_path_factory.mktemp("dirty") / "files"
    write_small(folder, "marketing", rates=DIRTY, order_lines=LINES)
    for days in LATER_DAYS:
        write_next_days(folder, days)
    return folder


def delivered(folder: Path, table: str) -> list[Record]:
    ending = "jsonl" if table == "touch_points" else "csv"
    return records_of(folder / "landing", f"marketing/{table}.{ending}")


def orders_of_the_shop() -> dict[str, tuple[str, date]]:
    """Return customer and day of each web shop order with a line, made from the world alone."""
    world = World(small(rates=CLEAN, order_lines=LINES))
    last = world.days.last + sum(LATER_DAYS)
    found: dict[str, tuple[str, date]] = {}
    for month in world.days.months(world.days.first, last):
        for orders, lines in lines_of(world, Window(None, last), [month], online=True):
            places = np.unique(lines.orders)
            ids = transaction_ids(month, orders.numbers[places]).to_pylist()
            customers = shop_customer_ids(orders.customers[places]).to_pylist()
            days = [day_of(day) for day in orders.days[places].tolist()]
            found |= {
                str(order): (str(customer), day)
                for order, customer, day in zip(ids, customers, days, strict=True)
            }
    return found


def test_touches_lead_to_orders_that_there_are(clean: Path) -> None:
    orders = orders_of_the_shop()
    paths: dict[str, list[Record]] = defaultdict(list)
    for row in delivered(clean, "touch_points"):
        paths[str(row["visitor_id"])].append(row)
    led: Counter[str] = Counter()
    for path in paths.values():
        times = [datetime.fromisoformat(str(row["touched_at"])) for row in path]
        assert [row["journey_position"] for row in path] == [
            str(place) for place in range(1, len(path) + 1)
        ]
        assert times == sorted(times)
        assert times[-1] - times[0] <= timedelta(days=13)
        assert len({(row["customer_id"], row["transaction_id"]) for row in path}) == 1
        order = path[0]["transaction_id"]
        if order is not None:
            led[order] += 1
            assert orders[order] == (path[0]["customer_id"], times[-1].date())
    assert set(led.values()) == {1}
    assert len(led) == pytest.approx(ADVERTISED_SHARE * len(orders), rel=0.1)


def test_known_visitors_are_customers_of_the_shop(clean: Path) -> None:
    world = World(small(rates=CLEAN, order_lines=LINES))
    customers = {
        str(name): int(came)
        for name, came, system in zip(
            shop_customer_ids(np.arange(world.people.count)).to_pylist(),
            world.people.came,
            world.people.systems,
            strict=True,
        )
        if system
    }
    rows = delivered(clean, "touch_points")
    known = [row for row in rows if row["customer_id"] is not None]
    assert 0.3 * len(rows) < len(known) < 0.8 * len(rows)
    ends: dict[str, str] = {}
    for row in known:
        ends[str(row["visitor_id"])] = str(row["touched_at"])[:10]
    for row in known:
        came = customers[str(row["customer_id"])]
        assert came <= day_number(date.fromisoformat(ends[str(row["visitor_id"])]))


def test_what_was_shown_belongs_to_a_campaign_that_ran(clean: Path) -> None:
    campaigns = {row["campaign_id"]: row for row in delivered(clean, "campaigns")}
    cost: dict[str | None, float] = defaultdict(float)
    geo = {channel.name: channel.is_geo_targeted for channel in CHANNELS}
    for row in delivered(clean, "channel_daily"):
        campaign = campaigns[row["campaign_id"]]
        channel = str(row["channel"])
        assert campaign["channel"] == channel
        assert str(campaign["starts"]) <= str(row["day_date"]) <= str(campaign["ends"])
        assert bool(row["state"]) == geo[channel]
        assert campaign["target"] in (row["state"], "all")
        assert 0 <= int(str(row["clicks"])) <= int(str(row["impressions"]))
        cost[row["campaign_id"]] += float(str(row["cost"]))
    last = (LAST + timedelta(days=sum(LATER_DAYS))).isoformat()
    over = {name for name, row in campaigns.items() if str(row["ends"]) <= last}
    assert len(over) > 30
    for name in over:
        assert cost[name] == pytest.approx(float(str(campaigns[name]["budget_amount"])), rel=0.3)
    for row in delivered(clean, "touch_points"):
        if row["campaign_id"] is not None:
            campaign = campaigns[row["campaign_id"]]
            day = str(row["touched_at"])[:10]
            assert campaign["channel"] == row["channel"]
            assert str(campaign["starts"]) <= day <= str(campaign["ends"])


def test_the_search_index_is_fixed_when_it_is_delivered(clean: Path) -> None:
    first = read_file(clean / "landing" / "marketing" / "search_trends.csv")
    rows = delivered(clean, "search_trends")
    keys = [(row["week_start"], row["state"]) for row in rows]
    assert len(set(keys)) == len(keys) > len(first)
    for state in STATES:
        index = [int(str(row["search_index"])) for row in first if row["state"] == state]
        assert max(index) == 100
    assert {date.fromisoformat(str(start)).weekday() for start, _ in keys} == {6}
    assert all(0 < int(str(row["search_index"])) <= 100 for row in rows)
    ends = [date.fromisoformat(str(row["week_start"])) + timedelta(days=6) for row in first]
    assert LAST - timedelta(days=7) < max(ends) <= LAST


def test_likes_are_there_for_every_day_and_platform(clean: Path) -> None:
    rows = delivered(clean, "social_likes")
    days = len({row["day_date"] for row in rows})
    assert days == (LAST - date(2023, 3, 1)).days + 1 + sum(LATER_DAYS)
    assert len(rows) == 3 * days
    assert all(0 <= int(str(row["shares"])) <= int(str(row["likes"])) for row in rows)


def test_adstock_and_saturation_are_those_of_the_field() -> None:
    shown = np.array([[100.0], [0.0], [0.0], [40.0]])
    assert adstocked(shown, 0.5).ravel().tolist() == [100, 50, 25, 52.5]
    assert saturated(np.array([0.0, 30.0, 90.0]), 30.0).tolist() == [0, 0.5, 0.75]


def test_the_ledger_says_what_the_files_hold(dirty: Path) -> None:
    faults = [it for it in listed_faults(dirty) if it.kind.startswith("marketing.")]
    assert {it.kind for it in faults} == {kind.full_name for kind in KINDS}
    assert misplaced_faults(dirty, faults) == []


def test_what_the_ledger_lists_is_all_that_differs(clean: Path, dirty: Path) -> None:
    """Undone by the ledger, the dirty files hold the clean records, some of them twice."""
    for table, key in (
        ("campaigns", ("campaign_id",)),
        ("channel_daily", ("day_date", "campaign_id", "state")),
        ("touch_points", ("touch_id",)),
        ("search_trends", ("week_start", "state")),
        ("social_likes", ("day_date", "platform")),
    ):
        mended: dict[tuple[str | None, ...], Record] = {}
        by_file: dict[str, dict[int, Record]] = defaultdict(dict)
        for fault in listed_faults(dirty):
            if fault.kind.startswith(f"marketing.{table}/"):
                right = by_file[fault.file].setdefault(fault.line, {})
                if fault.column:
                    right[fault.column] = fault.true_value
        for path in sorted((dirty / "landing").rglob(f"marketing/{table}*")):
            for file in [path] if path.is_file() else sorted(path.iterdir()):
                name = file.relative_to(dirty / "landing").as_posix()
                first = 1 if file.suffix == ".jsonl" else 2
                for line, row in enumerate(read_file(file), first):
                    true = {**row, **by_file[name].get(line, {})}
                    mended[tuple(true[column] for column in key)] = true
        expected = {tuple(row[column] for column in key): row for row in delivered(clean, table)}
        assert set(mended) <= set(expected), table
        assert all(row == expected[found] for found, row in mended.items()), table
        # The newest records may still come.
        assert len(mended) > 0.95 * len(expected), table


def test_bytes_do_not_depend_on_chunks(dirty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    settings = small(rates=DIRTY, order_lines=LINES, chunk_rows=211)
    write_sample(folder, settings, domains=["marketing"])
    for days in LATER_DAYS:
        write_next_days(folder, days)
    assert digests(folder) == digests(dirty)


def test_touches_of_a_large_sample_come_by_month() -> None:
    world = World(small(order_lines=500_000))
    paths = [
        file.path
        for file in MARKETING.files(world, Window(None, world.days.last))
        if file.table == "marketing.touch_points"
    ]
    assert paths == [f"marketing/touch_points/2023-{month:02d}.jsonl" for month in (3, 4, 5, 6)]
