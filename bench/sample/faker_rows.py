"""The process that is measured beside the sample: the same tables by Faker, a call for each value.

As its documentation shows it, row by row, written by the csv module. No coherence is tried for, but
that ids are of a range; no dirt, no truth.

    python -m bench.sample.faker_rows <folder> <order lines>
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from faker import Faker

Values = Sequence[object]

SHARES = {
    "crm_customers": 0.12,
    "erp_customers": 0.12,
    "erp_locations": 0.12,
    "shop_customers": 0.05,
    "shop_orders": 0.13,
    "crm_lines": 0.73,
    "shop_lines": 0.27,
}
"""Rows of each table for an order line, as the sample has them."""
PAYMENTS = ("card", "paypal", "bank transfer", "gift card", "invoice")
COUNTRIES = ("United States", "Germany", "United Kingdom", "Australia", "France", "Canada")
GROUPS = ("Garden", "Camping", "Hiking", "Workwear")


class FakerRows:
    """Makes rows of each table.

    Args:
        lines: order lines in all; ids of customers and orders are below it.
    """

    def __init__(self, lines: int) -> None:
        self._fake = Faker("en_US")
        self._fake.seed_instance(1)
        self._lines = lines

    def rows(self, table: str) -> Iterator[Values]:
        """Yield the rows of a table, one of SHARES."""
        make = {
            "crm_customers": self._crm_customer,
            "erp_customers": self._erp_customer,
            "erp_locations": self._erp_location,
            "shop_customers": self._shop_customer,
            "shop_orders": self._shop_order,
            "crm_lines": self._crm_line,
            "shop_lines": self._shop_line,
        }[table]
        return map(make, range(round(SHARES[table] * self._lines)))

    def _crm_customer(self, number: int) -> Values:
        fake = self._fake
        came = fake.date_between("-8y", "-4y").isoformat()
        names = fake.first_name(), fake.last_name()
        codes = fake.random_element("MS"), fake.random_element("MF")
        return number, f"FG{number:08d}", *names, *codes, came

    def _erp_customer(self, number: int) -> Values:
        born = self._fake.date_of_birth(minimum_age=18, maximum_age=80).isoformat()
        return f"NASFG{number:08d}", born, self._fake.random_element(("Male", "Female"))

    def _erp_location(self, number: int) -> Values:
        return f"FG-{number:08d}", self._fake.random_element(COUNTRIES)

    def _shop_customer(self, number: int) -> Values:
        fake = self._fake
        address = fake.street_address(), fake.postcode(), fake.city(), fake.state_abbr()
        who = fake.email(), fake.first_name(), fake.last_name()
        came = fake.date_between("-4y", "today").isoformat()
        return f"CUST_{number:05d}", number, *who, *address, COUNTRIES[0], came, fake.boolean()

    def _shop_order(self, number: int) -> Values:
        fake = self._fake
        return (
            f"TXN_{number:010d}",
            f"CUST_{fake.random_int(0, self._lines):05d}",
            fake.random_element(GROUPS),
            f"{fake.random_int(500, 90_000) / 100:.2f}",
            fake.date_between("-4y", "today").isoformat(),
            fake.random_element(PAYMENTS),
            fake.name(),
        )

    def _crm_line(self, number: int) -> Values:
        fake = self._fake
        day = fake.date_between("-4y", "today").strftime("%Y%m%d")
        price, pieces = fake.random_int(5, 900), fake.random_int(1, 5)
        product = f"TR-{fake.random_int(1, 64):04d}"
        customer = fake.random_int(0, self._lines)
        amounts = price * pieces, pieces, price
        return f"HO{number // 2:08d}", product, customer, day, day, day, *amounts

    def _shop_line(self, number: int) -> Values:
        fake = self._fake
        price, pieces = fake.random_int(500, 90_000) / 100, fake.random_int(1, 5)
        product = f"TR-{fake.random_int(1, 64):04d}"
        discount = fake.random_element((0, 0, 0, 0.1, 0.2))
        amounts = f"{price:.2f}", discount, f"{price * (1 - discount):.2f}"
        day = fake.date_between("-4y", "today").isoformat()
        return f"TXN_{number // 2:010d}", number % 2 + 1, product, pieces, *amounts, "", day


def write_rows(folder: Path, lines: int) -> dict[str, int]:
    """Write all tables for a number of order lines; return their rows."""
    folder.mkdir(parents=True, exist_ok=True)
    made = FakerRows(lines)
    return {table: _write(folder / f"{table}.csv", made.rows(table)) for table in SHARES}


def _write(file: Path, rows: Iterable[Values]) -> int:
    written = 0
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        for row in rows:
            writer.writerow(row)
            written += 1
    return written


def main() -> int:
    """Write the rows; return the exit code."""
    written = write_rows(Path(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(f"{sum(written.values())}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
