"""Generated ugly files: what is loaded and quarantined is what an independent reader finds.

The same files in every run of the suite; `make soak` looks at many more, and at others each time.
"""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader_bench import Records, load

from ingest.catalogue.entries import load_catalogue
from ingest.readers.base import CheckedFile

TABLE = next(table for table in load_catalogue().tables if table.table == "px_cat_g1v2")
HEADER = ["ID", "CAT", "SUBCAT", "d", "e"]
PIECES = ["a", "é", "€", ",", ";", "\t", "|", '"', "\n", "\r\n", " ", "x" * 300, "ID", "0", "=1+1"]
PACK: dict[str, Callable[[bytes], bytes]] = {
    "": lambda content: content,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
}

texts = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)


@dataclass(frozen=True)
class Written:
    """A file as somebody's software may write it, and how.

    Attributes:
        text: its content.
        width: number of columns.
        delimiter: between fields.
        encoding: of the bytes.
        packed: ending of the compression, or nothing.
        has_header: whether the first record names the columns.
        has_mark: whether a byte order mark comes first.
        piece: how much of it is read and parsed at once: little, as of a file that is large.
    """

    text: str
    width: int
    delimiter: str
    encoding: str
    packed: str
    has_header: bool
    has_mark: bool
    piece: int

    @property
    def content(self) -> bytes:
        return PACK[self.packed](self.plain)

    @property
    def plain(self) -> bytes:
        """The content before it was compressed."""
        mark = codecs.BOM_UTF8 if self.has_mark and self.encoding == "utf-8" else b""
        return mark + self.text.encode(self.encoding)


@st.composite
def files(draw: st.DrawFn) -> Written:
    width = draw(st.integers(2, len(HEADER)))
    delimiter = draw(st.sampled_from(",;\t|"))
    quote_all = draw(st.booleans())
    has_header = draw(st.booleans())
    out = io.StringIO(newline="")

    def write(record: list[str]) -> None:
        end = draw(st.sampled_from(["\n", "\r\n"]))
        writer = partial(csv.writer, out, delimiter=delimiter, lineterminator=end)
        (writer(quoting=csv.QUOTE_ALL) if quote_all else writer()).writerow(record)

    if has_header:
        write(HEADER[:width])
    for _ in range(draw(st.integers(1, 12))):
        fields = draw(st.sampled_from([width] * 8 + [1, width - 1, width + 1, width + 3]))
        write(["k", *(draw(texts) for _ in range(1, fields))])
        out.write(draw(st.sampled_from(["", "", "", "\n", "\r\n\n"])))
    return Written(
        text=out.getvalue(),
        width=width,
        delimiter=delimiter,
        encoding=draw(st.sampled_from(["utf-8", "cp1252", "utf-16"])),
        packed=draw(st.sampled_from(sorted(PACK))),
        has_header=has_header,
        has_mark=draw(st.booleans()),
        piece=draw(st.sampled_from([16, 100, 1000])),
    )


def read(written: Written) -> tuple[CheckedFile, Records]:
    """Check and read a file with the reader under test."""
    options = replace(
        TABLE.options,
        delimiter=written.delimiter,
        encoding=written.encoding,
        header=written.has_header,
    )
    table = replace(TABLE, options=options, columns=tuple(HEADER[: written.width]))
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.readers.bytes.READ_SIZE", written.piece)
        patch.setattr("ingest.readers.csv.BLOCK_SIZE", 2 * written.piece)
        name = f"x.csv{written.packed}"
        return load(Path(folder), written.content, name=name, table=table)


@pytest.mark.fault(16, 17)
@given(files())
def test_every_record_is_loaded_or_quarantined(written: Written) -> None:
    checked, found = read(written)
    source = io.StringIO(written.text, newline="")
    records = [row for row in csv.reader(source, delimiter=written.delimiter) if row]
    records = records[written.has_header :]
    assert checked.rows_read == len(records)
    numbered = list(enumerate(map(tuple, records), start=1))
    assert found == [(number, row) for number, row in numbered if len(row) == written.width]
    misfits = [number for number, row in numbered if len(row) != written.width]
    assert [record.record_number for record in checked.rejected] == misfits
    lines = written.text.replace("\r\n", "\n").split("\n")
    for record in checked.rejected:
        assert record.line_number is not None
        first_line = record.raw_record.replace("\r\n", "\n").split("\n")[0]
        assert lines[record.line_number - 1] == first_line
        if written.encoding == "utf-16":
            assert record.byte_offset is None
            continue
        begin = record.raw_record.encode(written.encoding)
        assert written.plain[record.byte_offset :].startswith(begin)
