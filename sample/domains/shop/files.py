"""The files that the web shop delivers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sample.delivery import Window
from sample.domains.monthly import MadeOfMonths, files_by_month
from sample.domains.shop.baskets import reaching_back
from sample.domains.shop.customers import customers
from sample.domains.shop.offers import prices, promotions
from sample.domains.shop.orders import order_lines, orders_of, return_notes
from sample.output.files import Csv, Form, JsonLines, Parquet, SampleFile
from sample.world.world import World


@dataclass(frozen=True)
class _Growing:
    """A table that grows with the order lines.

    Attributes:
        name: of the table.
        suffix: of its files.
        form: of its files.
        made: makes the records of some months.
    """

    name: str
    suffix: str
    form: Form
    made: MadeOfMonths


_GROWING = (
    _Growing("orders", "csv", Csv(), orders_of),
    _Growing("order_lines", "csv", Csv(), order_lines),
    _Growing("return_notes", "jsonl", JsonLines(), return_notes),
)


def files(world: World, window: Window) -> Iterator[SampleFile]:
    """Yield the web shop's files of a delivery.

    Of a large sample, those that grow with the order lines come as one file a month; a return is
    in the file of its order's month.
    """
    yield SampleFile(
        "shop.customers",
        window.path("shop/customers.csv"),
        Csv(),
        partial(customers, world, window),
    )
    yield from _of_orders(world, window)
    yield SampleFile(
        "shop.prices", window.path("shop/prices.parquet"), Parquet(), partial(prices, world, window)
    )
    yield SampleFile(
        "shop.promotions",
        window.path("shop/promotions.jsonl"),
        JsonLines(),
        partial(promotions, world, window),
    )


def _of_orders(world: World, window: Window) -> Iterator[SampleFile]:
    """Yield the files of each table that grows with the order lines, one or one a month."""
    # A return may be of an order of some weeks before.
    months = reaching_back(window).months(world.days)
    for it in _GROWING:
        table = f"shop.{it.name}"
        yield from files_by_month(world, window, table, it.suffix, it.form, it.made, months)
