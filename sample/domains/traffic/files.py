"""How the counters at the doors write visits down."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pyarrow as pa

from sample.delivery import Window
from sample.domains.soilers import soiler_of
from sample.domains.traffic.dirt import KINDS
from sample.output.chunk import Chunk
from sample.output.columns import dates, picked, text_table, whole
from sample.output.files import Csv, Parquet, SampleFile
from sample.world.places import stores
from sample.world.world import World

OPENED_EARLIEST, OPENED_LATEST = 6_000, 400
"""Days before the first day of the world that stores were opened, at most and at least."""
AREA_OF_SHARE = 2_600
"""Square metres of a store that had all visits of its state."""


def files(world: World, window: Window) -> Iterator[SampleFile]:
    """Yield the files of a delivery; stores come with the first one alone."""
    if window.is_first:
        made = partial(_stores, world)
        yield SampleFile("traffic.stores", "traffic/stores.csv", Csv(), made)
    yield SampleFile(
        "traffic.store_visits",
        window.path("traffic/store_visits.parquet"),
        Parquet(),
        partial(_visits, world, window),
    )


def _stores(world: World) -> Iterator[Chunk]:
    soiler = soiler_of(world, "traffic.stores", KINDS)
    found = stores()
    before = world.draws.integers(
        "stores/opened", 0, len(found), low=OPENED_LATEST, high=OPENED_EARLIEST
    )
    spread = 0.8 + 0.4 * world.draws.uniform("stores/area", 0, len(found))
    areas = AREA_OF_SHARE * np.array([store.share for store in found]) * spread
    table = text_table(
        {
            "store_code": pa.array([store.code for store in found]),
            "state": pa.array([store.state for store in found]),
            "opened_date": dates(world.days.first - before),
            "area_m2": whole(np.round(areas, -1).astype(np.int64)),
        }
    )
    yield soiler.soil(table, np.arange(table.num_rows))


def _visits(world: World, window: Window) -> Iterator[Chunk]:
    soiler = soiler_of(world, "traffic.store_visits", KINDS)
    found = stores()
    size = max(1, world.settings.chunk_rows // len(found))
    first = max(world.days.first, window.earliest)
    for day in range(first, window.until + 1, size):
        counts = world.visits.counted(day, min(day + size - 1, window.until))
        of_day, of_store = np.indices(counts.shape).reshape(2, -1)
        days = of_day + day
        table = pa.table(
            {
                "store_code": picked([store.code for store in found], of_store),
                "state": picked([store.state for store in found], of_store),
                "day_date": dates(days),
                "num_visit": whole(counts.ravel()),
            }
        )
        positions = (days - world.days.first) * len(found) + of_store
        yield soiler.deliver(table, positions, days, window)
