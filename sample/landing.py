"""The landing folder on disk: written whole or not at all, the same bytes and times for one seed.

Ingest would load half a folder as readily as a whole one, and gold depends on the files' times when
two rows of a key are equally old. Hence the rename at the end, and the fixed time.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from errno import EEXIST
from pathlib import Path

from sample.dirt import Dirt, soil
from sample.files import Delivery, deliver
from sample.world import World, build_world

MODIFIED_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""Modification time of every sample file."""

MINIMUM_CUSTOMERS = 200
MINIMUM_ORDERS = 100
"""Below these, some kind of dirt would find too few rows."""


@dataclass(frozen=True)
class CleanTotals:
    """What gold must hold after a right run; counted before any dirt was added.

    Attributes:
        customers: customers, without the unknown member.
        products: products, each with one current version.
        product_versions: all versions.
        lines: sales lines.
        orders: orders.
        revenue: sum of quantity x price, in whole units of the one currency.
        quantity: sum of the quantities.
        first_order_date: the earliest order.
        last_order_date: the latest order; its month is partial.
    """

    customers: int
    products: int
    product_versions: int
    lines: int
    orders: int
    revenue: int
    quantity: int
    first_order_date: date
    last_order_date: date


@dataclass(frozen=True)
class SampleSummary:
    """What was generated.

    Attributes:
        folder: the landing folder.
        seed: the seed it was made from.
        rows: file path within the folder to its number of records, dirt included.
        dirt: kind of dirt to its count; the kinds are described at sample.dirt.Dirt.
        totals: what a right pipeline must reach.
    """

    folder: Path
    seed: int
    rows: Mapping[str, int]
    dirt: Mapping[str, int]
    totals: CleanTotals


def write_sample_landing(
    folder: Path, *, seed: int = 20260101, customers: int = 400, orders: int = 900
) -> SampleSummary:
    """Write the six files of the fictional business.

    The files appear together, by one rename. A folder that holds nothing but sample files,
    untouched since they were written, is replaced; anything else in the way is left alone. Two
    processes must not write the same folder at a time.

    Args:
        folder: the landing folder; it and its parents are created.
        seed: the same seed and sizes give the same bytes.
        customers: number of customers, at least MINIMUM_CUSTOMERS.
        orders: number of orders, at least MINIMUM_ORDERS.

    Raises:
        ValueError: too few customers or orders.
        FileExistsError: the folder holds something that is not ours to replace.
        OSError: the folder cannot be written.
    """
    for name, value, minimum in (
        ("customers", customers, MINIMUM_CUSTOMERS),
        ("orders", orders, MINIMUM_ORDERS),
    ):
        if value < minimum:
            raise ValueError(f"{name} is {value}, and the sample needs at least {minimum}")
    dirt = Dirt()
    world = build_world(seed, customers=customers, orders=orders)
    delivery = deliver(world)
    soil(delivery, seed, dirt)
    _write_whole(folder.resolve(), delivery)
    return SampleSummary(
        folder=folder,
        seed=seed,
        rows={path: len(file.rows) for path, file in delivery.items()},
        dirt=dirt.counts(),
        totals=_totals(world),
    )


def _totals(world: World) -> CleanTotals:
    lines = [line for order in world.orders for line in order.lines]
    return CleanTotals(
        customers=len(world.customers),
        products=len(world.products),
        product_versions=sum(len(product.versions) for product in world.products),
        lines=len(lines),
        orders=len(world.orders),
        revenue=sum(line.amount for line in lines),
        quantity=sum(line.quantity for line in lines),
        first_order_date=world.orders[0].order_date,
        last_order_date=world.orders[-1].order_date,
    )


def _write_whole(folder: Path, delivery: Delivery) -> None:
    content = {path: file.to_bytes() for path, file in delivery.items()}
    if folder.exists() and not _is_replaceable(folder, content):
        raise FileExistsError(
            EEXIST,
            "holds something other than untouched sample files; give another folder, or remove it",
            str(folder),
        )
    part = folder.with_name(f".{folder.name}.saleslake-sample-part")
    old = folder.with_name(f".{folder.name}.saleslake-sample-old")
    try:
        for leftover in (part, old):
            shutil.rmtree(leftover, ignore_errors=True)
        for path, data in content.items():
            _write_file(part / path, data)
        if folder.exists():
            folder.rename(old)
        part.rename(folder)
    finally:
        for leftover in (part, old):
            shutil.rmtree(leftover, ignore_errors=True)


def _is_replaceable(folder: Path, content: Mapping[str, bytes]) -> bool:
    """Real files can have the same six names, so each must also have our time or our bytes."""
    if not folder.is_dir():
        return False
    found = {path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}
    if not found:
        return True
    return found == {folder / path for path in content} and all(
        (folder / path).stat().st_mtime == MODIFIED_AT.timestamp()
        or (folder / path).read_bytes() == data
        for path, data in content.items()
    )


def _write_file(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    os.utime(path, (MODIFIED_AT.timestamp(), MODIFIED_AT.timestamp()))
