"""The web shop's files for tests: all tables of a sample, and their values by type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from sample_bench import Record, records_of


@dataclass(frozen=True)
class Shop:
    """The records that a sample has delivered, by table."""

    customers: list[Record]
    orders: list[Record]
    order_lines: list[Record]
    return_notes: list[Record]
    prices: list[Record]
    promotions: list[Record]

    @property
    def sold(self) -> list[Record]:
        """Order lines without those of returns."""
        return [row for row in self.order_lines if not row["returned_line_number"]]

    @property
    def returned(self) -> list[Record]:
        """Order lines of returns."""
        return [row for row in self.order_lines if row["returned_line_number"]]


def shop_of(folder: Path) -> Shop:
    """Return what the shop has delivered in a sample's folder."""
    files = (
        "customers.csv",
        "orders.csv",
        "order_lines.csv",
        "return_notes.jsonl",
        "prices.parquet",
        "promotions.jsonl",
    )
    return Shop(*(records_of(folder / "landing", f"shop/{file}") for file in files))


def text(row: Record, column: str) -> str:
    """Return a value; nothing for a missing one."""
    return row[column] or ""


def whole(row: Record, column: str) -> int:
    """Return a whole number."""
    return int(text(row, column))


def money(row: Record, column: str) -> Decimal:
    """Return an amount, exactly."""
    return Decimal(text(row, column))


def day(row: Record, column: str) -> date:
    """Return a date."""
    return date.fromisoformat(text(row, column))


def line_of(row: Record, number: str = "line_number") -> tuple[str, int]:
    """Return order and line number."""
    return text(row, "transaction_id"), whole(row, number)
