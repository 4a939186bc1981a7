"""The results as a person reads them."""

from __future__ import annotations

import pytest
from bench_results import benchmark, measurement

from bench.document import render as document
from bench.machine import processor_model, read_machine
from bench.results import NOTHING_NEW, Benchmark, Ratio
from bench.sides import NodeTime
from bench.tables import Table, figures_table, shown_ratio
from bench.terminal import others_share, others_text, render


@pytest.fixture
def results() -> Benchmark:
    nodes = (NodeTime("fact_sales", "model", "success", 2.5),)
    return benchmark(
        measurement("embedded", 13.0, round_=1, nodes=nodes),
        measurement("dbt-duckdb", 10.0, round_=1, nodes=nodes),
        measurement("embedded", 12.0, round_=2, nodes=nodes),
        measurement("dbt-duckdb", 10.0, round_=2, nodes=nodes),
        measurement("embedded", 1.0, scenario=NOTHING_NEW),
        rounds=2,
    )


def test_a_table_in_both_forms() -> None:
    table = Table(("side", "wall s"), (("embedded", "9.0"), ("dbt-duckdb", "10.0")), words=1)
    assert table.markdown().splitlines() == [
        "| side | wall s |",
        "| --- | ---: |",
        "| embedded | 9.0 |",
        "| dbt-duckdb | 10.0 |",
    ]
    assert table.text().splitlines() == [
        "  side        wall s",
        "  embedded       9.0",
        "  dbt-duckdb    10.0",
    ]


def test_figures_with_the_range_of_their_rounds(results: Benchmark) -> None:
    table = figures_table(results, results.datasets[0])
    first, other, nothing = table.rows
    assert first[:3] == ("first build", "embedded", "12.5")
    assert first[3] == "12.0-13.0"
    assert first[5:8] == ("500", "1", "1.25 (1.20-1.30)")
    assert other[1] == "dbt-duckdb"
    assert other[7] == "1.00"
    assert nothing[:4] == ("nothing new", "embedded", "1.0", "1")
    assert nothing[6:8] == ("-", "-")


def test_a_ratio_without_a_range() -> None:
    assert shown_ratio(Ratio(1.5, 1.5, 1.5)) == "1.50"
    assert shown_ratio(None) == "-"


def test_the_terminal_says_what_was_met(results: Benchmark) -> None:
    text = render(results, slowest=1)
    assert "NOT met" in text
    assert "≤ 1.20 x" in text
    assert "fact_sales" in text
    assert "fact_sales" not in render(results, slowest=0)
    assert max(map(len, text.splitlines())) <= 140


def test_the_document_can_be_trusted(results: Benchmark) -> None:
    text = document(results, "make bench BENCH='--write'")
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "# Benchmarks",
        "## Targets",
        "## Figures",
        "### crm_erp: 6 files, 5.4 MB, 60,398 sales lines, 2 rounds",
        "## What is measured",
        "## What is not measured",
        "## The machine",
        "## How to repeat it",
    ]
    assert "| crm_erp | first build: embedded by dbt-duckdb | ≤ 1.20 x | 1.25 x | NOT met |" in text
    assert "| fact_sales | 60,398 | 29,356,250 | 11,685,758 |" in text
    assert "| duckdb | 2.0.0 |" in text
    assert "2026-11-21 12:00 UTC" in text
    assert "make bench BENCH='--write'" in text
    for line in text.splitlines():
        if line.startswith("|"):
            assert line.endswith("|")


def test_a_machine_that_was_not_quiet_is_said_so() -> None:
    quiet = benchmark(measurement("embedded", 10.0, others_cpu_seconds=1.0))
    busy = benchmark(measurement("embedded", 10.0, others_cpu_seconds=15.0))
    assert others_share(quiet) == 0.05
    assert others_text(quiet).endswith("5% of the machine meanwhile.")
    assert "75% of the machine" in others_text(busy)
    assert "not quiet" in others_text(busy)


def test_the_machine_is_described() -> None:
    machine = read_machine(None, java=False)
    assert machine.cores >= 1
    assert machine.memory_bytes > 1_000_000_000
    assert machine.versions["pysail"]
    assert "duckdb" not in machine.versions
    assert processor_model("processor : 0\nmodel name\t: A B\nmodel name\t: C\n") == "A B"
