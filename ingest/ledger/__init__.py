"""What became of every delivered file (``ops.ingested_files``), and what full deliveries are."""
