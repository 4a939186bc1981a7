"""Spark with Delta as it comes, for the sides that run on it.

The session of this project's engine is tuned for small data: its light compiler takes a third
longer for ten million lines.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from engine.spark import ALREADY_IN_SPARK, DELTA_JAR

_SETTINGS = {
    "spark.jars.packages": DELTA_JAR,
    "spark.jars.excludes": ",".join(ALREADY_IN_SPARK),
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
}


def plain_session(warehouse: Path) -> SparkSession:
    """Start Spark in this process, on all cores.

    Args:
        warehouse: where Spark puts tables without a location.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else the first python3 there is
    builder = SparkSession.builder.master("local[*]").appName("bench")
    for name, value in {**_SETTINGS, "spark.sql.warehouse.dir": str(warehouse)}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def load(rows: DataFrame, folder: Path) -> None:
    """Write all that a stream has now into the Delta table of a side's folder."""
    writer = rows.writeStream.format("delta").trigger(availableNow=True)
    writer = writer.option("checkpointLocation", str(folder / "checkpoint"))
    writer.start(str(folder / "table")).awaitTermination()
