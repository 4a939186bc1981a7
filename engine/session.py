"""One call that brings up an engine with a lake attached."""

from __future__ import annotations

from pyspark.sql import SparkSession

from engine.attach import attach
from saleslake.lake import Lake


def open_session(engine: str, lake: Lake) -> SparkSession:
    """Start the engine in this process and attach the lake's tables.

    Args:
        engine: ``embedded`` or ``spark``.
        lake: the lake whose tables the session shall know; on spark the same one for the whole
            life of the process, because its catalogue is never emptied.

    Raises:
        JavaMissingError: engine is spark and no Java 17 or newer is installed.
    """
    if engine == "spark":
        from engine import spark  # each engine imports only what it needs

        session = spark.start(lake.warehouse)
    else:
        from engine import embedded

        session = embedded.start()
    attach(session, lake)
    return session
