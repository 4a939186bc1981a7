"""Auto Loader's streaming source, ``cloudFiles``, for open-source Spark.

    from ingest.cloudfiles import register
    register(spark)
    spark.readStream.format("cloudFiles").option("cloudFiles.format", "csv")...

A thin source over the loader's core: ``table`` reads its options, ``finding`` finds new files,
``events``, ``log`` and ``log_file`` number them, ``schema`` has the versions of their columns,
``stream`` and ``planning`` answer what Spark asks, ``batch`` and ``rows`` are what its tasks read,
``state`` lists what became of each file, and ``source`` is what Spark sees.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ingest.cloudfiles.state import StreamFile, files

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["StreamFile", "files", "register"]


def register(spark: SparkSession) -> bool:
    """Make ``cloudFiles`` a format of a Spark session.

    On Databricks, which has its own, this does nothing.

    Returns:
        Whether the format is this one.
    """
    if "DATABRICKS_RUNTIME_VERSION" in os.environ:
        return False
    from ingest.cloudfiles.source import CloudFilesSource

    spark.dataSource.register(CloudFilesSource)
    return True
