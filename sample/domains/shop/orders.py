"""The web shop's orders, their lines and what came back of them, as its systems write them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sample.delivery import Window
from sample.domains.lines import lines_of
from sample.domains.shop.accounts import SECOND_ORDERS_SHARE, second_opened
from sample.domains.shop.baskets import (
    basket_lines,
    lines_with_returns,
    percents,
    returns_of,
    unit_hundredths,
)
from sample.domains.shop.dirt import KINDS
from sample.domains.shop.ids import account_ids, promotion_id, return_ids, transaction_ids
from sample.domains.shop.offers import promotion_numbers
from sample.domains.soilers import soiler_of
from sample.draws import Integers, chosen
from sample.output.chunk import Chunk
from sample.output.columns import (
    dates,
    decimal,
    picked,
    text_table,
    whole,
    with_decimals,
)
from sample.output.text import Texts
from sample.world.days import Month
from sample.world.orders import MAXIMUM_LINES, Lines, Orders
from sample.world.world import World

PAYMENT_SHARES = {
    "card": 0.52,
    "paypal": 0.24,
    "invoice": 0.12,
    "bank transfer": 0.07,
    "gift card": 0.05,
}
"""Of the orders."""

RETURN_REASONS = {
    "wrong size": 0.34,
    "changed mind": 0.28,
    "damaged": 0.16,
    "not as described": 0.14,
    "arrived too late": 0.08,
}
"""Of the return notes."""

_PERCENTS = [f"{percent / 100:.2f}" for percent in range(100)]
_LINE_NUMBERS = ["", *map(str, range(1, 2 * MAXIMUM_LINES + 1))]


@dataclass(frozen=True)
class Placed:
    """Orders with a line left, in their order.

    Attributes:
        places: among all orders of their month.
        hundredths: the sum of the amounts of their lines, in cents.
        largest: the place of the line with the largest amount, the first of them.
    """

    places: Integers
    hundredths: Integers
    largest: Integers


def placed_orders(lines: Lines) -> Placed:
    """Return the orders of some lines, whole orders all of them."""
    amounts = lines.quantities * unit_hundredths(lines)
    places, firsts = np.unique(lines.orders, return_index=True)
    # By order, the largest amount first; of equal ones the first line.
    by_amount = np.lexsort((-amounts, lines.orders))
    return Placed(places, np.add.reduceat(amounts, firsts), by_amount[firsts])


def orders_of(world: World, window: Window, months: Sequence[Month]) -> Iterator[Chunk]:
    """Yield the records of orders that a delivery has."""
    soiler = soiler_of(world, "shop.orders", KINDS)
    for orders, lines in lines_of(world, window, months, online=True):
        if not len(lines):
            continue
        placed = placed_orders(lines)
        table = _orders_table(world, orders, lines, placed)
        days = orders.days[placed.places]
        yield soiler.deliver(table, placed.places, days, window, orders.month.code)


def order_lines(world: World, window: Window, months: Sequence[Month]) -> Iterator[Chunk]:
    """Yield the lines that a delivery has, sold ones and returns, by order and line number."""
    soiler = soiler_of(world, "shop.order_lines", KINDS)
    promotions = promotion_numbers(world)
    for orders, lines in lines_with_returns(world, window, months):
        if not len(lines):
            continue
        found = basket_lines(world, orders, lines)
        sold = lines.of(found.at)
        unit = unit_hundredths(sold)
        ordered_on = orders.days[sold.orders]
        table = text_table(
            {
                "transaction_id": transaction_ids(orders.month, orders.numbers[sold.orders]),
                "line_number": picked(_LINE_NUMBERS, found.numbers),
                "product_number": _product_numbers(world, sold),
                "quantity": whole(found.quantities),
                "list_price": with_decimals(sold.list_prices * 100),
                "discount_rate": picked(_PERCENTS, percents(sold.discounts)),
                "unit_price": with_decimals(unit),
                "line_amount": with_decimals(found.quantities * unit),
                "promotion_id": picked(
                    ["", *(promotion_id(it.number) for it in world.promotions.all)],
                    promotions[sold.products, ordered_on - world.days.first],
                ),
                "transaction_date": dates(found.days),
                "returned_line_number": picked(
                    _LINE_NUMBERS, np.where(found.are_returns, sold.positions, 0)
                ),
            }
        )
        yield soiler.deliver(table, found.keys, found.days, window, orders.month.code)


def return_notes(world: World, window: Window, months: Sequence[Month]) -> Iterator[Chunk]:
    """Yield the notes of returns that a delivery has, by order and line."""
    soiler = soiler_of(world, "shop.return_notes", KINDS)
    for orders, lines in lines_with_returns(world, window, months):
        returns = returns_of(world, orders, lines)
        notes = returns.of(returns.are_notes)
        if not len(notes):
            continue
        of = lines.of(notes.at)
        reasons = world.draws.at(f"shop/{orders.month.code}/returns/reason", of.keys)
        table = pa.table(
            {
                "return_id": return_ids(orders.month, of.keys),
                "transaction_id": transaction_ids(orders.month, orders.numbers[of.orders]),
                "line_number": whole(of.positions),
                "product_number": _product_numbers(world, of),
                "quantity": whole(notes.quantities),
                "refund_amount": decimal(notes.quantities * unit_hundredths(of)),
                "reason": picked(
                    list(RETURN_REASONS), chosen(reasons, list(RETURN_REASONS.values()))
                ),
                "returned_date": dates(notes.days),
            }
        )
        yield soiler.deliver(table, of.keys, notes.days, window, orders.month.code)


def _orders_table(world: World, orders: Orders, lines: Lines, placed: Placed) -> pa.Table:
    places, name = placed.places, f"shop/{orders.month.code}/orders"
    customers, days = orders.customers[places], orders.days[places]
    is_second = second_opened(world)[customers] <= days
    is_second &= world.draws.at(f"{name}/second", places) < SECOND_ORDERS_SHARE
    payments = chosen(world.draws.at(f"{name}/payment", places), list(PAYMENT_SHARES.values()))
    groups = [product.category.category for product in world.products.sold]
    sales_reps = world.names.sales_reps
    return text_table(
        {
            "transaction_id": transaction_ids(orders.month, orders.numbers[places]),
            "customer_id": account_ids(customers, is_second),
            "product_category": picked(groups, lines.products[placed.largest]),
            "transaction_amount": with_decimals(placed.hundredths),
            "transaction_date": dates(days),
            "payment_method": picked(list(PAYMENT_SHARES), payments),
            # Each customer has one: who is missing can be found in the customer's other orders.
            "sales_rep": picked(sales_reps, customers % len(sales_reps)),
        }
    )


def _product_numbers(world: World, lines: Lines) -> Texts:
    return picked([product.number for product in world.products.sold], lines.products)
