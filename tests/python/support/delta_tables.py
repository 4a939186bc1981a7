"""Real Delta tables for tests: made in steps, made older, damaged."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal

import pyarrow as pa
from deltalake import DeltaTable, PostCommitHookProperties, write_deltalake

DAY_MILLISECONDS = 86_400_000


def make_table(path: Path, commits: int, rows: int = 1) -> Path:
    """A table with so many appends, one file each; column a counts its rows."""
    for commit in range(commits):
        numbers = list(range(commit * rows, (commit + 1) * rows))
        write(path, numbers, mode="append")
    return path


def write(path: Path, numbers: list[int], *, mode: Literal["append", "overwrite"]) -> None:
    """One commit; without the library's own habit of dropping old log entries on the way."""
    hooks = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
    rows = pa.table({"a": numbers})
    write_deltalake(path, rows, mode=mode, post_commithook_properties=hooks)


def commit_file(table: Path, version: int) -> Path:
    """The file of one commit."""
    return table / "_delta_log" / f"{version:020}.json"


def values(table: Path, version: int | None = None) -> list[int]:
    """Column a of a version, sorted."""
    rows: pa.Table = DeltaTable(table, version=version).to_pyarrow_table()
    return sorted(int(str(value)) for value in rows["a"].to_pylist())


def version_of(table: Path) -> int:
    return DeltaTable(table).version()


def age(table: Path, days: float) -> None:
    """Let everything in a table have happened some days earlier: log entries and files."""
    earlier = int(days * DAY_MILLISECONDS)
    for entry in (table / "_delta_log").glob("*.json"):
        actions = [json.loads(line) for line in entry.read_text().splitlines()]
        for action in actions:
            for kind, field in [
                ("commitInfo", "timestamp"),
                ("add", "modificationTime"),
                ("remove", "deletionTimestamp"),
            ]:
                if field in action.get(kind, {}):
                    action[kind][field] -= earlier
        entry.write_text("\n".join(map(json.dumps, actions)))
    for file in table.rglob("*"):
        if file.is_file():
            at = file.stat().st_mtime - days * 86_400
            os.utime(file, (at, at))


def cut(file: Path) -> None:
    """Cut a file off in the middle, as a power cut leaves it."""
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])


def tree(folder: Path) -> dict[str, int]:
    """Every file below a folder with its size: equal when nothing was touched."""
    return {
        str(path.relative_to(folder)): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }
