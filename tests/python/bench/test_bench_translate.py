"""Spark's SQL as DuckDB's: each rule, and what must not be guessed."""

from __future__ import annotations

import pytest

from bench.errors import TranslationError
from bench.port.translate import BUILD_TIME, duckdb_type, translate

RELATIONS = {
    ("gold", "fact_sales"): "{{ ref('fact_sales') }}",
    ("raw_crm", "sales_details"): "{{ source('crm', 'sales_details') }}",
}


def in_duckdb(expression: str) -> str:
    """An expression's translation, on one line."""
    text = translate("a_model", f"select {expression}", RELATIONS)
    one_line = " ".join(text.split()).replace("( ", "(").replace(" )", ")")
    return one_line.removeprefix("SELECT ")


@pytest.mark.parametrize(
    ("spark", "duckdb"),
    [
        ("date_add(valid_to, 1)", "(CAST(valid_to AS DATE) + (1))"),
        ("date_add(ship_date, -7)", "(CAST(ship_date AS DATE) + (-7))"),
        ("add_months(month_start, -1)", "CAST(month_start + INTERVAL (-1) MONTH AS DATE)"),
        ("dayofweek(day)", "(DAYOFWEEK(CAST(day AS DATE)) + 1)"),
        ("cast(x as timestamp)", "CAST(x AS TIMESTAMP)"),
        ("try_to_timestamp(x, 'yyyyMMdd')", "CAST(TRY_STRPTIME(x, '%Y%m%d') AS TIMESTAMP)"),
        ("try_to_timestamp(x, 'yyyy-MM-dd')", "CAST(TRY_STRPTIME(x, '%Y-%m-%d') AS TIMESTAMP)"),
        ("hash(1, x)", "CAST(HASH(HASH(1, x)) % 1073741824 AS INT)"),
        (
            "from_json(x, 'array<struct<a: string, b: bigint>>')",
            """FROM_JSON(x, '[{"a": "VARCHAR", "b": "BIGINT"}]')""",
        ),
        (
            "sequence(cast('2020-01-01' as date), cast('2020-01-31' as date), interval 1 day)",
            "CAST(GENERATE_SERIES(CAST('2020-01-01' AS DATE), CAST('2020-01-31' AS DATE), "
            "INTERVAL '1' DAY) AS DATE[])",
        ),
    ],
)
def test_rules(spark: str, duckdb: str) -> None:
    assert in_duckdb(spark) == duckdb


@pytest.mark.parametrize(
    ("spark", "duckdb"),
    [
        # ANSI: what fails shall fail on both sides, and only try_cast may give null.
        ("cast(x as decimal(18, 4))", "CAST(x AS DECIMAL(18, 4))"),
        ("try_cast(x as decimal(18, 4))", "TRY_CAST(x AS DECIMAL(18, 4))"),
        ("a <=> b", "a IS NOT DISTINCT FROM b"),
        ("x rlike '^[0-9]{8}$'", "REGEXP_MATCHES(x, '^[0-9]{8}$')"),
        ("datediff(ship_date, order_date)", "DATE_DIFF('DAY', order_date, ship_date)"),
        ("date_format(day, 'EEEE')", "STRFTIME(CAST(day AS TIMESTAMP), '%A')"),
        ("date_format(day, 'yyyy-MM')", "STRFTIME(CAST(day AS TIMESTAMP), '%Y-%m')"),
        # Nulls first is Spark's order, and not DuckDB's.
        ("lag(a) over (order by b)", "LAG(a) OVER (ORDER BY b NULLS FIRST)"),
        ("concat(a, b)", "a || b"),
        ("explode(x)", "UNNEST(x)"),
        ("named_struct('a', b)", "{'a': b}"),
    ],
)
def test_what_sqlglot_does_by_itself(spark: str, duckdb: str) -> None:
    assert in_duckdb(spark) == duckdb


def test_escapes_in_texts_become_their_characters() -> None:
    translated = translate("a_model", r"select concat_ws('\u001f', a, '\t\u00a0')", RELATIONS)
    assert translated == "SELECT\n  CONCAT_WS('\u001f', a, '\t\u00a0')"


def test_rules_apply_inside_of_what_another_rule_made() -> None:
    translated = in_duckdb("add_months(date_add(cast(x as timestamp), 1), 2)")
    assert translated == (
        "CAST((CAST(CAST(x AS TIMESTAMP) AS DATE) + (1)) + INTERVAL (2) MONTH AS DATE)"
    )


def test_relations_are_jinja_again_and_ctes_stay() -> None:
    sql = """
        with sales as (select * from gold.fact_sales as sold)
        select sales.* from sales inner join raw_crm.sales_details as raw on sales.a = raw.a
    """
    text = " ".join(translate("a_model", sql, RELATIONS).split())
    assert "FROM {{ ref('fact_sales') }} AS sold" in text
    assert "JOIN {{ source('crm', 'sales_details') }} AS raw" in text
    assert "FROM sales INNER JOIN" in text


def test_the_build_s_time_is_dbt_s_own() -> None:
    text = in_duckdb(f"cast('{BUILD_TIME}' as timestamp) as updated_at")
    assert text == (
        """CAST('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' AS TIMESTAMP)"""
        " AS updated_at"
    )


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("select * from ops.ingested_files", "reads ops.ingested_files, which nobody builds"),
        ("select '{{ this }}' as a", "would be read as Jinja"),
        ("select from where", "cannot be translated"),
    ],
)
def test_what_cannot_be_translated_is_named(sql: str, problem: str) -> None:
    with pytest.raises(TranslationError, match=problem) as raised:
        translate("a_model", sql, RELATIONS)
    assert "a_model" in raised.value.cause


@pytest.mark.parametrize(
    ("spark", "duckdb"),
    [
        ("string", "varchar"),
        ("decimal(18,4)", "decimal(18, 4)"),
        ("bigint", "bigint"),
        ("int", "int"),
        ("timestamp", "timestamp"),
        ("double", "double"),
    ],
)
def test_types_of_contracts(spark: str, duckdb: str) -> None:
    assert duckdb_type(spark) == duckdb
