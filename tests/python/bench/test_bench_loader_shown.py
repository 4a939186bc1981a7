"""The loader's part of docs/benchmarks.md."""

from __future__ import annotations

from bench_loader_results import loader_benchmark, loader_run

from bench.loader.names import SPARK_CSV
from bench.loader.results import LISTING, LoaderRun
from bench.loader.section import render
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
