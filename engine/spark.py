"""The spark engine: Apache Spark with Delta in this process, tuned for small data on few cores.

The settings are for two cores and a few million rows: a small run's time goes into starting and
compiling, not into data.
"""

from __future__ import annotations

import os
from pathlib import Path

from pyspark.sql import SparkSession

from engine.java import require_java

DELTA_JAR = "io.delta:delta-spark_4.2_2.13:4.4.0"
# What Spark brings itself, or what only Unity Catalog needs: not fetched a second time.
ALREADY_IN_SPARK = [
    "org.apache.hadoop:hadoop-client-api",
    "org.apache.hadoop:hadoop-client-runtime",
    "org.apache.parquet:parquet-hadoop",
    "org.apache.logging.log4j:log4j-slf4j2-impl",
    "org.apache.logging.log4j:log4j-api",
    "org.apache.logging.log4j:log4j-core",
    "org.slf4j:slf4j-api",
    "com.fasterxml.jackson.core:jackson-databind",
    "com.fasterxml.jackson.core:jackson-core",
    "com.fasterxml.jackson.core:jackson-annotations",
    "com.fasterxml.jackson.datatype:jackson-datatype-jdk8",
    "org.roaringbitmap:RoaringBitmap",
]

SETTINGS = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "4g",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # The light compiler saves a quarter of a small run; without the larger cache it crashed.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m",
}


def start(warehouse: Path) -> SparkSession:
    """Start Spark with Delta in this process, or return the session that is already there.

    Args:
        warehouse: where Spark puts tables of schemas that have no location of their own.

    Raises:
        JavaMissingError: no Java 17 or newer is installed.
    """
    active = SparkSession.getActiveSession()
    if active is not None:
        return active
    require_java()
    os.environ.pop("SPARK_REMOTE", None)
    builder = SparkSession.builder.master("local[*]").appName("saleslake")
    builder = builder.config("spark.sql.warehouse.dir", str(warehouse))
    builder = builder.config("spark.jars.packages", DELTA_JAR)
    builder = builder.config("spark.jars.excludes", ",".join(ALREADY_IN_SPARK))
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
