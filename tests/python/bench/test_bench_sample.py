"""The sample's benchmark: what it runs, and what its figures are held against."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

from bench_loader_results import loader_benchmark

from bench.sample.faker_rows import write_rows
from bench.sample.results import FAKER, SAMPLE, SampleBenchmark, SampleRun, verdicts
from bench.sample.shown import section, text


def run(side: str, order_lines: int, rows: int, seconds: float) -> SampleRun:
    return SampleRun(side, order_lines, rows, 10**9, seconds, seconds, 10**9, 0.0)


def found(*runs: SampleRun) -> SampleBenchmark:
    return SampleBenchmark(datetime(2026, 11, 27, tzinfo=UTC), loader_benchmark().machine, runs)


def test_figures_are_held_against_the_targets() -> None:
    measured = found(run(SAMPLE, 10_000_000, 12_000_000, 40.0), run(FAKER, 1_000, 1_200, 0.5))
    assert [verdict.met for verdict in verdicts(measured)] == [True, True, True]
    assert "| 10,000,000 | 12,000,000 |" in section(measured, "make bench BENCH=sample")
    assert "300,000" in text(measured)


def test_a_smaller_sample_is_held_against_none() -> None:
    measured = found(run(SAMPLE, 20_000, 30_000, 1.0))
    assert [verdict.met for verdict in verdicts(measured)] == [None, None, None]


def test_what_it_is_compared_with_writes_its_rows(tmp_path: Path) -> None:
    written = write_rows(tmp_path, lines=100)
    assert written["crm_lines"] + written["shop_lines"] == 100
    for table, rows in written.items():
        with (tmp_path / f"{table}.csv").open(newline="", encoding="utf-8") as stream:
            assert len(list(csv.reader(stream))) == rows
