"""Restores a raw table and is killed by SIGKILL at a step, or runs into a full disk.

python restore_killed.py kill <folder> <step> ...   one lake <folder>/<step>/lake for each step
python restore_killed.py full <folder> <bytes>      no file may grow beyond so many bytes
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
from full_disk import on_a_full_disk
from restore_bench import RAW_PLACES, RestoreBench
from upkeep_killed import in_child, kill

from ingest.files.discovery import discover
from maintenance.raw_batches import existing_ledger
from maintenance.restore import restore
from maintenance.restore_plan import plan_restore
from maintenance.tables import find_table
from saleslake.build_state import BuildState, write_state

NOW = datetime(2026, 2, 1, tzinfo=UTC)


def prepare(folder: Path) -> None:
    """Three batches and a build that knows of them."""
    bench = RestoreBench(folder)
    bench.deliver()
    write_state(bench.lake, BuildState("abc", "embedded", {}, {}))


def take_back(folder: Path, step: Callable[[str], None]) -> None:
    """Restore the table to its first batch."""
    bench = RestoreBench(folder)
    with bench.lake.lock():
        plan = plan_restore(
            bench.lake,
            find_table(bench.lake, RAW_PLACES),
            1,
            existing_ledger(bench.lake, bench.catalogue, NOW),
            discover(bench.landing, bench.catalogue),
        )
        restore(bench.lake, bench.catalogue, plan, "restore-1", NOW, step)


def kill_at(folder: Path, steps: list[str]) -> int:
    pa.array([0])  # imports pandas where it is installed: once, rather than in every child
    in_child(lambda: prepare(folder / "template"))

    def run(step: str) -> None:
        take_back(folder / step, lambda reached: kill() if reached == step else None)

    for step in steps:
        shutil.copytree(folder / "template", folder / step)
        status = in_child(partial(run, step))
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            print(f"{step}: not killed, status {status}", file=sys.stderr)  # noqa: T201
            return 1
    return 0


def fill_up(folder: Path, limit: int) -> int:
    return on_a_full_disk(limit, lambda: take_back(folder, lambda _: None))


if __name__ == "__main__":
    what, root, *rest = sys.argv[1:]
    sys.exit(kill_at(Path(root), rest) if what == "kill" else fill_up(Path(root), int(*rest)))
