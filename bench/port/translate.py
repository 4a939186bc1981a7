"""One compiled statement of this project, Spark SQL, as DuckDB's SQL.

sqlglot does most of it. The rules below are what it leaves out, or gets wrong for an engine in ANSI
mode whose dates stay dates; each says why it is there and has a test. No model is edited.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from bench.errors import TranslationError

# Databricks is Spark in ANSI mode, as our engines are: a cast that fails raises. sqlglot's "spark"
# would make every cast a TRY_CAST.
READ = "databricks"
WRITE = "duckdb"

BUILD_TIME = "__build_time__"
"""Stands in compiled SQL where dbt shall write the time at which its build started."""

_BUILD_TIME_JINJA = '{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}'

Rule = Callable[[exp.Expr], exp.Expr]
Relations = Mapping[tuple[str, str], str]
"""The Jinja for a relation, such as ``{{ ref('fact_sales') }}``, by its schema and name."""
Structure = str | list["Structure"] | dict[str, "Structure"]


def _date(node: exp.Expr) -> exp.Expr:
    return exp.cast(node, exp.DType.DATE)


def dates_plus_days_are_dates(node: exp.Expr) -> exp.Expr:
    """date_add(d, n): sqlglot adds an interval, which makes a timestamp; a number keeps a date."""
    if node.text("unit").upper() not in ("", "DAY"):
        return node
    return exp.paren(exp.Add(this=_date(node.this), expression=exp.paren(node.expression)))


def dates_plus_months_are_dates(node: exp.Expr) -> exp.Expr:
    """add_months(d, n): a date again, for the same reason."""
    months = exp.Interval(this=exp.paren(node.expression), unit=exp.var("MONTH"))
    return _date(exp.Add(this=node.this, expression=months))


def days_of_week_count_from_one(node: exp.Expr) -> exp.Expr:
    """dayofweek(d): Sunday is 1 in Spark and 0 in DuckDB."""
    return exp.paren(exp.Add(this=node.copy(), expression=exp.Literal.number(1)))


def sequences_of_days_are_dates(node: exp.Expr) -> exp.Expr:
    """sequence(date, date, interval): DuckDB's generate_series makes timestamps of dates."""
    if not isinstance(node.args.get("step"), exp.Interval):
        return node
    return exp.cast(node, exp.DataType.build("date[]", dialect=WRITE))


def timestamps_have_no_zone(node: exp.Expr) -> exp.Expr:
    """Type timestamp: everything is UTC, and a DuckDB user would not carry a zone along."""
    if node.this not in (exp.DType.TIMESTAMPTZ, exp.DType.TIMESTAMPLTZ):
        return node
    return exp.DataType.build("timestamp", dialect=WRITE)


def unreadable_times_are_null(node: exp.Expr) -> exp.Expr:
    """try_to_timestamp(text, 'yyyyMMdd') is try_strptime(text, '%Y%m%d')."""
    text, pattern = node.expressions
    written = Dialect.get_or_raise(READ).format_time(pattern)
    return exp.StrToTime(this=text, format=written, safe=True)


def hashes_are_small_numbers(node: exp.Expr) -> exp.Expr:
    """hash(a, b): an int in Spark, and small here, as DuckDB's shift may not push bits out.

    Hashed again, because hash(1, x) has the low bits of hash(x), but for an exclusive or.
    """
    again = exp.Anonymous(this="hash", expressions=[node.copy()])
    small = exp.Mod(this=again, expression=exp.Literal.number(1 << 30))
    return exp.cast(small, exp.DType.INT)


def json_is_read_by_structure(node: exp.Expr) -> exp.Expr:
    """from_json(text, 'array<struct<a: string>>'): DuckDB wants the structure as JSON."""
    described = exp.DataType.build(node.expression.name, dialect=READ)
    structure = exp.Literal.string(json.dumps(json_structure(described)))
    return exp.Anonymous(this="from_json", expressions=[node.this, structure])


FUNCTIONS: Mapping[str, Rule] = {
    "hash": hashes_are_small_numbers,
    "try_to_timestamp": unreadable_times_are_null,
}
"""Rules for functions that sqlglot does not know and would hand over as they are."""


def functions_by_name(node: exp.Expr) -> exp.Expr:
    """Apply the rule for a function that sqlglot does not know, if there is one."""
    rule = FUNCTIONS.get(node.name.lower())
    return rule(node) if rule else node


RULES: Mapping[type[exp.Expr], Rule] = {
    exp.TsOrDsAdd: dates_plus_days_are_dates,
    exp.AddMonths: dates_plus_months_are_dates,
    exp.DayOfWeek: days_of_week_count_from_one,
    exp.GenerateSeries: sequences_of_days_are_dates,
    exp.DataType: timestamps_have_no_zone,
    exp.Anonymous: functions_by_name,
    exp.FromJson: json_is_read_by_structure,
}


def json_structure(described: exp.DataType) -> Structure:
    """Return a type as DuckDB's from_json wants it: [{"a": "VARCHAR"}] for an array of structs."""
    if described.this == exp.DType.ARRAY:
        (element,) = described.expressions
        return [json_structure(element)]
    if described.this == exp.DType.STRUCT:
        return {field.name: json_structure(field.args["kind"]) for field in described.expressions}
    return described.sql(dialect=WRITE).replace("TEXT", "VARCHAR")


def duckdb_type(spark_type: str) -> str:
    """Return a column type of a contract in DuckDB's words: varchar for string."""
    built = exp.DataType.build(spark_type, dialect=READ)
    return apply_rules(built).sql(dialect=WRITE).replace("TEXT", "VARCHAR").lower()


def apply_rules(tree: exp.Expr) -> exp.Expr:
    """Apply every rule, innermost expressions first, so that what a rule wraps is done already."""
    for node in reversed(list(tree.walk(bfs=False))):
        rule = RULES.get(type(node))
        if rule is None:
            continue
        twin = node.copy()
        changed = rule(twin)
        if changed is twin:
            continue
        if node is tree:
            tree = changed
        else:
            node.replace(changed)
    return tree


def translate(node: str, sql: str, relations: Relations) -> str:
    """Return a compiled statement in DuckDB's SQL, its relations as Jinja again.

    Args:
        node: name of the dbt node, for errors.
        sql: the statement, as dbt compiled it for Spark.
        relations: every relation that it may read.

    Raises:
        TranslationError: it cannot be parsed, or reads a relation that nobody builds.
    """
    try:
        tree = sqlglot.parse_one(sql, read=READ)
    except SqlglotError as error:
        raise TranslationError(node, str(error).splitlines()[0]) from error
    used = _mark_relations(node, tree, relations)
    text = apply_rules(tree).sql(dialect=WRITE, pretty=True)
    if "{{" in text or "{%" in text or "{#" in text:
        raise TranslationError(node, "its text would be read as Jinja")
    for mark, jinja in used.items():
        text = text.replace(mark, jinja)
    return text.replace(BUILD_TIME, _BUILD_TIME_JINJA)


def _mark_relations(node: str, tree: exp.Expr, relations: Relations) -> dict[str, str]:
    """Put a mark in place of every relation; what has no schema is a CTE."""
    used: dict[str, str] = {}
    for table in tree.find_all(exp.Table):
        if not table.db:
            continue
        jinja = relations.get((table.db, table.name))
        if jinja is None:
            raise TranslationError(node, f"it reads {table.db}.{table.name}, which nobody builds")
        mark = f"__relation_{len(used)}__"
        used[mark] = jinja
        table.set("this", exp.to_identifier(mark))
        table.set("db", None)
    return used
