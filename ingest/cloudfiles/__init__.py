"""Auto Loader's streaming source, ``cloudFiles``, for open-source Spark.

    from ingest.cloudfiles import register
    register(spark)
    spark.readStream.format("cloudFiles").option("cloudFiles.format", "csv")...

A thin source over the loader's core: ``table`` reads its options, ``finding`` finds new files,
``events``, ``log`` and ``log_file`` number them, ``schema`` has the versions of their columns,
``stream``, ``offsets`` and ``planning`` answer what Spark asks, ``batch``, ``partitions`` and
``rows`` are what its tasks read, ``state`` lists what became of each file, and ``source`` is what
Spark sees.

Spark imports this in four processes before the first row. So none imports what another needs.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from ingest.cloudfiles.state import StreamFile


def register(spark: SparkSession) -> bool:
    """Make ``cloudFiles`` a format of a Spark session.

    Files are packed into tasks by the settings ``spark.sql.files.*`` that the session has now. On
    Databricks, which has its own format, this does nothing.

    Returns:
        Whether the format is this one.
    """
    if "DATABRICKS_RUNTIME_VERSION" in os.environ:
        return False
    from ingest.cloudfiles.partitions import packing_of
    from ingest.cloudfiles.source import source_with

    spark.dataSource.register(source_with(packing_of(spark)))
    return True


def files(schema_location: str | Path) -> list[StreamFile]:
    """List every file of a stream with what became of it, in order of paths.

    Args:
        schema_location: its cloudFiles.schemaLocation; the stream may be running.

    Raises:
        StreamLogError: the log there is damaged.
    """
    from ingest.cloudfiles.state import stream_files

    return stream_files(Path(schema_location))
