"""The process that is measured beside the sample: customers and order lines by Faker, row by row.

As its documentation shows it: values of a row by calls of one generator, rows by the csv module.

    python -m bench.sample.faker_rows <folder> <lines> <customers>
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from faker import Faker

LINES_PER_ORDER = 2
PRODUCTS = 64


def write_rows(folder: Path, lines: int, customers: int) -> None:
    """Write customers and order lines with the columns of the CRM."""
    fake = Faker("en_US")
    Faker.seed(1)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "cust_info.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "key", "first_name", "last_name", "status", "gender", "created"])
        for number in range(customers):
            writer.writerow(
                [
                    number,
                    f"FG{number:08d}",
                    fake.first_name(),
                    fake.last_name(),
                    fake.random_element("MS"),
                    fake.random_element("MF"),
                    fake.date_between("-8y", "-4y").isoformat(),
                ]
            )
    with (folder / "sales_details.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            [
                "order",
                "product",
                "customer",
                "day",
                "shipped",
                "due",
                "amount",
                "pieces",
                "price",
            ]
        )
        for number in range(lines):
            day = fake.date_between("-4y", "today")
            price, pieces = fake.random_int(5, 900), fake.random_int(1, 5)
            writer.writerow(
                [
                    f"HO{number // LINES_PER_ORDER:08d}",
                    f"TR-{fake.random_int(1, PRODUCTS):04d}",
                    fake.random_int(0, customers - 1),
                    day.strftime("%Y%m%d"),
                    day.strftime("%Y%m%d"),
                    day.strftime("%Y%m%d"),
                    price * pieces,
                    pieces,
                    price,
                ]
            )


def main() -> int:
    """Write the rows; return the exit code."""
    write_rows(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
