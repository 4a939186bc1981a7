"""Records that do not fit their file (``ops.quarantined_records``), and their later replay."""
