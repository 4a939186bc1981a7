"""CSV files in which a character is escaped, or that have no quotes, or others than usual."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import reader_bench

from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import DeliveredTable
from ingest.readers import bytes as bytes_reader
from ingest.readers import csv as csv_reader

TABLE = next(table for table in load_catalogue().tables if table.table == "px_cat_g1v2")
HEADER = b"ID,CAT\n"
load = partial(reader_bench.load, name="x.csv", table=TABLE)
refusal = partial(reader_bench.refusal, name="x.csv", table=TABLE)


def with_options(**options: str | None) -> DeliveredTable:
    return replace(TABLE, options=replace(TABLE.options, **options))  # type: ignore[arg-type]


def test_other_dialects(tmp_path: Path) -> None:
    escaped = with_options(delimiter=";", escape="\\")
    _, found = load(tmp_path, b'ID;CAT\n1;a\\;b\n2;"x\\"y\n"\n', table=escaped)
    assert found == [(1, ("1", "a;b")), (2, ("2", 'x"y\n'))]
    _, found = load(tmp_path, b'ID\tCAT\n1\t"a\n', table=with_options(delimiter="\t", quote=None))
    assert found == [(1, ("1", '"a'))]


def test_an_escaped_line_end_is_no_end_of_a_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without quotes, wherever a block ends: the records are those of one large block."""
    table = with_options(quote=None, escape="\\")
    content = HEADER + b"".join(b"%d,a\\\nb\n" % number for number in range(30))
    expected = [(number + 1, (str(number), "a\nb")) for number in range(30)]
    for size in range(20, 60):
        monkeypatch.setattr(csv_reader, "BLOCK_SIZE", size)
        assert load(tmp_path, content, table=table)[1] == expected


@pytest.mark.fault(17)
@pytest.mark.parametrize("end", ["\n", "\r"])
def test_a_quote_after_an_escaped_line_end_is_part_of_the_value(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a piece of the file ends that is read at once."""
    content = f'ID,CAT{end}1,a\\{end}"b{end}2,c{end}'
    for size in range(1, len(content)):
        monkeypatch.setattr(bytes_reader, "READ_SIZE", size)
        _, found = load(tmp_path, content, table=with_options(escape="\\"))
        assert found == [(1, ("1", f'a{end}"b')), (2, ("2", "c"))]


@pytest.mark.fault(17)
@pytest.mark.parametrize("quote", ['"', None])
def test_an_upload_that_was_cut_off_at_an_escape(quote: str | None, tmp_path: Path) -> None:
    table = with_options(quote=quote, escape="\\")
    reason = "line 3: the last character is an escape, so the upload was cut off"
    assert refusal(tmp_path, HEADER + b"1,2\n3,a\\", table=table) == reason
    reason = refusal(tmp_path, HEADER + b"1,2\n3\\\n", table=table)  # the line end is a value's
    assert reason.startswith("line 3: the last record has 1 field where the header has 2 and no")
    for whole in (b"3,a\\\\", b"3,a\\\n", b"3,\\a"):
        checked, _ = load(tmp_path, HEADER + b"1,2\n" + whole, table=table)
        assert (checked.rows_loaded, checked.rejected) == (2, ())


@pytest.mark.fault(17)
def test_a_misfit_keeps_the_escaped_line_end_that_it_ends_with(tmp_path: Path) -> None:
    content = HEADER + b"1,2,\\\n\n3\\\r\n4,5\n"
    checked, found = load(tmp_path, content, table=with_options(escape="\\"))
    assert found == [(3, ("4", "5"))]
    assert [record.raw_record for record in checked.rejected] == ["1,2,\\\n", "3\\\r"]
