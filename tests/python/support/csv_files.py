"""Delimited files as somebody's software may write them, and as they arrive when they are damaged.

Every value is spelled in one of the ways that a dialect has for it, chosen anew for each, so that a
file is uglier than any one program's.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
from collections.abc import Callable
from dataclasses import dataclass, replace

from csv_reference import LINE_ENDS, Dialect
from hypothesis import strategies as st

HEADER = ("ID", "CAT", "SUBCAT", "d", "e")
PIECES = [
    *("a", "é", "€", "…", " ", "0", "=1+1", "ID", "CAT", "x" * 300),
    *(",", ";", "\t", "|", '"', "'", "*", "\\", "^", "\n", "\r\n", "\r"),
]
PACK: dict[str, Callable[[bytes], bytes]] = {
    "": lambda content: content,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
}
ENDS = {"LF": ["\n"], "CR LF": ["\r\n"], "CR": ["\r"], "mixed": ["\n", "\r\n", "\r"]}


@dataclass(frozen=True)
class Written:
    """A file, and how it is written.

    Attributes:
        text: its content.
        body: where in the text the records begin, behind the header's line end.
        width: number of columns.
        dialect: of the text.
        encoding: of the bytes.
        packed: ending of the compression, or nothing.
        has_header: whether the first record names the columns.
        has_mark: whether a byte order mark comes first.
        piece: how much of it is read and parsed at once: little, as of a file that is large.
    """

    text: str
    body: int
    width: int
    dialect: Dialect
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
        return self.mark + self.text.encode(self.encoding)

    @property
    def mark(self) -> bytes:
        return codecs.BOM_UTF8 if self.has_mark and self.encoding == "utf-8" else b""


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    delimiter = draw(st.sampled_from(",;\t|"))
    quote = draw(st.sampled_from(['"', '"', '"', "'", "*", ""]))
    escapes = [escape for escape in ("\\", "^", '"') if escape != quote]
    return Dialect(delimiter, quote, draw(st.sampled_from(["", "", *escapes])))


@st.composite
def spelled(draw: st.DrawFn, value: str, dialect: Dialect, *, is_alone: bool = False) -> str:
    """Draw a spelling of a value, less what the dialect cannot say.

    Args:
        value: what is to be read.
        dialect: of the file.
        is_alone: it is a record, and must not look like a line without one.
    """
    delimiter, quote, escape = dialect.delimiter, dialect.quote, dialect.escape
    ends_field = delimiter + LINE_ENDS
    is_plain = not any(character in value for character in ends_field + escape)
    is_plain = is_plain and not (quote and value.startswith(quote)) and not (is_alone and not value)
    ways = ["plain"] * is_plain + ["quoted"] * bool(quote)
    if escape and (value or not is_alone):
        ways += ["escaped", "quoted, escaped"] if quote else ["escaped"]
    if not ways:
        return "".join(one for one in value if one not in ends_field) or "-"
    way = draw(st.sampled_from(ways))
    if way == "plain":
        return value
    if way == "escaped":
        needed = ends_field + quote + escape
    else:
        needed = escape if way == "quoted" else quote + escape
    if escape:
        needed += draw(st.sampled_from(["", "", "a€\n"]))  # what needs none may have one
        value = "".join(escape + one if one in needed else one for one in value)
    if way == "escaped":
        return value
    return quote + (value.replace(quote, 2 * quote) if way == "quoted" else value) + quote


texts = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)


@st.composite
def records(draw: st.DrawFn, width: int) -> tuple[str, ...]:
    """Draw the values of a record: most fit, some come from another file's header."""
    header = HEADER[:width]
    kind = draw(st.sampled_from(["any"] * 8 + ["other width", "header", "first name", "all names"]))
    if kind in {"header", "all names"}:
        return header if kind == "header" else HEADER
    if kind == "other width":
        width = draw(st.sampled_from([1, max(1, width - 1), width + 1, width + 3]))
    first = HEADER[0] if kind == "first name" else draw(st.sampled_from(["k", "k", ""]) | texts)
    return (first, *(draw(texts) for _ in range(1, width)))


@st.composite
def files(draw: st.DrawFn) -> Written:
    """Draw a file that is well-formed."""
    width = draw(st.integers(1, len(HEADER)))
    dialect = draw(dialects())
    has_header = draw(st.booleans())
    ends = st.sampled_from(ENDS[draw(st.sampled_from(sorted(ENDS)))])
    blanks = st.sampled_from([0, 0, 0, 0, 1, 2]).flatmap(
        lambda count: st.lists(ends, min_size=count, max_size=count).map("".join)
    )

    def line(record: tuple[str, ...]) -> str:
        fields = [draw(spelled(value, dialect, is_alone=len(record) == 1)) for value in record]
        return dialect.delimiter.join(fields)

    head = draw(blanks) + (line(HEADER[:width]) + draw(ends) if has_header else "")
    text = head + draw(blanks) + line(draw(records(width)))
    for _ in range(draw(st.integers(0, 11))):
        text += draw(ends) + draw(blanks) + line(draw(records(width)))
    return Written(
        text=text + draw(st.just("") | ends | ends.flatmap(lambda end: blanks.map(end.__add__))),
        body=len(head),
        width=width,
        dialect=dialect,
        encoding=draw(st.sampled_from(["utf-8", "cp1252", "utf-16"])),
        packed=draw(st.sampled_from(sorted(PACK))),
        has_header=has_header,
        has_mark=draw(st.booleans()),
        piece=draw(st.sampled_from([16, 100, 1000])),
    )


@st.composite
def damaged_files(draw: st.DrawFn) -> Written:
    """Draw a file of which something behind the header is lost, or that has something too much."""
    file = draw(files())
    dialect = file.dialect
    bits = [
        one for one in (dialect.quote, dialect.escape, dialect.delimiter, "\n", "\r", "a") if one
    ]
    text = file.text
    for _ in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(file.body, max(file.body, len(text))))
        end = min(len(text), begin + draw(st.sampled_from([0, 0, 1, 1, 2, 40])))
        text = text[:begin] + draw(st.sampled_from(["", *bits, *bits])) + text[end:]
    if draw(st.booleans()):
        text = text[: draw(st.integers(file.body, max(file.body, len(text))))]
    return replace(file, text=text)
