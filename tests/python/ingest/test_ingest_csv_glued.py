"""CSV files that were put together: the header of the second one comes again within the text."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import reader_bench

from ingest.catalogue.entries import load_catalogue

TABLE = next(table for table in load_catalogue().tables if table.table == "px_cat_g1v2")
HEADER = b"ID,CAT\n"
load = partial(reader_bench.load, name="x.csv", table=TABLE)


@pytest.mark.fault(18)
@pytest.mark.parametrize("again", [b"ID,CAT", b'"ID",CAT', b'"ID","CAT"'])
@pytest.mark.parametrize("rows", [1, 200_000])
def test_a_header_behind_a_byte_order_mark(rows: int, again: bytes, tmp_path: Path) -> None:
    """Within the text, where the second file began with one; in a small file and a large one."""
    second = b"\xef\xbb\xbf" + again + b"\n\xef\xbb\xbfID,x\n2,b\n"
    checked, found = load(tmp_path, HEADER + b"1,a\n" * rows + second)
    assert found[-3:] == [(rows, ("1", "a")), (rows + 2, ("\ufeffID", "x")), (rows + 3, ("2", "b"))]
    (record,) = checked.rejected
    assert (record.record_number, record.reason_code) == (rows + 1, "repeated_header")
    assert (record.line_number, record.byte_offset) == (rows + 2, len(HEADER) + 4 * rows)
    assert record.raw_record == "\ufeff" + again.decode()
