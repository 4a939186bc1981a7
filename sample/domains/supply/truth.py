"""The truth about the supply side: lead times, and how much of what is asked for is sold."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pyarrow as pa

from sample.delivery import Window
from sample.domains.supply.stock import stock_of
from sample.domains.supply.suppliers import SUPPLIERS, supplier_ids
from sample.output.chunk import Chunk, Row
from sample.output.files import JsonLines, SampleFile
from sample.world.world import World


def files(world: World, window: Window) -> Iterator[SampleFile]:
    """Yield ``supply_parameters.json``: what was planted, and what it comes to.

    lead_time_mean_days_<supplier id>, lead_time_spread_days_<supplier id> (the normal distribution
    that lead times are rounded from) and agreed_lead_time_days_<supplier id>; from the first day to
    the last one that is delivered, without any dirt: pieces_asked_for, pieces_sold, service_level
    (their share), stock_out_days (of products in warehouses, nothing was there all day),
    stock_out_days_share, pieces_received, pieces_written_off, deliveries, pieces_on_hand (at the
    end of the last day).
    """
    so_far = Window(None, window.until)
    yield SampleFile("", "supply_parameters.json", JsonLines(), partial(_parameters, world, so_far))


def _parameters(world: World, window: Window) -> Iterator[Chunk]:
    row: Row = {}
    for supplier_id, supplier in zip(supplier_ids(), SUPPLIERS, strict=True):
        row[f"lead_time_mean_days_{supplier_id}"] = supplier.mean_days
        row[f"lead_time_spread_days_{supplier_id}"] = supplier.spread_days
        row[f"agreed_lead_time_days_{supplier_id}"] = supplier.agreed_days
    yield Chunk(pa.Table.from_pylist([{**row, **_totals(world, window)}]))


def _totals(world: World, window: Window) -> Row:
    asked = sold = received = written_off = deliveries = on_hand = 0
    for month in window.months(world.days):
        stock = stock_of(world, month)
        days = slice(0, window.until - month.first + 1)
        asked += int(stock.demand.asked[days].sum())
        sold += int(stock.demand.sold[days].sum())
        received += int(stock.received[days].sum())
        deliveries += int(np.count_nonzero(stock.received[days]))
        written_off += int(stock.written_off[days].sum())
        on_hand = int(stock.on_hand[days][-1].sum())
    out = world.stock_outs[:, :, : window.until - world.days.first + 1]
    return {
        "pieces_asked_for": asked,
        "pieces_sold": sold,
        "service_level": sold / asked,
        "stock_out_days": int(out.sum()),
        "stock_out_days_share": float(out.mean()),
        "pieces_received": received,
        "pieces_written_off": written_off,
        "deliveries": deliveries,
        "pieces_on_hand": on_hand,
    }
