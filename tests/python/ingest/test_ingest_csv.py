"""Ugly CSV files: every record is loaded or quarantined, or the file is set aside with a reason."""

from __future__ import annotations

import bz2
import gzip
import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest
import reader_bench

from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import DeliveredTable
from ingest.readers import base, reader_of
from ingest.readers.base import FileChangedError

TABLE = next(table for table in load_catalogue().tables if table.table == "px_cat_g1v2")
HEADER = b"ID,CAT\n"
load = partial(reader_bench.load, name="x.csv", table=TABLE)
refusal = partial(reader_bench.refusal, name="x.csv", table=TABLE)


def with_options(**options: str | bool | None) -> DeliveredTable:
    return replace(TABLE, options=replace(TABLE.options, **options))  # type: ignore[arg-type]


@pytest.mark.fault(30)
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"ID,CAT\n1,2\n", [("1", "2")]),
        (b"ID,CAT\n1,2", [("1", "2")]),
        (b"ID,CAT\r\n1,2\r\n3,4", [("1", "2"), ("3", "4")]),
        (b"ID,CAT\r1,2\r3,4\r", [("1", "2"), ("3", "4")]),
        (b"ID,CAT\n1,2\r\n3,4\r5,6\n", [("1", "2"), ("3", "4"), ("5", "6")]),
        (b"\xef\xbb\xbfID,CAT\n1,2\n", [("1", "2")]),
        (b'\xef\xbb\xbf"ID","CAT"\n1,2\n', [("1", "2")]),
        (b"\n\nID,CAT\n\n1,2\n\n\n3,4\n\n", [("1", "2"), ("3", "4")]),
        (b'ID,CAT\n"a, b","x ""y"""\n', [("a, b", 'x "y"')]),
        (b'ID,CAT\n1,"a\r\nb\nc"\n2,d\n', [("1", "a\r\nb\nc"), ("2", "d")]),
        (b'ID,CAT\n1,5" pipe\n2,a"b"c\n', [("1", '5" pipe'), ("2", 'a"b"c')]),
        (b'ID,CAT\n1,""\n2,\n', [("1", ""), ("2", "")]),
        (b"ID,CAT\n007, NULL \n1.0,null\n", [("007", " NULL "), ("1.0", "null")]),
        (b"ID,CAT\n=1+1,<script>\n", [("=1+1", "<script>")]),
    ],
)
def test_values_are_as_delivered(
    tmp_path: Path, content: bytes, expected: list[tuple[str, ...]]
) -> None:
    checked, found = load(tmp_path, content)
    assert found == list(enumerate(expected, start=1))
    assert checked.columns == ("ID", "CAT")
    assert checked.rejected == ()


def test_misfits_are_rejected_with_their_place_and_the_rest_is_loaded(tmp_path: Path) -> None:
    content = b'\nID,CAT\n1,"x\ny"\n\nshort\n2,b\nID,CAT\n3,c,long\n"4\n",d,"l\nong"\n5,e\n'
    checked, found = load(tmp_path, content)
    assert found == [(1, ("1", "x\ny")), (3, ("2", "b")), (7, ("5", "e"))]
    assert [
        (record.record_number, record.line_number, record.reason_code, record.raw_record)
        for record in checked.rejected
    ] == [
        (2, 6, "field_count", "short"),
        (4, 8, "repeated_header", "ID,CAT"),
        (5, 9, "field_count", "3,c,long"),
        (6, 10, "field_count", '"4\n",d,"l\nong"'),
    ]
    assert checked.rejected[0].reason == "1 field where the header has 2"


@pytest.mark.fault(18)
def test_the_header_again_is_kept_as_it_is_written(tmp_path: Path) -> None:
    content = b'"ID","CAT"\r\n1,2\r\nID,"CAT"\r\nID,3\r\n\r\n"ID",CAT\r\n'
    checked, found = load(tmp_path, content)
    assert found == [(1, ("1", "2")), (3, ("ID", "3"))]
    assert [(record.line_number, record.raw_record) for record in checked.rejected] == [
        (3, 'ID,"CAT"'),
        (6, '"ID",CAT'),
    ]


