"""Sides that did different work are not compared."""

from __future__ import annotations

from dataclasses import replace

from bench_results import measurement

from bench.checks import SHOWN, differences, failed_nodes, node_differences, total_differences
from bench.results import FIRST_BUILD, NOTHING_NEW
from bench.sides import NodeTime
from bench.totals import TotalsQuery, comparable, expressions, totals

BUILT = NodeTime("fact_sales", "model", "success", 1.0)
TESTED = NodeTime("unique_fact_sales", "test", "pass", 0.1)
NODES = (BUILT, TESTED)
HELD = {"gold.fact_sales": {"count(*)": "3", "sum(sales_amount)": "60"}}


def test_the_same_work_has_no_differences() -> None:
    slower = tuple(replace(node, seconds=9.0) for node in reversed(NODES))
    one = measurement("embedded", nodes=NODES)
    other = measurement("dbt-duckdb", nodes=slower)
    held = {"embedded": HELD, "dbt-duckdb": {"gold.fact_sales": dict(HELD["gold.fact_sales"])}}
    assert differences(FIRST_BUILD, [one, other], held) == []


def test_nodes_differ_in_number_name_and_outcome() -> None:
    warned = replace(TESTED, status="warn")
    added = NodeTime("dim_date", "model", "success", 1.0)
    assert node_differences("here", NODES, "there", (BUILT, warned, added)) == [
        "here ran 2 nodes and there 3",
        "model dim_date ran on there alone",
        "test unique_fact_sales is pass on here and warn on there",
    ]
    same_number = node_differences("here", NODES, "there", (BUILT, added))
    assert same_number == [
        "test unique_fact_sales ran on here alone",
        "model dim_date ran on there alone",
    ]


def test_a_failed_test_is_a_difference_even_where_both_fail() -> None:
    failed = (BUILT, replace(TESTED, status="fail"))
    runs = [measurement("embedded", nodes=failed), measurement("dbt-duckdb", nodes=failed)]
    found = differences(FIRST_BUILD, runs, {"embedded": HELD, "dbt-duckdb": HELD})
    assert found == [
        "embedded: test unique_fact_sales is fail",
        "dbt-duckdb: test unique_fact_sales is fail",
    ]


def test_only_with_nothing_new_may_a_side_run_no_nodes() -> None:
    runs = [measurement("embedded", nodes=()), measurement("dbt-duckdb", nodes=NODES)]
    held = {"embedded": HELD, "dbt-duckdb": HELD}
    assert differences(NOTHING_NEW, runs, held) == []
    assert differences(FIRST_BUILD, runs, held)[0] == "embedded ran 0 nodes and dbt-duckdb 2"


def test_totals_differ_by_value_and_by_table() -> None:
    other = {"gold.fact_sales": {"count(*)": "3", "sum(sales_amount)": "61"}, "gold.extra": {}}
    assert total_differences("here", HELD, "there", other) == [
        "gold.extra is on there alone",
        "gold.fact_sales sum(sales_amount): 60 on here, 61 on there",
    ]
    found = differences(
        FIRST_BUILD,
        [measurement("embedded", nodes=NODES), measurement("dbt-duckdb", nodes=NODES)],
        {"embedded": HELD, "dbt-duckdb": {}},
    )
    assert found == ["gold.fact_sales is on embedded alone"]


def test_many_differences_are_counted() -> None:
    nodes = [NodeTime(f"node_{number}", "model", "error", 1.0) for number in range(SHOWN + 2)]
    found = failed_nodes("embedded", nodes)
    assert len(found) == SHOWN + 1
    assert found[-1] == "and 2 more"


def test_what_is_asked_of_a_table_follows_from_its_columns() -> None:
    columns = {
        "sales_line_key": "string",
        "quantity": "long",
        "sales_amount": "decimal(18,4)",
        "profit_margin_rate": "double",
        "is_return": "boolean",
        "order_date": "date",
        "updated_at": "timestamp",
        "batch_id": "long",
    }
    assert expressions(columns) == (
        "count(*)",
        "min(sales_line_key)",
        "max(sales_line_key)",
        "sum(quantity)",
        "sum(sales_amount)",
        "sum(case when is_return then 1 else 0 end)",
        "min(order_date)",
        "max(order_date)",
    )
    assert expressions({}) == ("count(*)",)


def test_totals_are_compared_as_values() -> None:
    query = TotalsQuery("gold", "fact_sales", ("count(*)", "sum(sales_amount)", "min(name)"))
    assert query.sql("gold.fact_sales") == (
        "select count(*) as value_0, sum(sales_amount) as value_1, min(name) as value_2 "
        "from gold.fact_sales"
    )
    padded = totals([query], [["3", "1200.5000", None]])
    assert padded == totals([query], [["3", "1200.5", None]])
    assert padded["gold.fact_sales"]["min(name)"] == "null"
    assert comparable("1E+3") == comparable("1000.00")
    assert comparable("0.1") != comparable("0.10001")
    assert comparable("NaN") == "NaN"
    assert comparable("AW-1") == "AW-1"
