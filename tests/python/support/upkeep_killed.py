"""Maintains a lake and is killed by SIGKILL at a step, or runs into a full disk.

python upkeep_killed.py kill <folder> <step> ...   one lake <folder>/<step> for each step
python upkeep_killed.py full <lake> <bytes>        no file may grow beyond so many bytes

Every kill is in a child process of its own, forked before anything was opened, because imports take
the most time. ``during:<step>`` is the moment after that step when the first file comes or goes.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from delta_tables import age, make_table, write
from full_disk import on_a_full_disk

from maintenance.maintain import Maintainer
from maintenance.removal import ProjectTables
from maintenance.upkeep import Rules
from saleslake.lake import Lake

PROJECT = ProjectTables(
    tables=frozenset({("gold", "dim_date")}), schemas=frozenset({"gold"}), delivered=frozenset()
)
ROWS = 300


def make_lake(root: Path) -> Lake:
    """A lake with something to do at every step of maintenance."""
    lake = Lake(root)
    lake.prepare()
    lake.mark("real")
    dates = make_table(lake.warehouse / "gold" / "dim_date", 12, rows=ROWS)
    age(dates, days=20)
    write(dates, [1, 2, 3], mode="overwrite")
    age(dates, days=20)
    make_table(dates, 12, rows=ROWS)
    make_table(lake.warehouse / "gold" / "old_model", 2)
    (lake.removed / "left").mkdir(parents=True)
    (lake.removed / "left" / "file").write_bytes(b"x")
    return lake


def maintain(lake: Lake, step: Callable[[str], None] = lambda _: None) -> None:
    rules = Rules(7, datetime.now(UTC), dry_run=False)
    with lake.lock():
        Maintainer(lake, PROJECT, rules, lambda *_: None, step).run()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at_next_change(folder: Path) -> None:
    """Be killed as soon as a file below a folder comes or goes."""
    before = files_below(folder)

    def watch() -> None:
        while files_below(folder) == before:
            pass
        kill()

    threading.Thread(target=watch, daemon=True).start()


def files_below(folder: Path) -> set[str]:
    return {os.path.join(place, name) for place, _, names in os.walk(folder) for name in names}  # noqa: PTH118


def run_until(lake: Lake, step: str) -> None:
    wanted = step.removeprefix("during:")

    def stop(reached: str) -> None:
        if reached != wanted:
            return
        if step.startswith("during:"):
            kill_at_next_change(lake.root)
        else:
            kill()

    maintain(lake, stop)
    if step.startswith("during:"):
        time.sleep(60)  # on a busy machine the watching thread may come late


def in_child(work: Callable[[], object]) -> int:
    """Do something in a child process and return its status."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return os.waitpid(child, 0)[1]


def kill_at(folder: Path, steps: list[str]) -> int:
    in_child(lambda: make_lake(folder / "template"))
    for step in steps:
        shutil.copytree(folder / "template", folder / step)
        status = in_child(partial(run_until, Lake(folder / step), step))
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            print(f"{step}: not killed, status {status}", file=sys.stderr)  # noqa: T201
            return 1
    return 0


def fill_up(lake: Lake, limit: int) -> int:
    return on_a_full_disk(limit, lambda: maintain(lake))


if __name__ == "__main__":
    what, root, *rest = sys.argv[1:]
    sys.exit(kill_at(Path(root), rest) if what == "kill" else fill_up(Lake(Path(root)), int(*rest)))
