"""Delivered files to raw Delta tables, without an engine.

Exactly-once loading with pyarrow and delta-rs: what is delivered is described by the catalogue
(``ingest/catalogue/*.yml``), what was loaded is remembered by the ledger (``ops/ingested_files``),
what could not be read is kept with its reason (``ops/quarantined_records``).
"""
