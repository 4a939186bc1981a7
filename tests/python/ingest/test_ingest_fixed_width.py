"""Fixed-width text: fields by their characters, every line loaded or quarantined."""

from __future__ import annotations

import bz2
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import reader_bench
from ingest_bench import PLACES, Bench, of

from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue
from ingest.readers import base, reader_of
from ingest.readers.base import FileChangedError, UnreadableFileError

TABLE = replace(
    next(table for table in load_catalogue().tables if table.name == PLACES),
    format="fixed_width",
    widths=(4, 6),
)
load = partial(reader_bench.load, name="x.txt", table=TABLE)


def test_fields_by_characters(tmp_path: Path) -> None:
    content = "   1DE    \r\n\n2   Köln\xa0x\n0003\n0 04a b   "
    checked, found = load(tmp_path, content)
    assert (checked.columns, checked.rejected) == (("CID", "CNTRY"), ())
    assert found == [
        (1, ("1", "DE")),
        (2, ("2", "Köln\xa0x")),
        (3, ("0003", "")),
        (4, ("0 04", "a b")),
    ]


@pytest.mark.parametrize(("line", "length"), [("123", 3), ("1234567890x", 11)])
def test_a_line_of_another_length_is_quarantined(line: str, length: int, tmp_path: Path) -> None:
    checked, found = load(tmp_path, f"1   DE\n{line}\n2   FR     \n")
    assert found == [(1, ("1", "DE")), (3, ("2", "FR"))]
    (rejected,) = checked.rejected
    assert (rejected.line_number, rejected.raw_record) == (2, line)
    assert rejected.reason == f"{length} characters where the catalogue has 10"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("1   DE\n12", "line 2: the last line has 2 characters and has no line end"),
        ("CID,CNTRY and more\n1,D\n", "line 1: 18 characters where the catalogue has 10"),
        (b"1   D\xff\n", "line 1: bytes that are not valid utf-8"),
        (b"%PDF-1.7\n", "a PDF document"),
    ],
)
def test_sets_the_file_aside(content: str | bytes, expected: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=expected):
        load(tmp_path, content)


def test_nothing_in_it(tmp_path: Path) -> None:
    assert load(tmp_path, " \n")[0].empty == "the file is empty"


def test_too_many_misfits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_REJECTED", 3)
    with pytest.raises(UnreadableFileError, match="more than 3 lines are not 10 characters long"):
        load(tmp_path, "1   DE\n" + "1\n" * 5)


def test_many_lines_compressed(tmp_path: Path) -> None:
    packed = bz2.compress(b"".join(b"%04dDE    \n" % (n % 10_000) for n in range(120_000)))
    _, found = load(tmp_path, packed, name="x.txt.bz2")
    assert (len(found), found[-1]) == (120_000, (120_000, ("9999", "DE")))


def test_a_file_that_changes_between_check_and_load_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text("1   DE\n")
    reader = reader_of(TABLE)
    checked = reader.check(file)
    with pytest.raises(FileChangedError):
        list(reader.records(file, "", checked))


def test_into_a_raw_table(tmp_path: Path) -> None:
    bench = Bench(tmp_path, Catalogue((TABLE,)))
    bench.write("erp/LOC_A101/1.csv", "1   DE\nx\n2   FR\n")
    result = of(bench.ingest(), PLACES)
    assert (result.rows_loaded, result.rows_quarantined) == (2, 1)
    assert bench.values(PLACES, "CNTRY") == ["DE", "FR"]


@pytest.mark.parametrize(
    ("encoding", "offset"), [("utf-8", 14), ("utf-8-sig", 14), ("cp1252", 10), ("utf-16", None)]
)
def test_the_place_of_a_line_in_the_bytes_is_exact_or_not_told(
    encoding: str, offset: int | None, tmp_path: Path
) -> None:
    table = replace(TABLE, options=replace(TABLE.options, encoding=encoding))
    mark = "\ufeff" if encoding == "utf-8" else ""
    content = (mark + "1   Köln\n\nbad\n2   DE\n").encode(encoding)
    checked, _ = load(tmp_path, content, name="x.txt", table=table)
    assert [record.byte_offset for record in checked.rejected] == [offset]
