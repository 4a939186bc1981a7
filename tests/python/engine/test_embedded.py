"""The embedded engine's server lives in this process, and ends with Ctrl-C: nobody waits for it."""

from __future__ import annotations

import subprocess
import sys

AFTER_AN_INTERRUPTION = """
import os, signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job is deaf to it
from engine.embedded import start

start().sql("select 1").collect()
try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(10)
except KeyboardInterrupt:
    pass
deadline = time.monotonic() + 30
while time.monotonic() < deadline:
    try:
        start().sql("select 1").collect()
    except Exception as error:
        print(type(error).__name__)
        break
"""


def test_an_engine_that_was_interrupted_is_told_at_once() -> None:
    """Spark's client tries for minutes by itself."""
    command = [sys.executable, "-c", AFTER_AN_INTERRUPTION]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "SparkConnectGrpcException\n"
