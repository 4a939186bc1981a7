"""CRM and ERP: the six formats, their dirt, and the totals that a right pipeline reaches."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sample_bench import (
    Record,
    listed_faults,
    misplaced_faults,
    read_file,
    records_of,
    small,
    write_small,
)

from sample import write_next_days, write_sample
from sample.domains.crm.dirt import KINDS as CRM_KINDS
from sample.domains.crm.files import DUE_AFTER, SHIP_AFTER

HEADERS = {
    "crm/cust_info.csv": "cst_id,cst_key,cst_firstname,cst_lastname,cst_marital_status,cst_gndr,"
    "cst_create_date",
    "crm/prd_info.csv": "prd_id,prd_key,prd_nm,prd_cost,prd_line,prd_start_dt,prd_end_dt",
    "crm/sales_details.csv": "sls_ord_num,sls_prd_key,sls_cust_id,sls_order_dt,sls_ship_dt,"
    "sls_due_dt,sls_sales,sls_quantity,sls_price",
    "erp/CUST_AZ12.csv": "CID,BDATE,GEN",
    "erp/LOC_A101.csv": "CID,CNTRY",
    "erp/PX_CAT_G1V2.csv": "ID,CAT,SUBCAT,MAINTENANCE",
}
WITHOUT_FINAL_LINE_END = {"crm/cust_info.csv", "erp/CUST_AZ12.csv", "erp/PX_CAT_G1V2.csv"}
DIRTY = {kind.full_name: 0.015 for kind in CRM_KINDS if kind.table == "crm.sales_details"}
DIRTY |= {f"crm.sales_details/{name}": 0.2 for name in ("late", "quantity_corrected")}
"""Every kind of dirt of the sales lines, often enough to be there."""
UNDONE = {
    f"crm.sales_details/{name}": 0.0
    for name in ("amount_outlier", "order_date_future", "dates_swapped", "customer_unknown")
}
"""What no rule can undo."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first delivery and three later ones, with much dirt that a right pipeline undoes."""
    target = tmp_path_factory.mktemp("sample") / "files"
    write_small(target, "crm", "erp", rates={**DIRTY, **UNDONE})
    for days in (7, 3, 10):
        write_next_days(target, days)
    return target


@pytest.mark.parametrize("file", HEADERS)
def test_files_are_written_as_the_systems_do(folder: Path, file: str) -> None:
    content = (folder / "landing" / file).read_bytes()
    assert content.split(b"\r\n", 1)[0].decode() == HEADERS[file]
    assert content.count(b"\n") == content.count(b"\r\n")
    assert content.endswith(b"\r\n") == (file not in WITHOUT_FINAL_LINE_END)


def test_the_formats_are_those_of_the_real_files(crm_erp: Path) -> None:
    for file, header in HEADERS.items():
        content = (crm_erp / file).read_bytes()
        assert content.split(b"\r\n", 1)[0].decode() == header
        assert content.endswith(b"\r\n") == (file not in WITHOUT_FINAL_LINE_END)


def test_systems_spell_a_customer_in_three_ways(folder: Path) -> None:
    landing = folder / "landing"
    crm = {row["cst_key"] for row in records_of(landing, "crm/cust_info.csv") if row["cst_id"]}
    born = {row["CID"] for row in records_of(landing, "erp/CUST_AZ12.csv")}
    lives = {row["CID"] for row in records_of(landing, "erp/LOC_A101.csv")}
    # Records of the three systems come late each by itself.
    assert len(crm & {str(key).removeprefix("NAS") for key in born}) > 0.9 * len(crm)
    assert len(crm & {str(key).replace("-", "") for key in lives}) > 0.9 * len(crm)
    assert any(str(key).startswith("NAS") for key in born)
    assert not all(str(key).startswith("NAS") for key in born)


def cleaned(row: Record) -> tuple[str, str, int, int]:
    """Return order, order date, quantity and amount of a sales line by the documented rules."""
    quantity, price = _number(row, "sls_quantity"), _number(row, "sls_price")
    amount = _number(row, "sls_sales")
    if price:
        amount = quantity * abs(price)
    shipped = datetime.strptime(str(row["sls_ship_dt"]), "%Y%m%d").date()
    return (
        str(row["sls_ord_num"]),
        (shipped - timedelta(days=SHIP_AFTER)).isoformat(),
        quantity,
        amount,
    )


def _number(row: Record, column: str) -> int:
    text = str(row[column])
    return int(text) if text.lstrip("-").isdigit() else 0


