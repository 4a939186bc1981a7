"""The truth about customers: in which systems they are, how they buy, when they leave."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample.delivery import Window
from sample.domains.crm.files import FIRST_CUSTOMER_ID
from sample.domains.shop.ids import shop_customer_ids
from sample.output.chunk import Chunk
from sample.output.columns import dates, picked, whole
from sample.output.files import Parquet, SampleFile
from sample.world.people import CRM_ONLY, SEGMENTS, SHOP_ONLY, YEAR_DAYS
from sample.world.places import COUNTRY_SHARES
from sample.world.world import World


def files(world: World, window: Window) -> Iterator[SampleFile]:
    """Yield ``customers.parquet``: all who came until the last day of a delivery.

    Columns: customer_number (of the world), customer_id (in the CRM), shop_customer_id (in the web
    shop), segment, orders_per_year (the planted rate, beside the first order), leaving_per_year
    (the hazard), came_date, left_date (null: still there on the last day), country.
    """
    yield SampleFile("", "customers.parquet", Parquet(), partial(_customers, world, window))


def _customers(world: World, window: Window) -> Iterator[Chunk]:
    people = world.people
    known = people.known_on(window.until)
    for start in range(0, known, world.settings.chunk_rows):
        numbers = np.arange(start, min(start + world.settings.chunk_rows, known))
        systems, left = people.systems[numbers], people.left[numbers].astype(np.int64)
        segments = people.segments[numbers].astype(np.int64)
        crm_ids, shop_ids = whole(numbers + FIRST_CUSTOMER_ID), shop_customer_ids(numbers)
        in_crm, in_shop = pa.array(systems != SHOP_ONLY), pa.array(systems != CRM_ONLY)
        table = pa.table(
            {
                "customer_number": whole(numbers),
                "customer_id": pc.if_else(in_crm, crm_ids, pa.scalar(None, pa.int64())),
                "shop_customer_id": pc.if_else(in_shop, shop_ids, pa.scalar(None, pa.string())),
                "segment": picked([segment.name for segment in SEGMENTS], segments),
                "orders_per_year": pa.array(
                    people.daily_rates[numbers].astype(np.float64) * YEAR_DAYS
                ),
                "leaving_per_year": pa.array(
                    np.array([segment.leaving_per_year for segment in SEGMENTS])[segments]
                ),
                "came_date": dates(people.came[numbers].astype(np.int64)),
                "left_date": pc.if_else(
                    pa.array(left <= window.until), dates(left), pa.scalar(None, pa.date32())
                ),
                "country": picked(list(COUNTRY_SHARES), people.countries[numbers].astype(np.int64)),
            }
        )
        yield Chunk(table)
