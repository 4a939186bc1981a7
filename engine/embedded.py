"""The embedded engine: Sail, Spark SQL in Rust, served to this process over loopback.

dbt-spark's session method asks PySpark for a session; with SPARK_REMOTE set PySpark answers with
a Spark Connect client, and that is all Sail needs. No Java, no other process.
"""

from __future__ import annotations

import os
from typing import Protocol

from pyspark.sql import SparkSession


class _Server(Protocol):
    """What is used of pysail's SparkConnectServer."""

    listening_address: tuple[str, int]


_running: list[_Server] = []

# Sail reads these when it is imported. Its allocator, mimalloc, would keep what a large query took:
# 3.4 GB after one of ten million rows, to which the next one's memory came.
SETTINGS = {"RUST_LOG": "error", "MIMALLOC_PURGE_DELAY": "0"}


def start() -> SparkSession:
    """Return a session with an empty catalogue; the server starts once in this process."""
    if not _running:
        for name, value in SETTINGS.items():
            os.environ.setdefault(name, value)
        from pysail.spark import SparkConnectServer  # lazy: reads the settings

        server = SparkConnectServer("127.0.0.1", 0)
        server.start(background=True)
        _running.append(server)
    host, port = _running[0].listening_address
    os.environ["SPARK_REMOTE"] = f"sc://{host}:{port}"
    active = SparkSession.getActiveSession()
    if active is not None:
        active.stop()
    session = SparkSession.builder.getOrCreate()
    # Ctrl-C ends Sail too. A client that waits minutes for it to come back would hang this process,
    # so this comes before anything is asked.
    session.client.set_retry_policies([])
    session.conf.set("spark.sql.session.timeZone", "UTC")
    # Nor can the connection break within a process: two calls less for each statement.
    session.client.disable_reattachable_execute()
    return session
