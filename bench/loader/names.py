"""The sides' names, apart from what they need: the command's help must not wait for that."""

SALESLAKE, SPARK_CSV, DUCKDB_DELTA = "saleslake ingest", "Spark readStream.csv", "DuckDB + delta-rs"
SIDES = {"saleslake": SALESLAKE, "spark-csv": SPARK_CSV, "duckdb": DUCKDB_DELTA}
"""By what an option calls them, in the order in which they run."""
