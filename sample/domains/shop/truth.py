"""The truth about the web shop: whose accounts are whose, what was planted, the totals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample.delivery import Window
from sample.dirt.kinds import with_rates
from sample.dirt.soiling import Soiler
from sample.domains.crm.files import FIRST_CUSTOMER_ID
from sample.domains.lines import lines_of
from sample.domains.shop.accounts import (
    CRM_ID_SHARE,
    EMAIL_SHARE,
    SECOND_ORDERS_SHARE,
    SECOND_SHARE,
    accounts_of,
)
from sample.domains.shop.baskets import (
    LATEST_RETURN,
    NOTE_SHARE,
    RETURN_SHARE,
    SOONEST_RETURN,
    basket_lines,
    returns_of,
    unit_hundredths,
)
from sample.domains.shop.customers import emails
from sample.domains.shop.dirt import KINDS
from sample.domains.shop.dirt.orders import SHIPPING_HUNDREDTHS, TOO_MANY
from sample.domains.shop.ids import account_ids
from sample.domains.shop.orders import PAYMENT_SHARES, RETURN_REASONS, placed_orders
from sample.draws import Booleans, Integers
from sample.output.chunk import Chunk, Row
from sample.output.columns import dates, whole
from sample.output.files import JsonLines, Parquet, SampleFile
from sample.world.orders import Lines, Orders
from sample.world.people import SHOP_ONLY
from sample.world.products import ELASTICITIES
from sample.world.world import World


def files(world: World, window: Window) -> Iterator[SampleFile]:
    """Yield what is true about the web shop.

    ``shop_identities.parquet``: the accounts that were opened until the last day of a delivery.
    Columns: shop_customer_id, customer_number (of the world; two accounts of one number are one
    person's), customer_id (in the CRM; null: a stranger there), email (as given, in lower case;
    null: none), carries_crm_id (whether the shop's file says the CRM's id), is_second_account,
    opened_date.

    ``shop_parameters.json``: what was planted. elasticity_<group of goods> (per cent of demand per
    per cent of price, through promotions), shares of email, crm_id (of customers of both systems),
    second_account (of those with an e-mail), second_account_orders (of the orders after it was
    opened), return (of lines), return_note (of returns); payment_share_<method>,
    return_reason_share_<reason>, return_days_least, return_days_most.

    ``shop_totals.json``: of all records that were delivered until a day, as they stand then, dirt
    that no pipeline can undo left out. orders, order_amount, lines, quantity, gross_amount (of
    lines that were sold), return_lines, return_notes, refund_amount (of both), net_amount; amounts
    in dollars.
    """
    so_far = Window(None, window.until)
    path = "shop_identities.parquet"
    yield SampleFile("", path, Parquet(), partial(_identities, world, so_far))
    yield SampleFile("", "shop_parameters.json", JsonLines(), _parameters)
    yield SampleFile("", "shop_totals.json", JsonLines(), partial(_totals, world, so_far))


def _identities(world: World, window: Window) -> Iterator[Chunk]:
    for start, count, accounts in accounts_of(world, window):
        who = world.people.persons(start, count)
        is_stranger = world.people.systems[accounts.owners] == SHOP_ONLY
        table = pa.table(
            {
                "shop_customer_id": account_ids(accounts.owners, accounts.are_second),
                "customer_number": whole(accounts.owners),
                "customer_id": pc.if_else(
                    pa.array(is_stranger),
                    pa.scalar(None, pa.int64()),
                    whole(accounts.owners + FIRST_CUSTOMER_ID),
                ),
                "email": pc.if_else(
                    pa.array(accounts.have_email),
                    emails(world, who, accounts),
                    pa.scalar(None, pa.string()),
                ),
                "carries_crm_id": pa.array(accounts.carry_crm_id),
                "is_second_account": pa.array(accounts.are_second),
                "opened_date": dates(accounts.opened),
            }
        )
        yield Chunk(table.filter(pa.array(accounts.opened <= window.until)))


def _parameters() -> Iterator[Chunk]:
    row: Row = {f"elasticity_{_key(group)}": value for group, value in ELASTICITIES.items()}
    row |= {
        "email_share": EMAIL_SHARE,
        "crm_id_share": CRM_ID_SHARE,
        "second_account_share": SECOND_SHARE,
        "second_account_orders_share": SECOND_ORDERS_SHARE,
        "return_share": RETURN_SHARE,
        "return_note_share": NOTE_SHARE,
        "return_days_least": SOONEST_RETURN,
        "return_days_most": LATEST_RETURN,
    }
    row |= {f"payment_share_{_key(name)}": share for name, share in PAYMENT_SHARES.items()}
    row |= {f"return_reason_share_{_key(name)}": share for name, share in RETURN_REASONS.items()}
    yield Chunk(pa.Table.from_pylist([row]))


def _key(name: str) -> str:
    return name.lower().replace(" ", "_")


@dataclass(frozen=True)
class _Sums:
    """Sums over records; hundredths are cents."""

    orders: int = 0
    order_hundredths: int = 0
    lines: int = 0
    quantity: int = 0
    gross_hundredths: int = 0
    return_lines: int = 0
    return_notes: int = 0
    refund_hundredths: int = 0

    def __add__(self, other: _Sums) -> _Sums:
        names = [field.name for field in fields(self)]
        return _Sums(*(getattr(self, name) + getattr(other, name) for name in names))


def _totals(world: World, window: Window) -> Iterator[Chunk]:
    kinds = with_rates(KINDS, world.settings.rates)
    tables = ("shop.orders", "shop.order_lines", "shop.return_notes")
    soilers = {table: Soiler(world.draws, table, kinds) for table in tables}
    total = _Sums()
    for orders, lines in lines_of(world, window, window.months(world.days), online=True):
        if len(lines):
            total += _of_orders(soilers["shop.orders"], window, orders, lines)
            total += _of_lines(world, soilers["shop.order_lines"], window, orders, lines)
            total += _of_notes(world, soilers["shop.return_notes"], window, orders, lines)
    row: Row = {
        "orders": total.orders,
        "order_amount": _dollars(total.order_hundredths),
        "lines": total.lines,
        "quantity": total.quantity,
        "gross_amount": _dollars(total.gross_hundredths),
        "return_lines": total.return_lines,
        "return_notes": total.return_notes,
        "refund_amount": _dollars(total.refund_hundredths),
        "net_amount": _dollars(total.gross_hundredths - total.refund_hundredths),
    }
    yield Chunk(pa.Table.from_pylist([row]))


def _dollars(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)


def _of_orders(soiler: Soiler, window: Window, orders: Orders, lines: Lines) -> _Sums:
    placed = placed_orders(lines)
    days = orders.days[placed.places]
    arrives, settled = soiler.times(placed.places, days, orders.month.code)
    there = arrives <= window.until
    amounts = placed.hundredths + np.where(settled > window.until, SHIPPING_HUNDREDTHS, 0)
    return _Sums(orders=int(there.sum()), order_hundredths=_sum(amounts, there))


def _of_lines(world: World, soiler: Soiler, window: Window, orders: Orders, lines: Lines) -> _Sums:
    found = basket_lines(world, orders, lines)
    arrives, settled = soiler.times(found.keys, found.days, orders.month.code)
    there = arrives <= window.until
    more = np.where(settled > window.until, TOO_MANY, 0) * np.sign(found.quantities)
    quantities = found.quantities + more
    amounts = quantities * unit_hundredths(lines)[found.at]
    sold, returned = there & ~found.are_returns, there & found.are_returns
    return _Sums(
        lines=int(sold.sum()),
        quantity=_sum(quantities, sold),
        gross_hundredths=_sum(amounts, sold),
        return_lines=int(returned.sum()),
        refund_hundredths=-_sum(amounts, returned),
    )


def _of_notes(world: World, soiler: Soiler, window: Window, orders: Orders, lines: Lines) -> _Sums:
    returns = returns_of(world, orders, lines)
    notes = returns.of(returns.are_notes)
    arrives, _ = soiler.times(lines.keys[notes.at], notes.days, orders.month.code)
    there = arrives <= window.until
    amounts = notes.quantities * unit_hundredths(lines)[notes.at]
    return _Sums(return_notes=int(there.sum()), refund_hundredths=_sum(amounts, there))


def _sum(numbers: Integers, which: Booleans) -> int:
    return int(numbers[which].sum())
