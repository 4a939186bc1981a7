"""A streaming query in a process of its own, to be killed.

python tests/python/support/cloudfiles_child.py <landing> <schema> <checkpoint> <table> <state>
"""

from __future__ import annotations

import sys
from pathlib import Path

from engine.spark import start
from ingest.cloudfiles import register


def main(landing: str, schema: str, checkpoint: str, table: str, state: str) -> None:
    """Take one file a batch, until somebody kills this."""
    spark = start(Path(state) / "warehouse", Path(state) / "spark.log")
    register(spark)
    options = {"cloudFiles.format": "csv", "cloudFiles.schemaLocation": schema}
    reader = spark.readStream.format("cloudFiles").options(**options)
    rows = reader.option("cloudFiles.maxFilesPerTrigger", 1).load(landing)
    writer = rows.writeStream.format("delta").option("checkpointLocation", checkpoint)
    writer.start(table).awaitTermination()


if __name__ == "__main__":
    main(*sys.argv[1:])
