"""The six formats: the same headers, line ends and value shapes as the real files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sample_reading import (
    CATEGORIES,
    CUSTOMERS,
    ERP_CUSTOMERS,
    FILES,
    LOCATIONS,
    PRODUCTS,
    SALES,
    Rows,
    read_rows,
)

from sample import write_sample_landing

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "crm_erp"
needs_real_files = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real files are not at {REAL}")

ISO_DATE = r"\d{4}-\d\d-\d\d"
SHAPES = {
    CUSTOMERS: {
        "cst_id": r"\d{5}|",
        "cst_key": r"[A-Z]{2}\d{8}|\w{4,8}",
        "cst_firstname": r" *[A-Z][\w.' -]+ *|",
        "cst_lastname": r" *[A-Z][\w.' -]+ *|",
        "cst_marital_status": r"[MS]|",
        "cst_gndr": r"[MF]|",
        "cst_create_date": rf"{ISO_DATE}|",
    },
    PRODUCTS: {
        "prd_id": r"\d{3}",
        "prd_key": r"[A-Z]{2}-[A-Z]{2}-[A-Z]{2}-[A-Z0-9]+(-[A-Z0-9]+)?",
        "prd_nm": r"\w.*[\w.]",
        "prd_cost": r"\d+|",
        "prd_line": r"[MRST] ?|",
        "prd_start_dt": ISO_DATE,
        "prd_end_dt": rf"{ISO_DATE}|",
    },
    SALES: {
        "sls_ord_num": r"[A-Z]{2}\d{5}",
        "sls_prd_key": r"[A-Z]{2}-[A-Z0-9]+(-[A-Z0-9]+)?",
        "sls_cust_id": r"\d{5}",
        "sls_order_dt": r"\d{8}|0|\d{4,5}",
        "sls_ship_dt": r"\d{8}",
        "sls_due_dt": r"\d{8}",
        "sls_sales": r"-?\d+|",
        "sls_quantity": r"[1-9]\d*",
        "sls_price": r"-?\d+|",
    },
    ERP_CUSTOMERS: {
        "CID": r"(NAS)?[A-Z]{2}\d{8}",
        "BDATE": ISO_DATE,
        "GEN": r"Male|Female|[MF] ?| *",
    },
    LOCATIONS: {"CID": r"[A-Z]{2}-\d{8}", "CNTRY": r"[A-Z][A-Za-z ]+| *"},
    CATEGORIES: {
        "ID": r"[A-Z]{2}_[A-Z]{2}",
        "CAT": r"[\w ]+",
        "SUBCAT": r"[\w -]+",
        "MAINTENANCE": r"Yes|No",
    },
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "landing"
    write_sample_landing(folder)
    return folder


@pytest.fixture(scope="module")
def rows(folder: Path) -> dict[str, Rows]:
    return read_rows(folder)


@needs_real_files
@pytest.mark.parametrize("path", FILES)
def test_header_and_ends_equal_the_real_ones(folder: Path, path: str) -> None:
    real, ours = (REAL / path).read_bytes(), (folder / path).read_bytes()
    assert ours.split(b"\r\n")[0] == real.split(b"\r\n")[0]
    assert ours.endswith(b"\r\n") == real.endswith(b"\r\n")
    assert ours[:3].isascii()
    assert real[:3].isascii()
    assert (b'"' in ours) == (b'"' in real)


@pytest.mark.parametrize("path", FILES)
def test_every_line_end_is_crlf(folder: Path, path: str) -> None:
    content = (folder / path).read_bytes()
    assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n") > 0


@needs_real_files
@pytest.mark.parametrize("path", FILES)
def test_the_shapes_hold_for_the_real_files_too(path: str) -> None:
    real = read_rows(REAL)[path]
    for column, shape in SHAPES[path].items():
        odd = [row[column] for row in real if not re.fullmatch(shape, row[column])]
        assert odd == []


@pytest.mark.parametrize("path", FILES)
def test_every_value_has_its_shape(rows: dict[str, Rows], path: str) -> None:
    assert list(rows[path][0]) == list(SHAPES[path])
    for column, shape in SHAPES[path].items():
        odd = [row[column] for row in rows[path] if not re.fullmatch(shape, row[column])]
        assert odd == []


@needs_real_files
@pytest.mark.parametrize(
    ("path", "column"),
    [
        (CUSTOMERS, "cst_key"),
        (PRODUCTS, "prd_key"),
        (PRODUCTS, "prd_nm"),
        (SALES, "sls_ord_num"),
        (SALES, "sls_prd_key"),
        (CATEGORIES, "ID"),
    ],
)
def test_no_key_or_name_is_copied(rows: dict[str, Rows], path: str, column: str) -> None:
    real = {row[column] for row in read_rows(REAL)[path]}
    assert real.isdisjoint(row[column] for row in rows[path])


def test_half_of_the_erp_customers_carry_the_prefix(rows: dict[str, Rows]) -> None:
    prefixed = [row["CID"].startswith("NAS") for row in rows[ERP_CUSTOMERS]]
    assert sum(prefixed) == len(prefixed) // 2