def test_cleaning_by_the_rules_reaches_the_totals(folder: Path) -> None:
    landing = folder / "landing"
    totals = json.loads((folder / "truth" / "totals.json").read_text())
    latest: dict[tuple[str | None, str | None], Record] = {}
    for row in records_of(landing, "crm/sales_details.csv"):
        latest[row["sls_ord_num"], row["sls_prd_key"]] = row
    lines = [cleaned(row) for row in latest.values()]
    customers = {row["cst_id"] for row in records_of(landing, "crm/cust_info.csv")} - {""}
    sold_to = {row["sls_cust_id"] for row in latest.values()}
    products = records_of(landing, "crm/prd_info.csv")
    assert totals == {
        "customers": len(customers),
        "customers_known_from_sales": len(sold_to - customers),
        "lines": len(lines),
        "orders": len({order for order, *_ in lines}),
        "quantity": sum(quantity for *_, quantity, _ in lines),
        "revenue": sum(amount for *_, amount in lines),
        "first_order_date": min(day for _, day, *_ in lines),
        "last_order_date": max(day for _, day, *_ in lines),
        "products": len({str(row["prd_key"])[6:] for row in products}),
        "product_versions": len(products),
    }


def test_every_listed_fault_is_where_the_ledger_says(folder: Path) -> None:
    faults = listed_faults(folder)
    assert misplaced_faults(folder, faults) == []
    kinds = {fault.kind for fault in faults}
    asked = {kind for kind, rate in {**DIRTY, **UNDONE}.items() if rate}
    assert asked - kinds == set()
    assert kinds & set(UNDONE) == set()


def test_every_wrong_value_is_listed(tmp_path: Path) -> None:
    """The same business without dirt differs from the dirty one in the listed values alone."""
    clean = write_small(tmp_path / "clean", "crm", "erp", rates={"*": 0.0})
    dirty = write_small(tmp_path / "dirty", "crm", "erp")
    faults = listed_faults(dirty)
    for file in HEADERS:
        added = {fault.line for fault in faults if fault.file == file and not fault.column}
        rows = read_file(dirty / "landing" / file)
        kept = [(line, row) for line, row in enumerate(rows, 2) if line not in added]
        found = Counter(
            (line, column)
            for (line, row), right in zip(kept, _delivered(clean, dirty, file), strict=True)
            for column in row
            if row[column] != right[column]
        )
        listed = {(it.line, it.column) for it in faults if it.file == file and it.column}
        assert set(found) == listed


KEYS = {
    "crm/cust_info.csv": ("cst_key",),
    "crm/sales_details.csv": ("sls_ord_num", "sls_prd_key"),
    "erp/CUST_AZ12.csv": ("CID",),
    "erp/LOC_A101.csv": ("CID",),
}
"""What no dirt changes, of the tables whose records may come late."""


def _delivered(clean: Path, dirty: Path, file: str) -> list[Record]:
    """Return clean records, without those that come late in the dirty sample."""
    rows = read_file(clean / "landing" / file)
    if file not in KEYS:
        return rows
    there = {_key(row, file) for row in read_file(dirty / "landing" / file)}
    return [row for row in rows if _key(row, file) in there]


def _key(row: Record, file: str) -> tuple[str | None, ...]:
    return tuple(row[name] for name in KEYS[file])


def test_dates_of_a_line_follow_one_another(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "clean", "crm", rates={"*": 0.0})
    rows = records_of(folder / "landing", "crm/sales_details.csv")
    for row in rows:
        days = [
            datetime.strptime(str(row[name]), "%Y%m%d")
            for name in ("sls_order_dt", "sls_ship_dt", "sls_due_dt")
        ]
        assert (days[1] - days[0]).days == SHIP_AFTER
        assert (days[2] - days[0]).days == DUE_AFTER
        assert int(row["sls_sales"] or 0) == int(row["sls_quantity"] or 0) * int(
            row["sls_price"] or 0
        )
    assert len(rows) > 500


def test_large_samples_have_a_file_a_month(tmp_path: Path) -> None:
    settings = small(order_lines=500_000, rates={"*": 0.0})
    written = write_sample(tmp_path / "large", settings, domains=["crm"], processes=2)
    sales = [file for file in written.files if file.startswith("crm/sales_details")]
    assert sales == [f"crm/sales_details/2023-{month:02d}.csv" for month in (3, 4, 5, 6)]
    assert written.rows["crm.sales_details"] > 300_000
