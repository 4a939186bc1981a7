"""Reads a landing folder without the code under test."""

from __future__ import annotations

import csv
from pathlib import Path

CUSTOMERS = "crm/cust_info.csv"
PRODUCTS = "crm/prd_info.csv"
SALES = "crm/sales_details.csv"
ERP_CUSTOMERS = "erp/CUST_AZ12.csv"
LOCATIONS = "erp/LOC_A101.csv"
CATEGORIES = "erp/PX_CAT_G1V2.csv"
FILES = [CUSTOMERS, PRODUCTS, SALES, ERP_CUSTOMERS, LOCATIONS, CATEGORIES]

Rows = list[dict[str, str]]


def read_rows(folder: Path) -> dict[str, Rows]:
    found = {}
    for path in FILES:
        with (folder / path).open(newline="", encoding="utf-8") as handle:
            found[path] = list(csv.DictReader(handle))
    return found


def read_bytes(folder: Path) -> dict[str, bytes]:
    """Every file that there is, by its path within the folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
