"""How the supply side writes the business down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import pyarrow as pa

from sample.delivery import Window
from sample.domains.monthly import files_by_month
from sample.domains.soilers import soiler_of
from sample.domains.supply.dirt import KINDS
from sample.domains.supply.stock import stock_of, targets
from sample.domains.supply.suppliers import SUPPLIERS, lead_days, supplier_ids, suppliers_at
from sample.draws import Integers
from sample.output.chunk import Chunk
from sample.output.columns import dates, padded, picked, text_table, whole
from sample.output.files import Csv, JsonLines, SampleFile
from sample.output.text import Texts, joined
from sample.world.days import Month, as_numbers, day_number
from sample.world.places import WAREHOUSES
from sample.world.world import World

_WAREHOUSE_CODES = [warehouse.code for warehouse in WAREHOUSES]


def files(world: World, window: Window) -> Iterator[SampleFile]:
    """Yield the supply side's files of a delivery; suppliers come with the first one alone.

    A large sample's stock and deliveries come as one file a month.
    """
    if window.is_first:
        made = partial(_suppliers, world)
        yield SampleFile("supply.suppliers", "supply/suppliers.csv", Csv(), made)
    yield from files_by_month(world, window, "supply.stock_on_hand", "csv", Csv(), _stock_on_hand)
    yield from files_by_month(world, window, "supply.deliveries", "jsonl", JsonLines(), _deliveries)


def _suppliers(world: World) -> Iterator[Chunk]:
    rows = [
        {
            "supplier_id": supplier_id,
            "supplier_name": name,
            "city": supplier.city,
            "country": supplier.country,
            "category_ids": " ".join(supplier.category_ids),
            "agreed_lead_time_days": str(supplier.agreed_days),
            "minimum_order_quantity": str(supplier.minimum_quantity),
        }
        for supplier_id, name, supplier in zip(
            supplier_ids(), world.names.suppliers, SUPPLIERS, strict=True
        )
    ]
    table = pa.Table.from_pylist(rows)
    yield soiler_of(world, "supply.suppliers", KINDS).soil(table, np.arange(table.num_rows))


def _stock_on_hand(world: World, window: Window, months: Sequence[Month]) -> Iterator[Chunk]:
    soiler = soiler_of(world, "supply.stock_on_hand", KINDS)
    numbers = [product.number for product in world.products.sold]
    target = targets(world)
    for month in months:
        stock = stock_of(world, month)
        day, product, warehouse = np.indices(stock.on_hand.shape).reshape(3, -1)
        days = day + month.first
        table = text_table(
            {
                "day_date": dates(days),
                "product_number": picked(numbers, product),
                "warehouse": picked(_WAREHOUSE_CODES, warehouse),
                "on_hand_quantity": whole(stock.on_hand.ravel()),
                "written_off_quantity": whole(stock.written_off.ravel()),
                "target_quantity": whole(target[product, warehouse]),
            }
        )
        yield soiler.deliver(table, _positions(world, days, product, warehouse), days, window)


def _deliveries(world: World, window: Window, months: Sequence[Month]) -> Iterator[Chunk]:
    soiler = soiler_of(world, "supply.deliveries", KINDS)
    for month in months:
        received = stock_of(world, month).received
        day, product, warehouse = np.nonzero(received)
        if len(day):
            keys = _positions(world, day + month.first, product, warehouse)
            table = _deliveries_table(world, month, received, keys)
            yield soiler.deliver(table, keys, day + month.first, window)


def _deliveries_table(world: World, month: Month, received: Integers, keys: Integers) -> pa.Table:
    day, product, warehouse = np.nonzero(received)
    supplier = suppliers_at(world.draws, world.products, product, keys)
    start = int(keys[0])
    normal = world.draws.normal("supply/lead", start, int(keys[-1]) - start + 1)
    ordered = day + month.first - lead_days(supplier, normal[keys - start])
    agreed = np.array([it.agreed_days for it in SUPPLIERS])[supplier]
    return pa.table(
        {
            "delivery_id": joined([f"DL-{month.code}-", padded(np.arange(len(day)) + 1, 5)]),
            "purchase_order_number": _order_numbers(ordered, supplier, warehouse),
            "supplier_id": picked(supplier_ids(), supplier),
            "product_number": picked([it.number for it in world.products.sold], product),
            "warehouse": picked(_WAREHOUSE_CODES, warehouse),
            "ordered_date": dates(ordered),
            "promised_date": dates(ordered + agreed),
            "received_date": dates(day + month.first),
            "quantity": whole(received[day, product, warehouse]),
            # A text, so that a system can write what is no number.
            "unit_cost": joined([padded(_unit_costs(world, product, ordered), 1), ".00"]),
        }
    )


def _positions(world: World, days: Integers, product: Integers, warehouse: Integers) -> Integers:
    """Return the place of a product, warehouse and day among all of the world's."""
    day = days - world.days.first
    return (day * len(world.products.sold) + product) * len(WAREHOUSES) + warehouse


def _order_numbers(ordered: Integers, supplier: Integers, warehouse: Integers) -> Texts:
    """Return ``PO-20230412-03-2``: what is ordered of a supplier for a warehouse on one day."""
    day, number = padded(as_numbers(ordered), 8), padded(supplier + 1, 2)
    return joined(["PO", day, number, padded(warehouse + 1, 1)], "-")


def _unit_costs(world: World, product: Integers, days: Integers) -> Integers:
    """Return what a product's version of a day costs; before the first one, what that costs."""
    costs = np.zeros(len(product), np.int64)
    for place, it in enumerate(world.products.sold):
        rows = np.flatnonzero(product == place)
        starts = [day_number(version.start) for version in it.versions[1:]]
        versions = np.searchsorted(starts, days[rows], side="right")
        costs[rows] = np.array([version.cost for version in it.versions])[versions]
    return costs
