"""A damaged table as a library can open it: the same files, without those that are in its way."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from maintenance.delta_log import LOG, DeltaLog, read_log


@contextmanager
def readable_view(table: Path, log: DeltaLog | None = None) -> Iterator[Path]:
    """Give a folder in which the library opens every version that can be read.

    A checkpoint that is cut off, or a pointer to one that is gone, keeps it from versions whose
    commits are all there. Nothing of the table is touched: the view is made of links.

    Args:
        table: folder of a Delta table.
        log: its log, when it was read already.
    """
    log = log or read_log(table)
    if not log.damage:
        yield table
        return
    in_the_way = set(log.misplaced())
    with tempfile.TemporaryDirectory(prefix="saleslake-") as folder:
        view = Path(folder)
        (view / LOG).mkdir()
        for name in log.names - in_the_way:
            (view / LOG / name).symlink_to((log.folder / name).resolve())
        for entry in table.iterdir():
            if entry.name != LOG:
                (view / entry.name).symlink_to(entry.resolve())
        yield view
