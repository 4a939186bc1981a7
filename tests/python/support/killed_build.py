"""A child process that builds a lake and kills itself, really, at a named place.

python killed_build.py <lake> nodes <n>          when n nodes have ended
python killed_build.py <lake> statement <text>   while the first statement that starts with
                                                 the text is being executed
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from dbt.adapters.spark.session import Cursor

from command.build import build
from saleslake.lake import Lake
from saleslake.settings import PROJECT_DIR

DELAY_SECONDS = 0.03
"""Long enough for the engine to be at work, short enough for it not to be done."""


def kill() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_during(text: str) -> None:
    """Arrange to be killed shortly after a statement that starts with the text was sent."""
    execute = Cursor.execute

    def killing(self: Cursor, sql: str, *parameters: object) -> None:
        code = "\n".join(
            line for line in sql.splitlines() if not line.strip().startswith(("/*", "--"))
        )
        if code.strip().lower().startswith(text):
            threading.Timer(DELAY_SECONDS, kill).start()
        execute(self, sql, *parameters)

    Cursor.execute = killing


def main() -> None:
    """Build the lake named on the command line until the end comes."""
    root, kind, what = sys.argv[1:]
    ends_at = int(what) if kind == "nodes" else sys.maxsize
    if kind == "statement":
        kill_during(what)

    def on_progress(done: int, _: int) -> None:
        if done >= ends_at:
            kill()

    build(PROJECT_DIR, Lake(Path(root)), "embedded", full_refresh=False, on_progress=on_progress)


if __name__ == "__main__":
    main()
