"""How marketing writes down what was booked, shown, touched and searched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample.delivery import Window
from sample.domains.marketing.dirt import KINDS
from sample.domains.marketing.likes import PLATFORMS, make_likes
from sample.domains.marketing.touches import Touches, is_known, touches_of
from sample.domains.monthly import files_by_month
from sample.domains.shop.ids import shop_customer_ids, transaction_ids
from sample.domains.soilers import soiler_of
from sample.draws import Booleans, Integers
from sample.output.chunk import Chunk
from sample.output.columns import Values, dates, decimal, padded, picked, text_table, whole
from sample.output.files import Csv, JsonLines, SampleFile
from sample.output.text import Texts, joined
from sample.world.channels import CHANNELS
from sample.world.days import Month
from sample.world.interest import WEEK, search_index, week_starts
from sample.world.journeys import LONGEST
from sample.world.places import STATES
from sample.world.world import World

TARGETS = (*STATES, "all")
"""Of campaigns; the last one is at the place -1."""
STATE_COLUMN = (*STATES, "")
"""Of impressions; the last one, where they are not counted by state, is at the place -1."""
_ENDINGS = tuple(f"-{position}" for position in range(1, LONGEST + 1))


def files(world: World, window: Window) -> Iterator[SampleFile]:
    """Yield marketing's files of a delivery."""
    for table, made in (
        ("campaigns", _campaigns),
        ("channel_daily", _channel_daily),
        ("search_trends", _search_trends),
        ("social_likes", _social_likes),
    ):
        path = window.path(f"marketing/{table}.csv")
        yield SampleFile(f"marketing.{table}", path, Csv(), partial(made, world, window))
    yield from files_by_month(
        world, window, "marketing.touch_points", "jsonl", JsonLines(), _touch_points
    )


def _parts(world: World, window: Window, days: Integers) -> Iterator[Integers]:
    """Yield the places of records that a delivery may have, a chunk at a time.

    Args:
        world: the business.
        window: the days of the delivery.
        days: that each record of the table is of, ascending.
    """
    first = int(np.searchsorted(days, window.earliest, side="left"))
    last = int(np.searchsorted(days, window.until, side="right"))
    for start in range(first, last, world.settings.chunk_rows):
        yield np.arange(start, min(start + world.settings.chunk_rows, last))


def _campaigns(world: World, window: Window) -> Iterator[Chunk]:
    """Yield campaigns; each is known on the day that it begins."""
    soiler = soiler_of(world, "marketing.campaigns", KINDS)
    days = np.array([it.first for it in world.campaigns.all])
    for places in _parts(world, window, days):
        rows = [world.campaigns.all[place] for place in places]
        channels = np.array([it.channel for it in rows])
        table = text_table(
            {
                "campaign_id": pa.array([it.campaign_id for it in rows]),
                "name": pa.array([it.name for it in rows]),
                "channel": picked([it.name for it in CHANNELS], channels),
                "objective": picked([it.objective for it in CHANNELS], channels),
                "starts": dates(days[places]),
                "ends": dates(np.array([it.last for it in rows])),
                "budget_amount": decimal(np.array([100 * it.budget for it in rows])),
                "target": pa.array([TARGETS[it.state] for it in rows]),
            }
        )
        yield soiler.deliver(table, places, days[places], window)


def _channel_daily(world: World, window: Window) -> Iterator[Chunk]:
    soiler = soiler_of(world, "marketing.channel_daily", KINDS)
    shown, campaigns = world.campaigns.shown, world.campaigns.all
    ids = [it.campaign_id for it in campaigns]
    names = [CHANNELS[it.channel].name for it in campaigns]
    for places in _parts(world, window, shown.days):
        days, which = shown.days[places], shown.campaigns[places]
        table = text_table(
            {
                "day_date": dates(days),
                "campaign_id": picked(ids, which),
                "channel": picked(names, which),
                "state": picked(STATE_COLUMN, shown.states[places] % len(STATE_COLUMN)),
                "impressions": whole(shown.impressions[places]),
                "clicks": whole(shown.clicks[places]),
                "cost": decimal(shown.cents[places]),
            }
        )
        yield soiler.deliver(table, places, days, window)


def _search_trends(world: World, window: Window) -> Iterator[Chunk]:
    """Yield the index of searches; that of a week comes when the week is over."""
    soiler = soiler_of(world, "marketing.search_trends", KINDS)
    starts = np.repeat(week_starts(world.days), len(STATES))
    index = search_index(world.draws, world.days, world.interest).ravel()
    known = starts + WEEK - 1
    for places in _parts(world, window, known):
        table = text_table(
            {
                "week_start": dates(starts[places]),
                "state": picked(STATES, places % len(STATES)),
                "search_index": whole(index[places]),
            }
        )
        yield soiler.deliver(table, places, known[places], window)


def _social_likes(world: World, window: Window) -> Iterator[Chunk]:
    soiler = soiler_of(world, "marketing.social_likes", KINDS)
    made = make_likes(world)
    days = np.repeat(np.arange(world.days.first, world.days.end + 1), len(PLATFORMS))
    for places in _parts(world, window, days):
        table = text_table(
            {
                "day_date": dates(days[places]),
                "platform": picked([it.name for it in PLATFORMS], places % len(PLATFORMS)),
                "likes": whole(made.likes[places]),
                "shares": whole(made.shares[places]),
            }
        )
        yield soiler.deliver(table, places, days[places], window)


def _touch_points(world: World, window: Window, months: Sequence[Month]) -> Iterator[Chunk]:
    """Yield touches; those of a path are handed over together on the day that it ends."""
    soiler = soiler_of(world, "marketing.touch_points", KINDS)
    for touches in touches_of(world, window, months):
        table = _touch_table(world, touches)
        days, code = touches.of.ends[touches.rows], touches.of.month.code
        yield soiler.deliver(table, touches.keys, days, window, code)


def _touch_table(world: World, touches: Touches) -> pa.Table:
    of, rows = touches.of, touches.rows
    # Ids are made once for a path, and taken for each of its touches.
    numbers = padded(of.first + 1 + np.arange(len(of)), 7)
    visitors = joined([f"V-{of.month.code}-", numbers]).take(rows)
    customers = _or_null(is_known(of.customers), shop_customer_ids(of.customers))
    orders = _or_null(is_known(of.orders), transaction_ids(of.month, of.orders))
    ids = [it.campaign_id for it in world.campaigns.all]
    campaigns = picked(ids, np.maximum(touches.campaigns, 0))
    columns: dict[str, Values] = {
        "touch_id": joined([visitors, picked(_ENDINGS, touches.positions - 1)]),
        "visitor_id": visitors,
        "customer_id": customers.take(rows),
        "touched_at": pa.array(touches.seconds, pa.timestamp("s")).cast(pa.string()),
        "journey_position": whole(touches.positions),
        "channel": picked([it.name for it in CHANNELS], touches.channels),
        "campaign_id": _or_null(is_known(touches.campaigns), campaigns),
        "transaction_id": orders.take(rows),
    }
    return pa.table(columns)


def _or_null(is_there: Booleans, texts: Texts) -> Values:
    return cast(Values, pc.if_else(pa.array(is_there), texts, pa.scalar(None, pa.string())))