@pytest.mark.fault(18)
def test_the_header_again_at_the_end_is_no_sign_of_a_cut_off_upload(tmp_path: Path) -> None:
    checked, found = load(tmp_path, HEADER + b"1,2\nshort\nID,CAT")
    assert found == [(1, ("1", "2"))]
    codes = [record.reason_code for record in checked.rejected]
    assert codes == ["field_count", "repeated_header"]


def test_a_short_last_record_with_a_line_end_is_one_bad_record(tmp_path: Path) -> None:
    checked, found = load(tmp_path, HEADER + b"1,2\n3\n")
    assert found == [(1, ("1", "2"))]
    assert [record.line_number for record in checked.rejected] == [3]


NOT_UTF_8 = (
    "line 3: bytes that are not valid utf-8; set the table's option encoding to what it is written "
    "in, such as cp1252"
)


@pytest.mark.fault(15, 16, 17, 18)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HEADER + b"1,2\n3", "line 3: the last record has 1 field where the header has 2"),
        (HEADER + b'1,2\n3,"Miller', "line 3: a quote is opened and never closed"),
        (HEADER + b'1,"2\n3,"Miller"\n4,5\n', "line 2: text follows a closing quote"),
        (HEADER + b"1,2\n3,Miller\xff\n", NOT_UTF_8),
        (HEADER + b"1,2\n3,\x00\n", "line 3: a NUL character"),
        (HEADER + b"1," + b"x" * (30 << 20) + b"\n", "line 2: a record is longer than 8 MB"),
        (HEADER + b'1,"' + b"x\n" * (15 << 20) + b'"\n', "line 2: a record is longer than 8 MB"),
        (b"ID" + b",x" * 5000 + b"\n1" + b",x" * 5000, "5001 columns"),
        (b"CAT,SUBCAT\n1,2\n", "lacks the business key ID; found: CAT, SUBCAT"),
        (b"Miller,2\n1,2\n", "the header is missing, or this is another table's file"),
        (b"ID,CAT,id\n1,2,3\n", "holds column 'id' more than once"),
        (b"ID,a b,a_b\n1,2,3\n", "holds column 'a_b' more than once"),
        (b"ID,,CAT\n1,2,3\n", "column 2 has no name"),
        (b"ID,CAT,\n1,2,\n", "column 3 has no name"),
        (b"ID,_metadata\n1,2\n", "holds '_metadata', a column that ingest adds"),
        (b"ID," + b"x" * 300 + b"\n1,2\n", "longer than 255"),
        (gzip.compress(HEADER + b"1,2\n", mtime=0), "gzip data, and its name does not end in .gz"),
        (b"PK\x03\x04" + b"\0" * 40, "an Excel workbook"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><p>Not found", "an HTML or XML page"),
        ("ID,CAT\n1,2\n".encode("utf-16"), "UTF-16 text, and the catalogue declares utf-8"),
        ("ID,CAT\n1,2\n".encode("utf-16"), "set the table's option encoding to what it is"),
        (b"ID;CAT\n1;2\n", "it is one column with ';' in it: if that is what stands"),
        (
            b"ID\tCAT\n1\t2\n",
            "with a tab in it: if that is what stands between the fields, set the",
        ),
    ],
)
def test_sets_the_file_aside(tmp_path: Path, content: bytes, reason: str) -> None:
    assert reason in refusal(tmp_path, content)


def test_sets_aside_a_file_of_misfits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_REJECTED", 3)
    assert len(load(tmp_path, HEADER + b"1\n" * 3)[0].rejected) == 3
    reason = refusal(tmp_path, HEADER + b"1\n" * 4)
    assert "more than 3 records do not have" in reason
    assert "options delimiter and quote" in reason
    assert "more than 3 records" in refusal(tmp_path, HEADER + b"1,2\n" + HEADER * 4)


