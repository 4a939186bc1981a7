"""Lines are counted as a text editor counts them, wherever a file is cut into chunks."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.bytes import LineCounter

ENDS = st.text("\r\na", min_size=1, max_size=12).map(str.encode)
FILLINGS = st.sampled_from([0, 1, 8_000, 20_000])
"""Much data is counted in another way than little."""


@given(st.lists(st.tuples(ENDS, FILLINGS), max_size=6), st.data())
def test_lines_of_texts_cut_anywhere(parts: list[tuple[bytes, int]], data: st.DataObject) -> None:
    text = b"".join(ends + b"x" * filling + ends * (filling // 8) for ends, filling in parts)
    places = st.integers(0, len(text))
    cuts = sorted(data.draw(st.lists(places, max_size=4), label="cuts"))
    counter = LineCounter()
    for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        counter.count(text[begin:end])
    assert counter.line == 1 + len(re.findall(rb"\r\n|\r|\n", text))
