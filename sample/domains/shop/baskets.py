"""The lines of the web shop's orders and what came back of them, before any system writes them.

A line that is returned comes back in one of two ways, as two departments of the shop work: as a
further line of the order with a negative quantity, or as a note of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sample.delivery import Window
from sample.domains.lines import lines_of
from sample.draws import Booleans, Floats, Integers
from sample.world.days import Month
from sample.world.orders import MAXIMUM_LINES, Lines, Orders
from sample.world.world import World

RETURN_SHARE = 0.04
"""Of the lines, those of which something is returned."""
NOTE_SHARE = 0.5
"""Of the returns, those that are a note and no line."""
SOONEST_RETURN, LATEST_RETURN = 3, 20
"""Days from an order to a return."""

_MOST_LINE_NUMBERS = 2 * MAXIMUM_LINES + 1


@dataclass(frozen=True)
class Returns:
    """What was returned of some lines.

    Attributes:
        at: places of the lines, none twice.
        days: of the returns, as numbers.
        quantities: pieces, at most those of the line.
        are_notes: whether it is a note, or a line.
        line_numbers: of those that are lines; 0 of notes.
    """

    at: Integers
    days: Integers
    quantities: Integers
    are_notes: Booleans
    line_numbers: Integers

    def __len__(self) -> int:
        return len(self.at)

    def of(self, which: Booleans) -> Returns:
        """Return some of them."""
        return Returns(
            self.at[which],
            self.days[which],
            self.quantities[which],
            self.are_notes[which],
            self.line_numbers[which],
        )


@dataclass(frozen=True)
class BasketLines:
    """Lines that were sold and lines of returns, by order and line number.

    Attributes:
        at: places of the lines that were sold; of a return, of the line that came back.
        are_returns: whether it is a return.
        numbers: of each line in its order.
        quantities: pieces; below 0 of returns.
        days: of the order, or of the return.
        keys: unique numbers within the month.
    """

    at: Integers
    are_returns: Booleans
    numbers: Integers
    quantities: Integers
    days: Integers
    keys: Integers


def lines_with_returns(
    world: World, window: Window, months: Sequence[Month]
) -> Iterator[tuple[Orders, Lines]]:
    """Yield the lines of which a delivery may have a return, and its own; see lines_of."""
    return lines_of(world, reaching_back(window), months, online=True)


def reaching_back(window: Window) -> Window:
    """Return the days of the orders that a delivery may have returns of."""
    return window if window.after is None else replace(window, after=window.after - LATEST_RETURN)


def unit_hundredths(lines: Lines) -> Integers:
    """Return what a piece costs after the discount, in cents: whole dollars and whole per cents."""
    result: Integers = lines.list_prices * (100 - percents(lines.discounts))
    return result


def percents(shares: Floats) -> Integers:
    """Return shares in whole per cents."""
    return np.rint(shares * 100).astype(np.int64)


def returns_of(world: World, orders: Orders, lines: Lines) -> Returns:
    """Return what comes back of lines, whole orders of the web shop, ever."""
    draws, name = world.draws, f"shop/{orders.month.code}/returns"
    at = np.flatnonzero(draws.at(name, lines.keys) < RETURN_SHARE)
    keys, bought = lines.keys[at], lines.quantities[at]
    span = LATEST_RETURN - SOONEST_RETURN + 1
    delay = SOONEST_RETURN + (draws.at(f"{name}/day", keys) * span).astype(np.int64)
    quantities = 1 + (draws.at(f"{name}/quantity", keys) * bought).astype(np.int64)
    are_notes = draws.at(f"{name}/note", keys) < NOTE_SHARE
    days = orders.days[lines.orders[at]] + delay
    return Returns(at, days, quantities, are_notes, _line_numbers(lines, at, days, are_notes))


def _line_numbers(lines: Lines, at: Integers, days: Integers, are_notes: Booleans) -> Integers:
    """Return numbers that follow those of the order, by the day of the return."""
    numbers = np.zeros(len(at), np.int64)
    which = np.flatnonzero(~are_notes)
    of_order = lines.orders[at[which]]
    order = np.lexsort((at[which], days[which], of_order))
    which, of_order = which[order], of_order[order]
    last_place = np.searchsorted(lines.orders, of_order, side="right") - 1
    rank = np.arange(len(which)) - np.searchsorted(of_order, of_order, side="left")
    numbers[which] = lines.positions[last_place] + 1 + rank
    return numbers


def basket_lines(world: World, orders: Orders, lines: Lines) -> BasketLines:
    """Return lines and those of their returns that are lines."""
    returns = returns_of(world, orders, lines)
    returns = returns.of(~returns.are_notes)
    at = np.concatenate([np.arange(len(lines)), returns.at])
    are_returns = np.arange(len(at)) >= len(lines)
    numbers = np.concatenate([lines.positions, returns.line_numbers])
    order = np.argsort(lines.orders[at] * _MOST_LINE_NUMBERS + numbers, kind="stable")
    return BasketLines(
        at=at[order],
        are_returns=are_returns[order],
        numbers=numbers[order],
        quantities=np.concatenate([lines.quantities, -returns.quantities])[order],
        days=np.concatenate([orders.days[lines.orders], returns.days])[order],
        keys=(lines.keys[at] * 2 + are_returns)[order],
    )
