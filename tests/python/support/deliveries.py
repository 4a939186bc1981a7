"""Later deliveries made from a landing folder: late, corrected, new and unknown records.

Each is a set of files with their own modification times, because those decide which record of a key
is the latest. Any order and batching of the same deliveries must give the same gold.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HEADERS = {
    "crm/cust_info": "cst_id,cst_key,cst_firstname,cst_lastname,cst_marital_status,cst_gndr,"
    "cst_create_date",
    "crm/prd_info": "prd_id,prd_key,prd_nm,prd_cost,prd_line,prd_start_dt,prd_end_dt",
    "crm/sales_details": "sls_ord_num,sls_prd_key,sls_cust_id,sls_order_dt,sls_ship_dt,sls_due_dt,"
    "sls_sales,sls_quantity,sls_price",
    "erp/CUST_AZ12": "CID,BDATE,GEN",
    "erp/LOC_A101": "CID,CNTRY",
    "erp/PX_CAT_G1V2": "ID,CAT,SUBCAT,MAINTENANCE",
}
BASE_TIME = 1_767_225_600
"""2026-01-01 UTC, in seconds: the modification time of the first delivery's files."""


@dataclass(frozen=True)
class Delivery:
    """Files that arrive together: records by path below the landing folder, without headers.

    Attributes:
        name: what the delivery brings.
        days: how many days after the first one its files were written.
        files: records by path; the first two parts of the path name the table.
    """

    name: str
    days: int
    files: dict[str, list[str]]

    def write(self, landing: Path) -> None:
        """Write the files, with their times, into a landing folder."""
        for path, records in self.files.items():
            file = landing / path
            file.parent.mkdir(parents=True, exist_ok=True)
            table = "/".join(path.removesuffix(".csv").split("/")[:2])
            lines = [HEADERS[table], *records]
            file.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
            at = BASE_TIME + self.days * 86_400
            os.utime(file, (at, at))


def records(base: Path, table: str) -> list[str]:
    """The records of one of the six files, without its header."""
    text = (base / f"{table}.csv").read_text(encoding="utf-8")
    return [line for line in text.splitlines()[1:] if line.strip()]


def base_delivery(base: Path, *, half_of_sales: bool) -> Delivery:
    """The six files; of the sales every second line only, so that orders are torn apart."""
    files = {f"{table}.csv": records(base, table) for table in HEADERS}
    if half_of_sales:
        files["crm/sales_details.csv"] = files["crm/sales_details.csv"][::2]
    return Delivery("the six files", 0, files)


def rest_of_sales(base: Path) -> Delivery:
    """The other lines of the sales: late lines of orders and dates that are there already."""
    return Delivery(
        "late sales", 1, {"crm/sales_details/late.csv": records(base, "crm/sales_details")[1::2]}
    )


def changes(base: Path) -> list[Delivery]:
    """Changed customers, products and sales, and records that refer to what is not there yet."""
    # A sale without dirt: its customer, product and order are reused below.
    line = next(row for row in map(_fields, records(base, "crm/sales_details")) if all(row))
    order, product, customer = line[0], line[1], line[2]
    known = {row[0]: row for row in map(_fields, records(base, "crm/cust_info"))}
    number = known[customer][1]
    versions = map(_fields, records(base, "crm/prd_info"))
    version = [row for row in versions if row[1][6:] == product][-1]
    dates = line[3:6]
    return [
        Delivery(
            "changed customers",
            2,
            {
                "crm/cust_info/changes.csv": [
                    f"{customer},{number},Renamed, Customer ,S,F,2030-01-01",
                    "99001,ZZ00099001,New,Customer,M,M,2030-01-01",
                ],
                "erp/LOC_A101/changes.csv": [f"{number[:2]}-{number[2:]},Netherlands"],
            },
        ),
        Delivery(
            "a new product version and a corrected cost",
            3,
            {
                "crm/prd_info/changes.csv": [
                    f"99001,{version[1]},{version[2]},77,{version[4]},2030-01-01,",
                    f"{version[0]},{version[1]},{version[2]},55,{version[4]},{version[5]},",
                ]
            },
        ),
        Delivery(
            "a corrected line, a line of an old order, an unknown customer and product",
            4,
            {
                "crm/sales_details/corrections.csv": [
                    ",".join([order, product, customer, *dates, "300", "3", "100"]),
                    ",".join([order, "ZZ-LATE-1", customer, *dates, "40", "4", "10"]),
                    ",".join(["ZZ1", product, "99002", *dates, "50", "1", "50"]),
                ]
            },
        ),
        Delivery(
            "who the unknown customer is",
            5,
            {
                "crm/cust_info/late.csv": ["99002,ZZ00099002,Late,Customer,M,M,2030-01-02"],
                "erp/CUST_AZ12/late.csv": ["NASZZ00099002,1970-01-01,Male"],
                "erp/LOC_A101/late.csv": ["ZZ-00099002,France"],
            },
        ),
    ]


def write_all(deliveries: Sequence[Delivery], landing: Path) -> None:
    """Write several deliveries into one landing folder."""
    for delivery in deliveries:
        delivery.write(landing)


def _fields(record: str) -> list[str]:
    return record.split(",")
