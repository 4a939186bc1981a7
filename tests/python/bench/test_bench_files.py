"""The files that are measured: as many lines as asked for, like the delivered ones."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from bench.files import (
    LATE_SHARE,
    MADE_AT,
    SALES_FOLDER,
    Source,
    choose_source,
    copies_of,
    copy_files,
    late_lines,
    new_lines,
    read_lines,
    repeated,
    write_many,
    write_new_lines,
)
from ingest.catalogue.entries import load_catalogue

CATALOGUE = load_catalogue()
HEADER = (
    "sls_ord_num,sls_prd_key,sls_cust_id,sls_order_dt,sls_ship_dt,sls_due_dt,"
    "sls_sales,sls_quantity,sls_price"
)
LINES = [
    "SO1,A,1,20130101,20130108,20130113,10,1,10",
    "SO1,B,1,20130101,20130108,20130113,20,2,10",
    "SO2,A,2,0,20130108,20130113,,1,10",
]


@pytest.fixture
def source(tmp_path: Path) -> Source:
    folder = tmp_path / "source"
    (folder / "crm").mkdir(parents=True)
    (folder / "erp").mkdir()
    content = "\n".join([HEADER, *LINES]) + "\n"
    (folder / "crm" / "sales_details.csv").write_text(content, encoding="utf-8")
    (folder / "erp" / "LOC_A101.csv").write_text("CID,CNTRY\nAW-1,DE\n", encoding="utf-8")
    (folder / "LICENSE").write_text("MIT", encoding="utf-8")
    return Source(folder, is_sample=False)


def rows(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def keys(lines: pa.Table) -> list[tuple[object, object]]:
    return list(
        zip(lines["sls_ord_num"].to_pylist(), lines["sls_prd_key"].to_pylist(), strict=True)
    )


def test_only_the_catalogue_s_files_are_copied_with_their_times(
    source: Source, tmp_path: Path
) -> None:
    landing = tmp_path / "landing"
    copy_files(source, CATALOGUE, landing)
    files = {file.relative_to(landing).as_posix() for file in landing.rglob("*") if file.is_file()}
    assert files == {"crm/sales_details.csv", "erp/LOC_A101.csv"}
    copied = (landing / "erp" / "LOC_A101.csv").stat().st_mtime_ns
    assert copied == (source.folder / "erp" / "LOC_A101.csv").stat().st_mtime_ns


def test_many_lines_are_the_same_lines_of_other_orders(source: Source, tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    write_many(source, CATALOGUE, landing, 8)
    (file,) = sorted((landing / SALES_FOLDER).iterdir())
    assert file.stat().st_mtime == MADE_AT.timestamp()
    header, *lines = rows(file)
    assert ",".join(header) == HEADER
    expected = [
        f"{line.split(',', 1)[0]}-{copy:04d},{line.split(',', 1)[1]}"
        for copy in range(3)
        for line in LINES
    ]
    assert [",".join(line) for line in lines] == expected[:8]
    assert b'"' not in file.read_bytes()
    assert CATALOGUE.table_of(file.relative_to(landing).as_posix()) is not None
    assert not (landing / "crm" / "sales_details.csv").exists()
    assert (landing / "erp" / "LOC_A101.csv").exists()


def test_many_lines_come_in_several_files(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.files.LINES_PER_FILE", 5)
    landing = tmp_path / "landing"
    write_many(source, CATALOGUE, landing, 14)
    files = sorted((landing / SALES_FOLDER).iterdir())
    assert [file.read_bytes().count(b"\n") - 1 for file in files] == [6, 6, 2]


@pytest.mark.parametrize(("lines", "copies"), [(1, 1), (3, 1), (4, 2), (9, 3), (10, 4)])
def test_copies(source: Source, lines: int, copies: int) -> None:
    own = read_lines(source, CATALOGUE)
    assert copies_of(own, lines) == copies
    assert sum(part.num_rows for part in repeated(own, lines)) == lines


@pytest.mark.parametrize("copies", [0, 1, 4])
def test_new_lines_are_of_new_orders_and_some_late_ones(source: Source, copies: int) -> None:
    own = read_lines(source, CATALOGUE)
    delivered = pa.concat_tables(repeated(own, copies * own.num_rows)) if copies else own
    made = new_lines(own, 20, copies)
    assert made.num_rows == 20
    assert len(set(keys(made))) == 20
    assert not set(keys(made)) & set(keys(delivered))
    old_orders = set(delivered["sls_ord_num"].to_pylist())
    late = [order for order, _ in keys(made) if order in old_orders]
    # Two are asked for, and only the second order lacks a product.
    assert len(late) == 1
    assert 20 * LATE_SHARE == 2


def test_late_lines_have_a_product_that_their_order_lacks(source: Source) -> None:
    own = read_lines(source, CATALOGUE)
    assert keys(late_lines(own, 5)) == [("SO2", "B")]
    assert late_lines(own, 0).num_rows == 0


def test_the_new_file_is_delivered_later_than_the_others(source: Source, tmp_path: Path) -> None:
    own = read_lines(source, CATALOGUE)
    file = write_new_lines(tmp_path, new_lines(own, 5, 0))
    assert file.stat().st_mtime > MADE_AT.timestamp()
    assert len(rows(file)) == 6
    table = CATALOGUE.table_of(file.relative_to(tmp_path).as_posix())
    assert table is not None
    assert table.name == "crm.sales_details"


def test_the_sample_stands_in_where_the_real_files_are_not(tmp_path: Path, source: Source) -> None:
    assert choose_source(source.folder, tmp_path / "unused") == source
    assert not (tmp_path / "unused").exists()
    chosen = choose_source(tmp_path / "absent", tmp_path / "sample")
    assert chosen == Source(tmp_path / "sample" / "landing", is_sample=True)
    assert read_lines(chosen, CATALOGUE).num_rows > 1000
