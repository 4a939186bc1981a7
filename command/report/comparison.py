"""What a run changed: the lake after it beside the lake after the run before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from command.report.figures import CurrencyFigures, Figures
from command.report.lake_tables import TableState
from command.report.past_run import PastCurrency, PastRun

MONEY = ("revenue", "profit")
COUNTED = ("orders",)


@dataclass(frozen=True)
class RowChange:
    """A table whose number of rows is another one than before; 0 where it did not exist."""

    table: str
    rows_before: int
    rows_now: int


@dataclass(frozen=True)
class AmountChange:
    """A figure of one currency, or of the whole lake, before and now."""

    figure: str
    currency_code: str
    before: Decimal
    now: Decimal

    @property
    def difference(self) -> Decimal:
        """Now less before."""
        return self.now - self.before

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of its currency, and not a number of orders in it."""
        return self.figure in MONEY


@dataclass(frozen=True)
class Comparison:
    """What is different since the run before.

    Attributes:
        run_id: that run.
        started_at: when it began.
        figures: figures that differ.
        tables: tables whose number of rows differs.
    """

    run_id: str
    started_at: datetime
    figures: tuple[AmountChange, ...]
    tables: tuple[RowChange, ...]


def compare(
    before: PastRun | None, figures: Figures | None, tables: Sequence[TableState]
) -> Comparison | None:
    """Compare the lake with what the run before left; None when there is no such run."""
    if before is None:
        return None
    rows_before = {table.full_name: table.rows or 0 for table in before.lake_tables}
    rows_now = {table.full_name: table.rows or 0 for table in tables if table.layer != "ops"}
    rows_before = {name: rows for name, rows in rows_before.items() if not name.startswith("ops.")}
    return Comparison(
        run_id=before.run_id,
        started_at=before.started_at,
        figures=_figure_changes(before, figures),
        tables=tuple(
            RowChange(name, rows_before.get(name, 0), rows_now.get(name, 0))
            for name in {**rows_now, **rows_before}
            if rows_before.get(name, 0) != rows_now.get(name, 0)
        )
        if rows_before
        else (),
    )


def _figure_changes(run: PastRun, figures: Figures | None) -> tuple[AmountChange, ...]:
    if figures is None or run.figures is None:
        return ()
    past = {currency.currency_code: currency for currency in run.figures.currencies}
    present = {currency.currency_code: currency for currency in figures.currencies}
    changes = [
        AmountChange("customers", "", Decimal(run.figures.customers), Decimal(figures.customers)),
        AmountChange("products", "", Decimal(run.figures.products), Decimal(figures.products)),
    ]
    for code in {**present, **past}:
        pairs = zip(_amounts(past.get(code)), _amounts(present.get(code)), strict=True)
        changes += [
            AmountChange(figure, code, before, now)
            for figure, (before, now) in zip((*MONEY, *COUNTED), pairs, strict=True)
        ]
    return tuple(change for change in changes if change.difference)


def _amounts(currency: CurrencyFigures | PastCurrency | None) -> list[Decimal]:
    """Return revenue, profit and orders; nothing of a currency that is not there."""
    if currency is None:
        return [Decimal(0)] * 3
    return [currency.revenue, currency.profit, Decimal(currency.orders)]
