"""The geometry of the page's charts, in per cent of their frame; pure, the template draws.

A chart is stretched to whatever room there is, so it holds no text: labels are set beside it at the
same per cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import floor, log10

from command.report.figures import Share

SHOWN_BARS = 10
SHOWN_LABELS = 8
COLUMN_FILL = 0.78
"""How much of a month's room its column takes."""


@dataclass(frozen=True)
class Column:
    """One month: a rectangle from the zero line up, or down for a negative amount."""

    month: str
    amount: Decimal
    is_partial: bool
    left: float
    width: float
    top: float
    height: float


@dataclass(frozen=True)
class Label:
    """A text at a place on an axis, in per cent from the left or the top."""

    text: str
    at: float


@dataclass(frozen=True)
class ColumnChart:
    """Amounts over time.

    Attributes:
        columns: the months, without a gap.
        ticks: amounts on the vertical axis.
        months: names on the horizontal axis.
        zero: the zero line.
        summary: what is to be seen, in words.
    """

    columns: tuple[Column, ...]
    ticks: tuple[Label, ...]
    months: tuple[Label, ...]
    zero: float
    summary: str

    @property
    def widest_tick(self) -> str:
        """The longest text of the vertical axis: it decides how much room that takes."""
        return max((tick.text for tick in self.ticks), key=len)


@dataclass(frozen=True)
class Bar:
    """One member of a breakdown; its width is that of the largest amount at most."""

    name: str
    amount: Decimal
    share: Decimal
    width: float


def bars(shares: Sequence[Share]) -> list[Bar]:
    """Return the members' bars, the smallest of many summed up as others."""
    shown = list(shares[:SHOWN_BARS])
    rest = shares[SHOWN_BARS:]
    if len(rest) > 1:
        shown.append(Share(f"{len(rest)} others", sum((s.amount for s in rest), Decimal(0))))
    else:
        shown += rest
    total = sum((share.amount for share in shares), Decimal(0))
    largest = max((abs(share.amount) for share in shown), default=Decimal(0))
    return [
        Bar(
            name=share.name,
            amount=share.amount,
            share=share.amount / total if total else Decimal(0),
            width=_percent(abs(share.amount), largest),
        )
        for share in shown
    ]


def column_chart(shares: Sequence[Share], currency: str) -> ColumnChart | None:
    """Return the chart of months such as ``2014-01``; None when there is nothing to draw."""
    months = _without_gaps([share for share in shares if _month_number(share.name) is not None])
    highest = max((share.amount for share in months), default=Decimal(0))
    if not any(share.amount for share in months):
        return None
    ticks = _ticks(min(Decimal(0), *(share.amount for share in months)), max(Decimal(0), highest))
    low, high = ticks[0], ticks[-1]
    room = 100 / len(months)
    zero = _percent(high, high - low)
    best = max(months, key=lambda share: share.amount)
    return ColumnChart(
        columns=tuple(
            Column(
                month=share.name,
                amount=share.amount,
                is_partial=share.is_partial,
                left=round(room * (position + (1 - COLUMN_FILL) / 2), 3),
                width=round(room * COLUMN_FILL, 3),
                top=_percent(high - max(share.amount, Decimal(0)), high - low),
                height=_percent(abs(share.amount), high - low),
            )
            for position, share in enumerate(months)
        ),
        ticks=tuple(Label(_short(t), _percent(high - t, high - low)) for t in ticks),
        months=_month_labels([share.name for share in months], room),
        zero=zero,
        summary=(
            f"Revenue by month in {currency}, {months[0].name} to {months[-1].name}; "
            f"the highest month is {best.name} with {best.amount:,.0f}."
        ),
    )


def _without_gaps(shares: Sequence[Share]) -> list[Share]:
    """Put a month without sales between its neighbours: time runs evenly."""
    by_number = {_month_number(share.name) or 0: share for share in shares}
    if not by_number:
        return []
    return [
        by_number.get(number, Share(f"{number // 12:04}-{number % 12 + 1:02}", Decimal(0)))
        for number in range(min(by_number), max(by_number) + 1)
    ]


def _month_number(name: str) -> int | None:
    """Return the months from year 0 to a month such as ``2014-01``; None for another text."""
    try:
        first = date.fromisoformat(f"{name}-01")
    except ValueError:
        return None
    return first.year * 12 + first.month - 1


def _month_labels(names: Sequence[str], room: float) -> tuple[Label, ...]:
    """Name each month of a short time, each January of a long one; never too many."""
    years = [(at, name[:4]) for at, name in enumerate(names) if name.endswith("-01") or at == 0]
    if len(years) > 1 and years[1][0] < len(names) / SHOWN_LABELS:
        years = years[1:]  # the first year's name would stand on the second one's
    found = years if len(names) > 12 else list(enumerate(names))
    step = -(-len(found) // SHOWN_LABELS)
    return tuple(Label(text, round(room * at, 3)) for at, text in found[::step])


def _ticks(low: Decimal, high: Decimal) -> list[Decimal]:
    """Return three to six round amounts from at most ``low`` to at least ``high``."""
    rough = float(high - low) / 4
    power = 10.0 ** floor(log10(rough))
    step = Decimal(str(next(power * f for f in (1, 2, 2.5, 5, 10) if power * f >= rough * 0.999)))
    first, last = (low / step).__floor__(), -((-high / step).__floor__())
    return [step * number for number in range(first, last + 1)]


def _short(amount: Decimal) -> str:
    """Return a round amount in few characters: ``500 k``, ``1.5 M``."""
    for size, unit in [(Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "M"), (Decimal(1000), "k")]:
        if abs(amount) >= size:
            return f"{(amount / size).normalize():f} {unit}"
    return f"{amount.normalize():f}"


def _percent(part: Decimal, whole: Decimal) -> float:
    return round(float(part / whole) * 100, 3) if whole else 0.0
