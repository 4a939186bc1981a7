"""The loader's part of docs/benchmarks.md, and that the two parts leave each other alone."""

from __future__ import annotations

from bench_loader_results import loader_benchmark, loader_run
from bench_results import benchmark, measurement

from bench.document import render as document
from bench.loader.names import SPARK_CSV
from bench.loader.results import LISTING, LoaderRun
from bench.loader.section import render, section_of, with_section
from bench.loader.shown import runs_table, text

LISTED = LoaderRun(LISTING, "saleslake ingest", 9, 9, 900, 1.5, 1.0, 10**8, 0.0)
FOUND = loader_benchmark(loader_run(), loader_run(side=SPARK_CSV, wall_seconds=60.0), LISTED)


def test_a_run_s_figures() -> None:
    first, _, listed = runs_table(FOUND).rows
    assert first == (
        *("many lines", "saleslake ingest", "20", "640.0", "10,000,000", "10.0", "12.0", "500"),
        *("1,000,000", "7"),
    )
    assert listed[2:] == ("9", "0.0", "-", "1.5", "1.0", "100", "-", "-")


def test_the_terminal_and_the_section_say_what_was_met() -> None:
    section = render(FOUND, "make bench BENCH='loader --write'")
    assert f"| many lines | time by {SPARK_CSV} | ≤ 0.20 x | 0.17 x | met |" in section
    assert "make bench BENCH='loader --write'" in section
    assert "2026-11-21 12:00 UTC" in section
    assert "not measured" in text(FOUND)


def test_a_section_is_put_in_and_replaced() -> None:
    whole = document(benchmark(measurement("embedded")), "make bench")
    first, second = render(FOUND, "first"), render(FOUND, "second")
    with_first = with_section(whole, first)
    assert section_of(with_first) == first
    assert with_first.replace(f"{first}\n\n", "") == whole
    assert with_first.index("## The loader") < with_first.index("## What is measured")
    assert with_section(with_first, second) == with_section(whole, second)


def test_the_other_part_is_written_again_without_losing_the_section() -> None:
    old = with_section(document(benchmark(measurement("embedded")), "old"), render(FOUND, "x"))
    new = document(benchmark(measurement("embedded", 3.0)), "new")
    assert with_section(new, section_of(old)) == with_section(new, render(FOUND, "x"))
    assert with_section(new, "") == new


def test_a_section_without_a_document() -> None:
    section = render(FOUND, "x")
    assert section_of(with_section("", section)) == section
    assert section_of("nothing") == ""
