"""Lands files on Databricks: the real Auto Loader, fed by the catalogue, into the same raw tables.

    python -m ingest.databricks --landing /Volumes/main/sales/landing --state /Volumes/...

``refusals`` says what Auto Loader cannot do of a table's settings, ``streams`` what it is told of
the others; both touch nothing. ``paths``, ``rows`` and ``decisions`` say what becomes of a batch's
files and rows, ``tables`` and ``ops`` are the tables of Unity Catalog, ``batch`` writes one batch
of a stream, ``landing`` runs the streams of all tables. docs/databricks.md says how to use it.
"""
