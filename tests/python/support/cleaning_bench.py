"""A landing folder whose loaded files are cleaned up; run as a script it is killed while at it.

python cleaning_bench.py kill <folder> <step> ...: each step leaves a lake in <folder>/<step>.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from ingest_bench import ERP, PLACES, Bench
from killed_child import fork_for_each

from ingest.catalogue.tables import Catalogue
from ingest.loader import ingest
from ingest.options import read_options
from ingest.result import IngestResult

FILES = [f"erp/LOC_A101/{number}.csv" for number in (1, 2)]


class CleaningBench(Bench):
    """Places are cleaned up; the time of a run is given in days from now on.

    Times are real, because a file's last change is told by the system.
    """

    def __init__(
        self, folder: Path, mode: str = "MOVE", retention: str = "8 days", **settings: object
    ) -> None:
        super().__init__(folder)
        self.archive = folder / "archive"
        self.set(mode, retention, **settings)

    def set(self, mode: str, retention: str = "8 days", **settings: object) -> None:
        written = {
            "cloudFiles.cleanSource": mode,
            "cloudFiles.cleanSource.retentionDuration": retention,
        }
        if mode == "MOVE":
            written["cloudFiles.cleanSource.moveDestination"] = str(self.archive)
        options, problems = read_options(written)
        assert not problems
        self.catalogue = Catalogue(
            tuple(
                replace(table, options=options, **settings)  # type: ignore[arg-type]
                if table.name == PLACES
                else table
                for table in ERP.tables
            )
        )

    def after(self, days: float, checkpoint: Callable[[str], None] | None = None) -> IngestResult:
        """Ingest so many days from now on."""
        self.runs += 1
        return ingest(
            self.landing,
            self.lake,
            self.catalogue,
            run_id=f"run-{self.runs}",
            now=datetime.now(UTC) + timedelta(days=days),
            checkpoint=checkpoint,
        )

    def in_landing(self) -> list[str]:
        return files_in(self.landing)

    def in_archive(self) -> list[str]:
        return files_in(self.archive)


def files_in(folder: Path) -> list[str]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def deliver(bench: CleaningBench) -> None:
    """Two files that are loaded, of which each has its own content."""
    for number, path in enumerate(FILES):
        bench.write(path, f"CID,CNTRY\n{number},DE\n")
    bench.after(0)


def run_until(bench: CleaningBench, step: str) -> None:
    """Clean up and be killed: at a checkpoint, or at the first or second call of a function."""

    def kill() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    deliver(bench)
    name, _, call = step.partition("@")
    if call:
        _kill_before(name, int(call), kill)
    bench.after(9, lambda reached: kill() if reached == step else None)


def _kill_before(name: str, call: int, kill: Callable[[], None]) -> None:
    """Be killed instead of the first, second ... call of a function of os."""
    original = getattr(os, name)
    calls: list[int] = []

    def instead(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == call:
            kill()
        return original(*arguments)

    setattr(os, name, instead)


def main(root: Path, steps: list[str]) -> int:
    pa.array([0])  # imports pandas where it is installed: once, rather than in every child
    return fork_for_each(steps, lambda step: run_until(CleaningBench(root / step), step))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[2]), sys.argv[3:]))
