"""Parts of docs/benchmarks.md are put in, replaced, and left alone by what writes the others."""

from __future__ import annotations

import pytest
from bench_results import benchmark, measurement

from bench.document import render as document
from bench.sections import SECTIONS, marks, section_of, with_section, with_sections_of


def section(name: str, text: str) -> str:
    begin, end = marks(name)
    return f"{begin}\n{text}\n{end}"


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_is_put_in_and_replaced(name: str) -> None:
    whole = document(benchmark(measurement("embedded")), "make bench")
    first, second = section(name, "first"), section(name, "second")
    with_first = with_section(whole, name, first)
    assert section_of(with_first, name) == first
    assert with_first.replace(f"{first}\n\n", "") == whole
    assert with_first.index(first) < with_first.index("## What is measured")
    assert with_section(with_first, name, second) == with_section(whole, name, second)


def test_the_other_parts_are_kept() -> None:
    old = document(benchmark(measurement("embedded")), "old")
    for name in SECTIONS:
        old = with_section(old, name, section(name, name))
    new = with_sections_of(document(benchmark(measurement("embedded", 3.0)), "new"), old)
    assert [section_of(new, name) for name in SECTIONS] == [section(it, it) for it in SECTIONS]
    assert new.index(SECTIONS[0]) < new.index(SECTIONS[1])


def test_a_section_without_a_document() -> None:
    part = section(SECTIONS[0], "x")
    assert section_of(with_section("", SECTIONS[0], part), SECTIONS[0]) == part
    assert section_of("nothing", SECTIONS[0]) == ""