def test_sets_aside_a_file_of_long_misfits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_REJECTED_SIZE", 1 << 20)
    misfit = b"1" * 300_000 + b"\n"
    assert len(load(tmp_path, HEADER + misfit * 3)[0].rejected) == 3
    assert "more than 1 MB of records do not have" in refusal(tmp_path, HEADER + misfit * 4)


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"x", b"ID,CAT", HEADER])
def test_empty_is_no_failure(tmp_path: Path, content: bytes) -> None:
    checked, _ = load(tmp_path, content)
    assert checked.empty
    assert checked.rows_read == 0


def test_columns_keep_their_names_but_for_what_delta_refuses(tmp_path: Path) -> None:
    checked, found = load(tmp_path, b'cat, id ,"unit price (EUR)",a;b=c\n1,2,3,4\n')
    assert checked.columns == ("cat", "id", "unit_price__EUR_", "a_b_c")
    assert found == [(1, ("1", "2", "3", "4"))]


@pytest.mark.fault(16)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252", "utf-8-sig"])
def test_declared_encodings(tmp_path: Path, encoding: str) -> None:
    content = "ID,CAT\r\n1,é\r\n".encode(encoding)
    _, found = load(tmp_path, content, table=with_options(encoding=encoding))
    assert found == [(1, ("1", "é"))]


def zstandard(content: bytes) -> bytes:
    return bytes(pa.compress(content, codec="zstd", asbytes=True))


@pytest.mark.fault(14)
@pytest.mark.parametrize(
    ("ending", "compress"), [("gz", gzip.compress), ("bz2", bz2.compress), ("zst", zstandard)]
)
def test_compressed_files(ending: str, compress: Callable[[bytes], bytes], tmp_path: Path) -> None:
    content = HEADER + b"".join(b"%d,%d\n" % (n, n * n) for n in range(10_000))
    packed = compress(content)
    checked, found = load(tmp_path, packed, name=f"x.csv.{ending}")
    assert (checked.rows_loaded, found[-1]) == (10_000, (10_000, ("9999", "99980001")))
    for damaged in (packed[:-9], packed[: len(packed) // 2]):
        reason = refusal(tmp_path, damaged, name=f"x.csv.{ending}")
        assert reason == "the compressed data is damaged or cut off"
    assert "does not end in" in refusal(tmp_path, packed)
    assert f"is named .{ending} and is not" in refusal(tmp_path, HEADER, name=f"x.csv.{ending}")


@pytest.mark.fault(14)
def test_a_wrong_checksum(tmp_path: Path) -> None:
    packed = gzip.compress(HEADER + b"1,2\n")
    wrong_sum = packed[:-8] + b"\0\0\0\0" + packed[-4:]
    assert "damaged" in refusal(tmp_path, wrong_sum, name="x.csv.gz")


def test_without_a_header_the_columns_are_the_catalogue_s(tmp_path: Path) -> None:
    table = replace(with_options(header=False), columns=("ID", "CAT"))
    content = b'\n1,2\nID,CAT\n"3\n4",5\n6\n7,8\n'
    checked, found = load(tmp_path, content, table=table)
    assert checked.columns == ("ID", "CAT")
    assert found == [(1, ("1", "2")), (2, ("ID", "CAT")), (3, ("3\n4", "5")), (5, ("7", "8"))]
    (short,) = checked.rejected
    assert (short.record_number, short.line_number, short.raw_record) == (4, 6, "6")
    assert short.reason == "1 field where the catalogue has 2"
    wide, found = load(tmp_path, b"1,2,3\n4,5,6\n", table=table)
    assert (len(wide.rejected), found) == (2, [])


def test_a_file_that_changes_between_check_and_load_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(HEADER + b"1,2\n")
    reader = reader_of(TABLE)
    checked = reader.check(file)
    with pytest.raises(FileChangedError):
        list(reader.records(file, hashlib.sha256(b"something else").hexdigest(), checked))
    file.unlink()
    with pytest.raises(FileChangedError):
        list(reader.records(file, "", checked))
