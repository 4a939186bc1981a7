"""One call that brings up an engine with a lake attached."""

from __future__ import annotations

from pyspark.sql import SparkSession

from engine.attach import attach
from saleslake.lake import Lake


def open_session(engine: str, lake: Lake) -> SparkSession:
    """Start the engine in this process and attach the lake's tables.

    Args:
        engine: ``embedded`` or ``spark``.
        lake: the lake whose tables the session shall know.

    Raises:
        JavaMissingError: engine is spark and no Java 17 or newer is installed.
    """
    if engine == "spark":
        from engine import spark as chosen  # lazy: each engine imports only what it needs
    else:
        from engine import embedded as chosen  # type: ignore[no-redef]
    session = chosen.start()
    attach(session, lake)
    return session
