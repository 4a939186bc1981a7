"""This project as a user of dbt-duckdb would have it, generated from its own compiled SQL.

compiling   this project's SQL, compiled for a first build and for a later one
manifest    what dbt says of its nodes
translate   Spark's SQL as DuckDB's
project     the dbt-duckdb project's files
landing     the statements that load delivered files
process     what runs in .venv-bench
"""
