"""What is found in a CSV file does not depend on where a block ends that is parsed at once."""

from __future__ import annotations

import codecs
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import reader_bench

from ingest.catalogue.entries import load_catalogue
from ingest.readers import csv as csv_reader

TABLE = next(table for table in load_catalogue().tables if table.table == "px_cat_g1v2")
HEADER = b"ID,CAT\n"
load = partial(reader_bench.load, name="x.csv", table=TABLE)
refusal = partial(reader_bench.refusal, name="x.csv", table=TABLE)


def test_numbers_and_lines_hold_across_blocks(tmp_path: Path) -> None:
    """More than one block of pyarrow and many chunks of the scan, CR LF at every place."""
    filler = b"x" * 120
    lines = [
        b"short" if number % 5000 == 0 else b'%d,"%s"' % (number, filler)
        for number in range(1, 100_001)
    ]
    checked, found = load(tmp_path, HEADER.replace(b"\n", b"\r\n") + b"\r\n".join(lines) + b"\r\n")
    assert [record.record_number for record in checked.rejected] == list(range(5000, 100_001, 5000))
    assert [record.line_number for record in checked.rejected] == list(range(5001, 100_002, 5000))
    assert all(str(number) == row[0] for number, row in found)
    assert len(found) == 100_000 - 20


def test_a_large_file_is_counted_as_a_small_one(tmp_path: Path) -> None:
    """Only its first column is looked at, unless the header may come again."""
    lines = [b"%d,%s\n" % (number, b"x" * 90) for number in range(10_000)]
    lines[5_000] = b"1,2,3\n"
    checked, found = load(tmp_path, HEADER + b"".join(lines))
    assert (checked.columns, len(found)) == (("ID", "CAT"), 9_999)
    assert [record.record_number for record in checked.rejected] == [5_001]
    assert found[5_000] == (5_002, ("5001", "x" * 90))
    lines[7_000] = HEADER
    lines[7_001] = b"ID,another\n"
    checked, found = load(tmp_path, HEADER + b"".join(lines))
    codes = [(record.record_number, record.reason_code) for record in checked.rejected]
    assert codes == [(5_001, "field_count"), (7_001, "repeated_header")]
    assert (7_002, ("ID", "another")) in found


def test_a_record_longer_than_a_block_is_loaded(tmp_path: Path) -> None:
    long = b"y" * (3 * csv_reader.BLOCK_SIZE)
    checked, found = load(tmp_path, HEADER + b"1,a\n2," + long + b"\n3,b\n")
    assert checked.rows_loaded == 3
    assert found == [(1, ("1", "a")), (2, ("2", long.decode())), (3, ("3", "b"))]


@pytest.mark.fault(20)
@pytest.mark.parametrize("before", [b"\n", b"y"])
def test_records_after_a_header_that_fills_a_block_are_not_passed_over(
    before: bytes, tmp_path: Path
) -> None:
    """Blank lines, or a name that is too long: loaded or refused, and never called empty."""
    content = before * (csv_reader.BLOCK_SIZE + 100) + HEADER + b"1,a\n"
    if before == b"\n":
        _, found = load(tmp_path, content)
        assert found == [(1, ("1", "a"))]
    else:
        any_header = replace(TABLE, columns=(), business_key=())
        assert "is longer than 255" in refusal(tmp_path, content, table=any_header)


@pytest.mark.fault(20)
def test_a_byte_order_mark_and_a_header_that_fill_a_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text is as long as a block, and the file is longer."""
    monkeypatch.setattr(csv_reader, "BLOCK_SIZE", 16)
    _, found = load(tmp_path, codecs.BOM_UTF8 + b"ID,CAT,SUBCAT\n,,")
    assert found == [(1, ("", "", ""))]


@pytest.mark.fault(17)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_line_end_within_a_value_is_whole_wherever_a_block_ends(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "ID,CAT\r\n" + "".join(f'{number},"a\r\n\r\rb\r\n"\r\n' for number in range(30))
    expected = [(number + 1, (str(number), "a\r\n\r\rb\r\n")) for number in range(30)]
    table = replace(TABLE, options=replace(TABLE.options, encoding=encoding))
    for size in range(20, 60):
        monkeypatch.setattr(csv_reader, "BLOCK_SIZE", size)
        content = text.encode(encoding)
        assert load(tmp_path, content, table=table)[1] == expected
