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
from functools import cache, partial

from csv_reference import LINE_ENDS, MARK, Dialect, records_of
from hypothesis import strategies as st

HEADER = ("ID", "CAT", "SUBCAT", "d", "e")
PIECES = [
    *("a", "é", "€", "…", " ", "0", "=1+1", "ID", "CAT"),
    *(",", ";", "\t", "|", '"', "'", "*", "\\", "^", "\n", "\r\n", "\r"),
]
PACK: dict[str, Callable[[bytes], bytes]] = {
    "": lambda content: content,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
}
ENDS = {"LF": ["\n"], "CR LF": ["\r\n"], "CR": ["\r"], "mixed": ["\n", "\r\n", "\r"]}


BLANK_LINES = st.sampled_from([0, 0, 0, 0, 0, 1, 2, 20])
TEXTS = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
LONG_TEXTS = st.lists(st.sampled_from([*PIECES, "x" * 300]), max_size=4).map("".join)


@cache
def among(*options: str) -> st.SearchStrategy[str]:
    """Return the strategy that draws one of some texts; one that is made anew is slow."""
    return st.sampled_from(options)


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
        read_size: bytes of it that are read at once: few, as of a file that is large, and such that
            a piece ends where that matters.
        block_size: bytes that are parsed at once, chosen likewise; mostly enough for each record.
    """

    text: str
    body: int
    width: int
    dialect: Dialect
    encoding: str
    packed: str
    has_header: bool
    has_mark: bool
    read_size: int
    block_size: int

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


def spelled(
    draw: st.DrawFn, value: str, dialect: Dialect, *, is_alone: bool, may_quote: bool
) -> str:
    """Draw a spelling of a value, less what the dialect cannot say.

    Args:
        draw: of a strategy.
        value: what is to be read.
        dialect: of the file.
        is_alone: it is a record, and must not look like a line without one.
        may_quote: where there is another way, a quote may be around it too.
    """
    delimiter, quote, escape = dialect.delimiter, dialect.quote, dialect.escape
    ends_field = delimiter + LINE_ENDS
    is_plain = not any(character in value for character in ends_field + escape)
    is_plain = is_plain and not (quote and value.startswith(quote)) and not (is_alone and not value)
    ways = ["plain"] * is_plain + ["quoted"] * bool(quote)
    if escape and (value or not is_alone):
        ways += ["escaped", "quoted, escaped"] if quote else ["escaped"]
    ways = ways if may_quote else [way for way in ways if "quoted" not in way] or ways
    if not ways:
        return "".join(one for one in value if one not in ends_field) or "-"
    way = draw(among(*ways))
    if way == "plain":
        return value
    if way == "escaped":
        needed = ends_field + escape + draw(among("", quote))
    else:
        needed = escape if way == "quoted" else quote + escape
    if escape:
        needed += draw(among("", "", "a€\n"))  # what needs none may have one
        value = "".join(escape + one if one in needed else one for one in value)
    if way == "escaped":
        return escape + value if quote and value.startswith(quote) else value
    return quote + (value.replace(quote, 2 * quote) if way == "quoted" else value) + quote


def record(draw: st.DrawFn, width: int, texts: st.SearchStrategy[str]) -> tuple[str, ...]:
    """Draw the values of a record: most fit, some come from another file's header."""
    header = HEADER[:width]
    kind = draw(among(*["any"] * 6, "other width", "header", "first name", "all names"))
    if kind in {"header", "all names"}:
        return header if kind == "header" else HEADER
    if kind == "other width":
        width = max(1, width + draw(st.sampled_from([-width, -1, 1, 3])))
    first = HEADER[0] if kind == "first name" else draw(among("k", "k", "", "any"))
    first = draw(texts) if first == "any" else first
    return (first, *(draw(texts) for _ in range(1, width)))


@st.composite
def files(draw: st.DrawFn) -> Written:
    """Draw a file that is well-formed."""
    width = draw(st.integers(1, len(HEADER)))
    dialect = draw(dialects())
    has_header = draw(st.booleans())
    encoding = draw(st.sampled_from(["utf-8", "cp1252", "utf-16"]))
    marks = among("", *[MARK] * (encoding != "cp1252"))
    texts = draw(st.sampled_from([TEXTS, TEXTS, LONG_TEXTS]))
    ends = among(*ENDS[draw(st.sampled_from(sorted(ENDS)))])

    def blanks() -> str:
        return draw(ends) * draw(BLANK_LINES)

    may_quote = draw(st.booleans())

    def line(values: tuple[str, ...]) -> str:
        spell = partial(spelled, draw, dialect=dialect, may_quote=may_quote)
        return dialect.delimiter.join(spell(value, is_alone=len(values) == 1) for value in values)

    head = blanks() + (line(HEADER[:width]) + draw(ends) if has_header else "")
    text = head + blanks() + line(record(draw, width, texts))
    for _ in range(draw(st.integers(0, 11))):
        values = record(draw, width, texts)
        text += draw(ends) + blanks()
        text += (draw(marks) if values[0] == HEADER[0] else "") + line(values)
    text += draw(ends) + blanks() if draw(st.booleans()) else ""
    longest = max(len(one.text.encode()) for one in records_of(text, dialect))
    blocks = [border for border in borders(text, dialect, "utf-8") if border > longest]
    return Written(
        text=text,
        body=len(head),
        width=width,
        dialect=dialect,
        encoding=encoding,
        packed=draw(st.sampled_from(sorted(PACK))),
        has_header=has_header,
        has_mark=draw(st.booleans()),
        read_size=draw(st.sampled_from([*borders(text, dialect, encoding), 1, 2, 3, 16, 100])),
        block_size=max(16, draw(st.sampled_from([*blocks, longest, longest + 1, longest + 9]))),
    )


def borders(text: str, dialect: Dialect, encoding: str) -> list[int]:
    """Return the numbers of bytes that end with a character that means something."""
    marks = dialect.quote + dialect.escape + LINE_ENDS
    ends = [end for end, character in enumerate(text, start=1) if character in marks]
    return [len(text[:end].encode(encoding)) for end in ends]


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
