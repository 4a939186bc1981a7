"""How fast the loader is against what a user would pick instead: Spark's CSV source, or DuckDB.

One command, `python -m bench loader`, measures whole processes on the same files, one after the
other, and makes sure that all of them landed the same rows.

    command     parses, calls and prints
    landing     the files: many lines, one large file, many small files
    names, sides    what is compared, and how each is run
    cloudfiles_stream, bare_source, spark_csv, duckdb_delta, discovering    measured processes
    plain_spark    the session of those that are run by Spark
    session     the order of runs
    results     what was measured, as data; targets
    shown       the results for a person
    section     their place in docs/benchmarks.md
"""
