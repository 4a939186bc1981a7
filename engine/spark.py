"""The spark engine: Apache Spark with Delta in this process, tuned for small data on few cores.

The settings are for two cores and a few million rows: a small run's time goes into starting and
compiling, not into data.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkRuntimeError
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

from engine.java import require_java
from saleslake.errors import SaleslakeError

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

DELTA_SETTINGS = {
    "spark.jars.packages": DELTA_JAR,
    "spark.jars.excludes": ",".join(ALREADY_IN_SPARK),
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
}
"""What any Spark with Delta needs here, where nobody else is to reach it."""

TUNING = {
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.driver.memory": "4g",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # The light compiler saves a quarter of a small run; without the larger cache it crashed.
    # Two cores have none to spare for collecting garbage meanwhile.
    "spark.driver.extraJavaOptions": " ".join(
        ("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=256m", "-XX:+UseSerialGC")
    ),
}

LARGEST_LOG = 1 << 20
"""In bytes: what Java prints is of interest when it fails to start, and not for long."""


def start(warehouse: Path, log: Path) -> SparkSession:
    """Start Spark with Delta in this process, or return the session that is already there.

    Args:
        warehouse: where Spark puts tables of schemas that have no location of their own.
        log: file for what Java prints, which is much, and more when it is stopped half-way.

    Raises:
        JavaMissingError: no Java 17 or newer is installed.
        SaleslakeError: Java ended without becoming Spark.
    """
    active = SparkSession.getActiveSession()
    if active is not None:
        return active
    require_java()
    os.environ.pop("SPARK_REMOTE", None)
    # Else Spark's own Python processes are the first python3 there is, which lacks pyarrow.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = SparkConf().setMaster("local[*]").setAppName("saleslake")
    settings.set("spark.sql.warehouse.dir", str(warehouse))
    settings.setAll(list({**DELTA_SETTINGS, **TUNING}.items()))
    _start_java(settings, log)
    return SparkSession.builder.getOrCreate()


def _start_java(settings: SparkConf, log: Path) -> None:
    """Start Java with Spark, and wait for it in a thread of its own.

    A signal interrupts the main thread, and PySpark's launcher, if interrupted, removes the file
    over which Java reports: Java then stays, without a parent, for ever. Undisturbed it ends by
    itself when this process is gone.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    too_long = log.exists() and log.stat().st_size > LARGEST_LOG
    with log.open("wb" if too_long else "ab") as output:
        streams = {"stdout": output, "stderr": output}
        launcher = ThreadPoolExecutor(max_workers=1)
        try:
            gateway = launcher.submit(launch_gateway, settings, streams).result()
        except PySparkRuntimeError as error:
            raise SaleslakeError(
                "Apache Spark did not start: Java ended.", f"What it said is at the end of {log}."
            ) from error
    SparkContext(conf=settings, gateway=gateway)
