"""The log of one run: JSON lines under <lake>/ops/logs, for machines.

No cell value goes into a log. Engines quote values in their messages; what stands in quotes is cut
out of every text before it is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

LogValue = str | int | float | bool | None

# From the first quote of a line to its last: a value may hold quotes itself.
_QUOTED = re.compile(r"'[^\n]*'|\"[^\n]*\"")
_SECRET = re.compile(r"(?i)\b(token|password|secret|key)(\s*[=:]\s*)\S+")


def redact(text: str) -> str:
    """Cut quoted values and anything that looks like a credential out of a text."""
    return _SECRET.sub(r"\1\2…", _QUOTED.sub("'…'", text))


class RunLog:
    """Appends one JSON object per event to the run's own file."""

    def __init__(self, folder: Path, run_id: str, clock: Callable[[], datetime]) -> None:
        self._path = folder / f"{run_id}.jsonl"
        self.run_id = run_id
        self._clock = clock

    def write(self, event: str, **fields: LogValue) -> None:
        """Append an event; texts are redacted."""
        safe = {k: redact(v) if isinstance(v, str) else v for k, v in fields.items()}
        at = self._clock().astimezone(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": at, "run_id": self.run_id, "event": event, **safe})
        with self._path.open("a", encoding="utf-8") as handle:
            handle.write(line + "\n")
