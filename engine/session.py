"""One call that brings up an engine with a lake attached."""

from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import SparkSession

from engine.attach import attach
from saleslake.lake import Lake

STARTING = {
    "embedded": "Starting the embedded engine",
    "spark": "Starting Apache Spark: Java takes some seconds",
}


def open_session(
    engine: str, lake: Lake, tell: Callable[[str], None] = lambda _: None
) -> SparkSession:
    """Start the engine in this process and attach the lake's tables.

    Args:
        engine: ``embedded`` or ``spark``.
        lake: the lake whose tables the session shall know; on spark the same one for the whole
            life of the process, because its catalogue is never emptied.
        tell: told in a few words what begins.

    Raises:
        JavaMissingError: engine is spark and no Java 17 or newer is installed.
    """
    tell(STARTING[engine])
    if engine == "spark":
        from engine import spark  # each engine imports only what it needs

        session = spark.start(lake.warehouse, lake.logs / "spark.log")
    else:
        from engine import embedded

        session = embedded.start()
    tell("Attaching the lake's tables")
    attach(session, lake)
    return session
