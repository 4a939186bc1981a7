"""The sides' names, apart from what they need: the command's help must not wait for that."""

SALESLAKE, DUCKDB_DELTA = "saleslake ingest", "DuckDB + delta-rs"
CLOUD_FILES, SPARK_CSV = "Spark cloudFiles", "Spark readStream.csv"
BARE_SOURCE = "Spark, bare Python source"
CLOUD_FILES_METADATA, SPARK_CSV_METADATA = f"{CLOUD_FILES}, _metadata", f"{SPARK_CSV}, _metadata"
SIDES = {
    "saleslake": SALESLAKE,
    "cloudfiles": CLOUD_FILES,
    "bare-source": BARE_SOURCE,
    "spark-csv": SPARK_CSV,
    "cloudfiles-metadata": CLOUD_FILES_METADATA,
    "spark-csv-metadata": SPARK_CSV_METADATA,
    "duckdb": DUCKDB_DELTA,
}
"""By what an option calls them, in the order in which they run."""

ON_SPARK = {
    CLOUD_FILES: ("cloudfiles_stream", ()),
    BARE_SOURCE: ("bare_source", ()),
    SPARK_CSV: ("spark_csv", ()),
    CLOUD_FILES_METADATA: ("cloudfiles_stream", ("_metadata",)),
    SPARK_CSV_METADATA: ("spark_csv", ("_metadata",)),
}
"""Sides that need Java: their modules, and the columns that they have beside the delivered ones."""
