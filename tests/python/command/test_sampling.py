"""`saleslake ingest --sample`: the first records of new files, as they would land."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from command_line import saleslake
from ingest_bench import CATEGORIES, EVERYTHING, PLACES, Bench
from typed_bench import TypedBench

from ingest import sampling
from ingest.catalogue.tables import Catalogue
from ingest.readers.bytes import utf8_chunks

FILE = "erp/LOC_A101/1.csv"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, EVERYTHING)


def sampled(bench: Bench, count: int, *tables: str) -> dict[str, dict[str, object]]:
    before = sorted(bench.landing.parent.rglob("*"))
    command = ["ingest", *tables, "--sample", str(count), "--landing", str(bench.landing)]
    found = json.loads(saleslake(*command, lake=bench.lake, json_output=True))
    assert sorted(bench.landing.parent.rglob("*")) == before
    return {file["path"]: file for file in found["files"]}


def misfits(file: dict[str, object]) -> list[tuple[int, int, str]]:
    found = file["misfits"]
    assert isinstance(found, list)
    return [(one["record_number"], one["line_number"], one["reason_code"]) for one in found]


def test_the_first_records_with_their_misfits_and_columns(bench: Bench) -> None:
    bench.write(FILE, 'CID,REGION\n1,"a\nb"\nbad\n3,c\n4,d\n')
    file = sampled(bench, 3)[FILE]
    assert file["columns"] == ["CID", "REGION"]
    assert (file["new_columns"], file["missing_columns"]) == (["REGION"], ["CNTRY"])
    assert (file["record_numbers"], file["records"]) == ([1, 3], [["1", "a\nb"], ["3", "c"]])
    assert misfits(file) == [(2, 4, "field_count")]
    assert (file["problem"], file["is_whole"]) == (None, False)
    assert sampled(bench, 4)[FILE]["is_whole"]


def test_what_the_sample_shows_is_what_the_run_lands(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.write("erp/LOC_A101/1.csv", "CID,CNTRY\n" + "".join(f"{n},DE\n" for n in range(9)))
    bench.write("erp/LOC_A101/2.csv.gz", gzip.compress(b"CNTRY,CID\nFR,x\nbad\nIT,\n"))
    tables = (
        replace(table, patterns=("erp/LOC_A101/*",)) if table.name == PLACES else table
        for table in EVERYTHING.tables
    )
    bench.catalogue = Catalogue(tuple(tables))
    monkeypatch.setattr("command.ingesting.load_catalogue", lambda _: bench.catalogue)
    found = sampled(bench, 1000)
    assert len(found) == 2
    sample: dict[tuple[str, int], dict[str, object]] = {}
    for path, file in found.items():
        columns, numbers, records = file["columns"], file["record_numbers"], file["records"]
        assert isinstance(columns, list)
        assert isinstance(numbers, list)
        assert isinstance(records, list)
        for number, record in zip(numbers, records, strict=True):
            sample[path, number] = dict(zip(columns, record, strict=True))
    bench.ingest()
    landed = {}
    for row in bench.rows(PLACES):
        origin = row["_metadata"]
        assert isinstance(origin, dict)
        place = (origin["file_path"], origin["row_number"])
        landed[place] = {"CID": row["CID"], "CNTRY": row["CNTRY"]}
    assert sample == landed
    assert len(landed) == 11


def test_values_are_shown_in_the_types_in_which_they_land(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints = "amount decimal(9,2)"
    bench = TypedBench(
        tmp_path,
        "csv",
        {"cloudFiles.inferColumnTypes": True, "cloudFiles.schemaHints": hints},
        ("CID", "n", "amount"),
    )
    monkeypatch.setattr("command.ingesting.load_catalogue", lambda _: bench.catalogue)
    bench.write(FILE, "CID,n,amount\n1,7,1.5\n2,8,1.555\n")
    file = sampled(bench, 5)[FILE]
    assert file["types"] == ["string", "bigint", "decimal(9,2)"]
    assert file["records"] == [["1", "7", "1.50"], ["2", "8", None]]
    assert file["rescued"] == [{"record_number": 2, "column": "amount", "value": "1.555"}]
    landing = ["--landing", str(bench.landing)]
    lines = saleslake("ingest", "--sample", "2", *landing, lake=bench.lake).splitlines()
    assert lines[1:5] == [
        "  CID string  n bigint  amount decimal(9,2)",
        "  1           7         1.50",
        "  2           8",
        "  RESCUED record 2: its amount is no decimal(9,2): 1.555",
    ]
    bench.ingest()
    landed = [[str(row[name]) for name in ("CID", "n", "amount")] for row in bench.rows(PLACES)]
    assert landed == [["1", "7", "1.50"], ["2", "8", "None"]]
    bench.write(FILE, "CID,n,amount\n1,007,1\n")  # by now n has its type
    assert sampled(bench, 5)[FILE]["records"] == [["1", None, "1.00"]]


def test_only_new_files_of_the_tables_asked_for(bench: Bench) -> None:
    bench.write(FILE, "CID,CNTRY\n1,DE\n")
    bench.ingest()
    bench.write("erp/LOC_A101/2.csv", "CID,CNTRY\n2,DE\n")
    bench.write("erp/PX_CAT_G1V2.csv", "ID,CAT\n1,x\n")
    assert list(sampled(bench, 1)) == ["erp/LOC_A101/2.csv", "erp/PX_CAT_G1V2.csv"]
    assert list(sampled(bench, 1, CATEGORIES)) == ["erp/PX_CAT_G1V2.csv"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a,b\n1,2\n", "expected column names"),
        (b"%PDF-1.7", "PDF"),
        (b"", "empty"),
        (b'CID,CNTRY\n1,"DE\n', "quote"),
        (b"CID,CNTRY\n1,\xff\n", "not valid utf-8"),
    ],
)
def test_a_file_that_cannot_be_loaded_says_why(content: bytes, problem: str, bench: Bench) -> None:
    bench.write(FILE, content)
    file = sampled(bench, 5)[FILE]
    assert problem in str(file["problem"])
    assert file["records"] == []


def test_no_more_of_a_large_file_is_read_than_it_takes(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def counted(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
        for chunk in utf8_chunks(stream, encoding):
            read.append(len(chunk))
            yield chunk

    monkeypatch.setattr(sampling, "utf8_chunks", counted)
    bench.write(FILE, "CID,CNTRY\n" + "123456789,DE\n" * 1_000_000)
    file = sampled(bench, 2)[FILE]
    assert (file["record_numbers"], file["is_whole"]) == ([1, 2], False)
    assert sum(read) <= 2 << 20
    # A value that goes on over the first megabyte needs more of it.
    read.clear()
    bench.write(FILE, f'CID,CNTRY\n1,"{"x" * 900 + chr(10)}{("y" * 999 + chr(10)) * 1500}"\n2,DE\n')
    assert sampled(bench, 2)[FILE]["record_numbers"] == [1, 2]


def test_for_people(bench: Bench) -> None:
    landing = ["--landing", str(bench.landing)]
    bench.write(FILE, "CID,CNTRY\n1,\x1b[2JDE\nbad\n3,FR\n")
    lines = saleslake("ingest", "--sample", "2", *landing, lake=bench.lake).splitlines()
    assert lines == [
        f"{FILE} ({PLACES})",
        "  CID  CNTRY",
        "  1    \\x1b[2JDE",
        "  MISFIT record 2, line 3: 1 field where the header has 2",
        "  2 records; the file holds more",
        "",
        "1 new file. Nothing was written.",
    ]
