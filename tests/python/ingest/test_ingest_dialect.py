"""Every short text, cut anywhere: the check of quotes says what the reference reader does."""

from __future__ import annotations

from itertools import product

import pytest
from csv_reference import Dialect as ReferenceDialect
from csv_reference import IllFormedError, line_of, records_of

from ingest.options import TableOptions
from ingest.readers.base import UnreadableFileError
from ingest.readers.dialect import Dialect

Found = str | tuple[bool, list[tuple[int, int, str]]]
"""Why a text is set aside; or whether its end ends a line, and its records: line, place, text."""


def found(dialect: Dialect, text: str, size: int) -> Found:
    chunks = [text[at : at + size].encode() for at in range(0, len(text), size)]
    try:
        scan = dialect.scan(chunks)
    except UnreadableFileError as error:
        return error.reason.split(";")[0].split(", so")[0]
    places = dialect.places_of(chunks, range(len(text)), len)
    records = [(place.line, place.byte_offset, place.text.decode()) for _, place in places]
    return scan.ends_with_newline, records


def expected(dialect: ReferenceDialect, text: str) -> Found:
    try:
        records = list(records_of(text, dialect))
    except IllFormedError as error:
        return f"line {line_of(text, error.begin)}: {error.reason}"
    is_ended = all(record.is_ended for record in records)
    return is_ended, [(line_of(text, one.begin), one.begin, one.text) for one in records]


@pytest.mark.fault(17)
@pytest.mark.parametrize(("quote", "escape"), [('"', ""), ("", "\\"), ('"', "\\")])
def test_every_short_text_is_read_as_the_reference_does(quote: str, escape: str) -> None:
    options = TableOptions(quote=quote or None, escape=escape or None)
    dialect, reference = Dialect(options), ReferenceDialect(",", quote, escape)
    for length in range(1, 6):
        for characters in product("a,\n\r" + quote + escape, repeat=length):
            text = "".join(characters)
            for size in (1, 2, length):
                assert found(dialect, text, size) == expected(reference, text), (text, size)
