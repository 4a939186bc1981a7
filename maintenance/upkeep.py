"""What maintenance does to one table: the library does it, what is worth it is decided here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from pathlib import Path

from deltalake import DeltaTable

from maintenance.delta_log import DataFile, DeltaLog
from maintenance.expiry import NO_HOOKS, expired_data_files, expired_log_files, vacuum
from maintenance.history import damage_of, read_history
from saleslake.lake import LakeTable

TARGET_FILE_SIZE = 100 * 1024 * 1024
"""Bytes; Delta's own target of a compaction."""
SMALL_FILES_WORTH_IT = 8
"""Fewer small files cost a reader nothing that is worth writing a table again for."""
COMMITS_WORTH_IT = 10
"""Commits since the last checkpoint that make a new one pay; Delta's own number."""

Step = Callable[[str], None]


@dataclass(frozen=True)
class Rules:
    """What holds for all tables of one maintenance.

    Attributes:
        retention_days: how long replaced data files are kept.
        now: UTC.
        dry_run: look, and touch nothing.
    """

    retention_days: int
    now: datetime
    dry_run: bool


@dataclass(frozen=True)
class Upkeep:
    """What maintenance does to one table, or would do.

    Attributes:
        table: its name.
        files_before: data files of its newest version.
        files_after: likewise afterwards; of a dry run an estimate.
        bytes_freed: of data files and log entries.
        files_deleted: data files of versions that are not kept, or of none.
        log_entries_deleted: files of its log.
        has_checkpoint: whether a checkpoint is written.
        oldest_version: the oldest version from which on every one can be read.
        newest_version: the newest one.
        problem: why it was left alone, or what went wrong; None if nothing.
    """

    table: str
    files_before: int = 0
    files_after: int = 0
    bytes_freed: int = 0
    files_deleted: int = 0
    log_entries_deleted: int = 0
    has_checkpoint: bool = False
    oldest_version: int | None = None
    newest_version: int | None = None
    problem: str | None = None


def is_compaction_worth_it(files: Mapping[str, DataFile]) -> bool:
    """Tell whether a table has so many small files that writing them again pays."""
    return len(_small(files)) >= SMALL_FILES_WORTH_IT


def files_after_compaction(files: Mapping[str, DataFile]) -> int:
    """Estimate how many data files a compaction leaves."""
    if not is_compaction_worth_it(files):
        return len(files)
    small = _small(files)
    return len(files) - len(small) + ceil(sum(small) / TARGET_FILE_SIZE)


def is_checkpoint_worth_it(log: DeltaLog, commits_to_come: int = 0) -> bool:
    """Tell whether so many commits follow the last checkpoint that a new one pays."""
    last = max(log.checkpoints, default=-1)
    return log.newest + commits_to_come - last >= COMMITS_WORTH_IT


def _small(files: Mapping[str, DataFile]) -> list[int]:
    return [file.size for file in files.values() if file.size < TARGET_FILE_SIZE]


def expire(table: LakeTable, rules: Rules, step: Step) -> Upkeep:
    """Delete what no kept version needs: data files first, then log entries."""
    history = read_history(table.path)
    result = Upkeep(table.full_name, len(history.current), len(history.current))
    problem = damage_of(history)
    if problem:
        return replace(result, problem=f"damaged: {problem}; see saleslake doctor")
    expired = expired_data_files(table.path, history, rules.retention_days, rules.now)
    entries = expired_log_files(history, rules.now)
    freed = _size(table.path, expired.paths) + _size(history.log.folder, entries)
    if not rules.dry_run:
        vacuum(table.path, expired, rules.retention_days)
        step(f"vacuumed:{table.full_name}")
        for name in entries:
            (history.log.folder / name).unlink(missing_ok=True)
        step(f"log:{table.full_name}")
    return replace(
        result,
        bytes_freed=freed,
        files_deleted=len(expired.paths),
        log_entries_deleted=len(entries),
    )


def compact(table: LakeTable, so_far: Upkeep, rules: Rules, step: Step) -> Upkeep:
    """Merge small files and write a checkpoint, each where it pays."""
    history = read_history(table.path)
    is_worth_it = is_compaction_worth_it(history.current)
    if rules.dry_run:
        has_checkpoint = is_checkpoint_worth_it(history.log, 1 if is_worth_it else 0)
    else:
        if is_worth_it:
            _compact_or_clean_up(table.path)
            step(f"compacted:{table.full_name}")
            history = read_history(table.path)
        has_checkpoint = is_checkpoint_worth_it(history.log)
        if has_checkpoint:
            DeltaTable(table.path).create_checkpoint()
            step(f"checkpoint:{table.full_name}")
    newest, oldest = history.newest, history.oldest_kept
    return replace(
        so_far,
        files_after=files_after_compaction(history.current)
        if rules.dry_run
        else len(history.current),
        has_checkpoint=has_checkpoint,
        oldest_version=oldest.version if oldest else None,
        newest_version=newest.version if newest else None,
    )


def _compact_or_clean_up(table: Path) -> None:
    """Compact a table; when that fails, take its unfinished files with it.

    They would lie there until they are old enough for a vacuum, on a disk that may be full.
    """
    before = {path.name for path in table.iterdir()}
    try:
        DeltaTable(table).optimize.compact(post_commithook_properties=NO_HOOKS)
    except Exception:
        needed = read_history(table).current
        for path in table.glob("*.parquet*"):
            if path.name not in before and path.name not in needed:
                path.unlink(missing_ok=True)
        raise


def _size(folder: Path, names: list[str]) -> int:
    """Return the bytes of some files; one that vanished meanwhile has none."""
    total = 0
    for name in names:
        try:
            total += (folder / name).stat().st_size
        except OSError:
            continue
    return total
