"""Spark with Delta as it comes, for the sides that run on it.

The session of this project's engine is tuned for small data: its light compiler takes a third
longer for ten million lines.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from engine.spark import DELTA_SETTINGS


def plain_session(warehouse: Path) -> SparkSession:
    """Start Spark in this process, on all cores.

    Args:
        warehouse: where Spark puts tables without a location.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else the first python3 there is
    builder = SparkSession.builder.master("local[*]").appName("bench")
    for name, value in {**DELTA_SETTINGS, "spark.sql.warehouse.dir": str(warehouse)}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def texts(columns: Iterable[str]) -> str:
    """Return the schema of columns that are text."""
    return ", ".join(f"`{column}` string" for column in columns)


def load(rows: DataFrame, folder: Path) -> None:
    """Write all that a stream has now into the Delta table of a side's folder."""
    writer = rows.writeStream.format("delta").trigger(availableNow=True)
    writer = writer.option("checkpointLocation", str(folder / "checkpoint"))
    writer.start(str(folder / "table")).awaitTermination()
