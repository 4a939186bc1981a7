"""Files to raw tables: every record once, whatever is delivered and in whatever order."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from deltalake import DeltaTable
from ingest_bench import (
    CATEGORIES,
    CUSTOMER_HEADER,
    CUSTOMERS,
    EVERYTHING,
    PLACES,
    START,
    Bench,
    of,
    reasons,
)

from ingest.catalogue.tables import Catalogue
from ingest.raw.columns import decide_columns
from saleslake.errors import CatalogueError, LedgerError

CHANGED = "changed or vanished after it was planned"


def test_the_real_files(tmp_path: Path, crm_erp: Path) -> None:
    bench = Bench(tmp_path, EVERYTHING)
    bench.landing = crm_erp
    result = bench.ingest()
    loaded = {table.name: table.rows_loaded for table in result.tables if table.rows_loaded}
    assert loaded == {
        "crm.cust_info": 18_494,
        "crm.prd_info": 397,
        "crm.sales_details": 60_398,
        "erp.cust_az12": 18_484,
        "erp.loc_a101": 18_484,
        "erp.px_cat_g1v2": 37,
    }
    assert bench.quarantine() == []
    for path in crm_erp.glob("*/*.csv"):
        with path.open(newline="", encoding="utf-8") as handle:
            header, *delivered = csv.reader(handle)
        folder = bench.folder_of(f"{path.parent.name}.{path.stem.lower()}")
        table = DeltaTable(folder).to_pyarrow_table(columns=header)
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        assert sorted(rows) == sorted(map(tuple, delivered))
    before = bench.versions()
    assert not bench.ingest().anything_new
    assert bench.versions() == before


def test_where_a_record_came_from(tmp_path: Path) -> None:
    bench = Bench(tmp_path, EVERYTHING)
    bench.write("crm/prd_info.csv", "prd_id,prd_cost\n1,2\n")
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1, \n2,DE\n")
    bench.ingest()
    place, product = bench.rows(PLACES)[1], bench.rows("crm.prd_info")[0]
    file = (bench.landing / "erp/LOC_A101.csv").stat()
    origin = place["_metadata"]
    assert isinstance(origin, dict)
    modified = origin.pop("file_modification_time")
    assert round(modified.timestamp() * 1e6) == file.st_mtime_ns // 1000
    assert origin == {
        "file_path": "erp/LOC_A101.csv",
        "file_name": "LOC_A101.csv",
        "file_size": file.st_size,
        "row_number": 2,
        "content_hash": hashlib.sha256(b"CID,CNTRY\n1, \n2,DE\n").hexdigest(),
    }
    assert (place["_identity_namespace"], place["_currency_code"]) == ("crm_erp", None)
    assert (product["_identity_namespace"], product["_currency_code"]) == ("crm_erp", "USD")
    assert (place["_rescued_data"], place["batch_id"]) == (None, 1)
    assert place["ingestion_timestamp"] == START.replace(hour=1)
    schema = json.loads(DeltaTable(bench.folder_of(PLACES)).schema().to_json())
    kinds = {field["name"]: field["type"] for field in schema["fields"]}
    assert kinds["ingestion_timestamp"] == "timestamp"
    assert kinds["batch_id"] == "long"
    assert list(kinds)[:3] == ["CID", "CNTRY", "_rescued_data"]


def test_an_empty_landing_folder_gives_all_tables_and_a_second_run_writes_nothing(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path, EVERYTHING)
    result = bench.ingest()
    assert (result.batch_id, result.anything_new, result.anything_set_aside) == (None, False, False)
    before = bench.versions()
    # A table whose types are in its files comes with the first of them.
    untyped = [table for table in EVERYTHING.tables if table.format != "parquet"]
    ops = {"ops.ingested_files", "ops.quarantined_records", "ops.full_deliveries"}
    assert set(before) == {f"raw_{table.name}" for table in untyped} | ops
    assert bench.rows(CUSTOMERS) == []
    bench.ingest()
    assert bench.versions() == before


def test_late_files_get_the_next_batch_and_known_ones_are_left_alone(tmp_path: Path) -> None:
    bench = Bench(tmp_path, EVERYTHING)
    bench.write("crm/cust_info.csv", CUSTOMER_HEADER + "1,A,,,,,\n")
    bench.write("erp/PX_CAT_G1V2.csv", "ID,CAT\n1,x\n")
    bench.ingest()
    untouched = bench.versions()["raw_erp.px_cat_g1v2"]
    bench.write("crm/cust_info/2026-01.csv", CUSTOMER_HEADER + "2,B,,,,,\n")
    result = bench.ingest()
    found = of(result, CUSTOMERS)
    assert (result.batch_id, found.files_loaded, found.files_known) == (2, 1, 1)
    assert bench.values(CUSTOMERS, "cst_id") == ["1", "2"]
    assert bench.values(CUSTOMERS, "batch_id") == [1, 2]
    assert bench.versions()["raw_erp.px_cat_g1v2"] == untouched
    assert bench.states("crm/cust_info/2026-01.csv") == ["planned", "committed"]


@pytest.mark.fault(22)
def test_new_content_under_the_same_name_is_loaded_even_with_the_same_size_and_time(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path)
    path = bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    before = path.stat()
    bench.ingest()
    path.write_text("CID,CNTRY\n1,FR\n", "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert of(bench.ingest(), PLACES).rows_loaded == 1
    assert sorted(map(str, bench.values(PLACES, "CNTRY"))) == ["DE", "FR"]


@pytest.mark.fault(22)
def test_the_same_content_under_another_name_is_reported_and_not_loaded(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    content = "CID,CNTRY\n1,DE\n"
    bench.write("erp/LOC_A101.csv", content)
    bench.write("erp/LOC_A101/copy.csv", content)
    bench.write("erp/CUST_AZ12.csv", content)  # another table: the same bytes are other data
    result = bench.ingest()
    assert of(result, PLACES).duplicates == ["erp/LOC_A101/copy.csv"]
    assert of(result, "erp.cust_az12").rows_loaded == 1
    bench.write("erp/LOC_A101/again.csv", content)
    assert of(bench.ingest(), PLACES).duplicates == [
        "erp/LOC_A101/copy.csv",
        "erp/LOC_A101/again.csv",
    ]
    before = bench.versions()
    assert len(of(bench.ingest(), PLACES).duplicates) == 2
    assert bench.versions() == before
    assert bench.values(PLACES, "CID") == ["1"]


def test_columns_are_found_by_name_and_the_table_grows(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    bench.ingest()
    bench.write("erp/LOC_A101/2.csv", "REGION,cid,City name\nr,2,c\n")
    bench.write("erp/LOC_A101/3.csv", "Cntry,region,CID\nFR,s,3\n")
    found = of(bench.ingest(), PLACES)
    assert found.new_columns == ["REGION", "City_name"]
    assert found.missing_columns == ["CNTRY"]
    columns = ["CID", "CNTRY", "REGION", "City_name"]
    assert [tuple(row[name] for name in columns) for row in bench.rows(PLACES)] == [
        ("1", "DE", None, None),
        ("2", None, "r", "c"),
        ("3", "FR", "s", None),
    ]
    bench.write("erp/LOC_A101/4.csv", "CID,CNTRY,region\n4,DE,t\n")
    assert of(bench.ingest(), PLACES).new_columns == []


def test_decide_columns() -> None:
    columns = decide_columns(["A", "B"], ["A", "B"], [["b", "C"], ["a", "c", "B"]])
    assert (columns.names, columns.new, columns.missing) == (("A", "B", "C"), ("C",), ("A",))


def test_a_file_set_aside_stops_nothing_and_is_tried_again_when_mended(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", "COUNTRY,CNTRY\n1,DE\n")
    bench.write("erp/LOC_A101/good.csv", "CID,CNTRY\n2,DE\n")
    bench.write("erp/PX_CAT_G1V2.csv", b"\x1f\x8b...")
    for expect_new in (True, False):
        result = bench.ingest()
        assert result.anything_set_aside
        assert result.anything_new is expect_new
        assert "lacks the business key CID" in reasons(of(result, PLACES))["erp/LOC_A101.csv"]
        assert "gzip data" in reasons(of(result, CATEGORIES))["erp/PX_CAT_G1V2.csv"]
    assert bench.states("erp/LOC_A101.csv") == ["set_aside"]
    before = bench.versions()
    bench.ingest()
    assert bench.versions() == before
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    assert reasons(of(bench.ingest(), PLACES)) == {}
    assert bench.values(PLACES, "CID") == ["1", "2"]
    assert bench.states("erp/LOC_A101.csv") == ["set_aside", "planned", "committed"]


def test_bad_records_are_quarantined_and_the_others_loaded(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\nbad\nCID,CNTRY\n2,FR\n")
    bench.write("erp/LOC_A101/only_bad.csv", "CID,CNTRY\nworse\n")
    result = bench.ingest()
    found = of(result, PLACES)
    assert (found.rows_read, found.rows_loaded, found.rows_quarantined) == (5, 2, 3)
    assert (result.anything_new, result.anything_set_aside) == (True, True)
    assert [row["_metadata"]["row_number"] for row in bench.rows(PLACES)] == [1, 4]  # type: ignore[index]
    names = ["table_name", "file_path", "record_number", "line_number", "reason_code", "raw_record"]
    assert sorted(tuple(row[name] for name in names) for row in bench.quarantine()) == [
        ("loc_a101", "erp/LOC_A101.csv", 2, 3, "field_count", "bad"),
        ("loc_a101", "erp/LOC_A101.csv", 3, 4, "repeated_header", "CID,CNTRY"),
        ("loc_a101", "erp/LOC_A101/only_bad.csv", 1, 2, "field_count", "worse"),
    ]
    assert not bench.ingest().anything_set_aside


def test_ignored_and_empty_files_are_reported_always_and_recorded_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("README.md", "x")
    bench.write("erp/LOC_A101.csv", "")
    bench.write("erp/CUST_AZ12.csv", "CID,BDATE,GEN\n")
    expected = {
        "README.md": "matches no catalogue pattern",
        "erp/CUST_AZ12.csv": "the file holds a header and no record",
        "erp/LOC_A101.csv": "the file is empty",
    }
    result = bench.ingest()
    assert {entry.path: entry.reason for entry in result.ignored} == expected
    assert (result.anything_new, result.anything_set_aside) == (False, False)
    before = bench.versions()
    assert {entry.path: entry.reason for entry in bench.ingest().ignored} == expected
    assert bench.versions() == before
    assert [row["state"] for row in bench.ledger()] == ["ignored"] * 3


def test_a_file_that_matches_two_tables_is_refused(tmp_path: Path) -> None:
    places = next(table for table in EVERYTHING.tables if table.name == PLACES)
    bench = Bench(tmp_path, Catalogue((places, replace(places, table="other"))))
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    with pytest.raises(CatalogueError, match=r"erp\.other and also erp\.loc_a101"):
        bench.ingest()


@pytest.mark.fault(12)
@pytest.mark.parametrize("lost", ["raw/erp/loc_a101", "ops/ingested_files"])
def test_a_lost_table_or_ledger_is_noticed(tmp_path: Path, lost: str) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    bench.ingest()
    shutil.rmtree(bench.lake.root / lost)
    with pytest.raises(LedgerError, match=r"erp\.loc_a101"):
        bench.ingest()


def test_the_result_is_plain_json_without_values(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\nMiller,DE\nMiller\n")
    bench.write("erp/CUST_AZ12.csv", "Miller,Miller\nMiller,1\n")
    result = bench.ingest()
    text = json.dumps(result.to_json())
    assert "Miller" not in text
    assert json.loads(text)["tables"][1]["rows_quarantined"] == 1
    assert "Miller" not in json.dumps(bench.ledger(), default=str)
