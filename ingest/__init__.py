"""Delivered files to raw Delta tables, without an engine.

Exactly-once loading with pyarrow and delta-rs: what is delivered is described by the catalogue
(``ingest/catalogue/*.yml``), what was loaded is remembered by the ledger (``ops/ingested_files``),
what could not be read is kept with its reason (``ops/quarantined_records``).

    loader        a run over all tables; table_run is one table in it
    planning      what is to be done with each file; policies, judge and outlook decide and foretell
    explain       why a file was loaded, or was not; sampling shows its first records
    files         the landing folder
    readers       one module per format
    raw           the raw tables
    ledger        what became of each file
    quarantine    what did not fit, and its replay
    options       Auto Loader's options
    cloudfiles    Auto Loader's streaming source for open-source Spark
"""
