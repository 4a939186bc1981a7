"""The embedded engine: Sail, Spark SQL in Rust, served to this process over loopback.

dbt-spark's session method asks PySpark for a session; with SPARK_REMOTE set PySpark answers with
a Spark Connect client, and that is all Sail needs. No Java, no other process.
"""

from __future__ import annotations

import os
import threading

from pyspark.sql import SparkSession

_lock = threading.Lock()
_server: object = None


def start() -> SparkSession:
    """Start Sail on a free loopback port, once in this process, and return the session."""
    global _server  # noqa: PLW0603 (the server must outlive every caller in this process)
    with _lock:
        if _server is None:
            os.environ.setdefault("RUST_LOG", "error")
            from pysail.spark import SparkConnectServer  # noqa: PLC0415 (reads RUST_LOG on import)

            server = SparkConnectServer("127.0.0.1", 0)
            server.start(background=True)
            host, port = server.listening_address
            os.environ["SPARK_REMOTE"] = f"sc://{host}:{port}"
            _server = server
    session = SparkSession.builder.getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    return session
