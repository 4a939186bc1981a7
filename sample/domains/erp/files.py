"""How the ERP writes the business down."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pyarrow as pa

from sample.delivery import Window
from sample.domains.crm.files import CUSTOMER_PREFIX, customer_keys, customers_of
from sample.domains.erp.dirt import KINDS
from sample.domains.soilers import soiler_of
from sample.output.chunk import Chunk
from sample.output.columns import dates, either, picked, text_table
from sample.output.files import Csv, SampleFile
from sample.output.text import joined
from sample.world.goods import CATEGORIES
from sample.world.places import COUNTRY_SHARES
from sample.world.world import World

OLD_PREFIX = "NAS"
"""The ERP changed its ids once: the customers who came in its first years carry it."""

_CRLF = "\r\n"


def files(world: World, window: Window) -> Iterator[SampleFile]:
    """Yield the ERP's files of a delivery; categories come with the first one alone."""
    yield SampleFile(
        "erp.cust_az12",
        window.path("erp/CUST_AZ12.csv"),
        Csv(_CRLF, ends_with_line_end=False),
        partial(_customers, world, window),
    )
    yield SampleFile(
        "erp.loc_a101",
        window.path("erp/LOC_A101.csv"),
        Csv(_CRLF),
        partial(_locations, world, window),
    )
    if window.is_first:
        yield SampleFile(
            "erp.px_cat_g1v2",
            "erp/PX_CAT_G1V2.csv",
            Csv(_CRLF, ends_with_line_end=False),
            partial(_categories, world),
        )


def _customers(world: World, window: Window) -> Iterator[Chunk]:
    soiler = soiler_of(world, "erp.cust_az12", KINDS)
    for numbers in customers_of(world, window):
        if not len(numbers):
            continue
        start = int(numbers[0])
        who = world.people.persons(start, int(numbers[-1]) - start + 1)
        at = numbers - start
        is_old = numbers < world.people.known // 2
        table = text_table(
            {
                "CID": joined([either(is_old, OLD_PREFIX, ""), customer_keys(numbers)]),
                "BDATE": dates(who.birth_days[at]),
                "GEN": either(who.is_female[at], "Female", "Male"),
            }
        )
        came = world.people.came[numbers].astype(np.int64)
        yield soiler.deliver(table, numbers, came, window)


def _locations(world: World, window: Window) -> Iterator[Chunk]:
    soiler = soiler_of(world, "erp.loc_a101", KINDS)
    countries = list(COUNTRY_SHARES)
    for numbers in customers_of(world, window):
        table = text_table(
            {
                "CID": customer_keys(numbers, f"{CUSTOMER_PREFIX}-"),
                "CNTRY": picked(countries, world.people.countries[numbers].astype(np.int64)),
            }
        )
        came = world.people.came[numbers].astype(np.int64)
        yield soiler.deliver(table, numbers, came, window)


def _categories(world: World) -> Iterator[Chunk]:
    soiler = soiler_of(world, "erp.px_cat_g1v2", KINDS)
    rows = [
        {
            "ID": category.category_id,
            "CAT": category.category,
            "SUBCAT": category.subcategory,
            "MAINTENANCE": "Yes" if category.has_maintenance else "No",
        }
        for category in CATEGORIES
    ]
    table = pa.Table.from_pylist(rows)
    yield soiler.soil(table, np.arange(table.num_rows))
