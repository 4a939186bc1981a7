"""Which files of a table no version that is kept needs any more: data files, and log entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from deltalake import DeltaTable, PostCommitHookProperties

from maintenance.delta_log import version_of
from maintenance.history import History
from maintenance.retention import LOG_RETENTION_DAYS

NO_HOOKS = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
"""A commit of maintenance does what it says; what else is to be done is counted and told."""


def first_kept(history: History, retention: timedelta, now: datetime) -> int:
    """Return the version that a retention still promises: the newest one when it began."""
    version = history.at(now - retention) or history.versions[0]
    return version.version


@dataclass(frozen=True)
class ExpiredFiles:
    """Data files that a vacuum is to delete.

    Attributes:
        paths: relative to the table's folder.
        keep_versions: versions whose files a vacuum would take for nobody's; None for none.
    """

    paths: list[str]
    keep_versions: list[int] | None


def expired_data_files(
    table: Path, history: History, retention_days: int, now: datetime
) -> ExpiredFiles:
    """Find the data files that no kept version needs."""
    found = DeltaTable(table).vacuum(
        retention_hours=retention_days * 24, enforce_retention_duration=False, full=True
    )
    since = first_kept(history, timedelta(days=retention_days), now)
    needed = history.needed_since(since)
    # A checkpoint forgets after a week which files were removed when; a vacuum with a longer
    # retention then takes them for nobody's. Naming the versions is slow: only where it matters.
    if not needed.intersection(found):
        return ExpiredFiles(found, None)
    keep = [version.version for version in history.versions if version.version >= since]
    return ExpiredFiles([path for path in found if path not in needed], keep)


def vacuum(table: Path, expired: ExpiredFiles, retention_days: int) -> None:
    """Delete expired data files; a table without any is not touched."""
    if expired.paths:
        DeltaTable(table).vacuum(
            retention_hours=retention_days * 24,
            dry_run=False,
            enforce_retention_duration=False,
            full=True,
            keep_versions=expired.keep_versions,
            post_commithook_properties=NO_HOOKS,
        )


def expired_log_files(history: History, now: datetime) -> list[str]:
    """Return the log's files that no kept version needs, in the order in which they may go.

    Versions are read from a checkpoint on, so everything before the last checkpoint that all kept
    versions can start from may go, and nothing else.
    """
    if history.versions[0].written_at > now - timedelta(days=LOG_RETENTION_DAYS):
        return []
    since = first_kept(history, timedelta(days=LOG_RETENTION_DAYS), now)
    base = max((c for c in history.log.checkpoints if c <= since), default=0)
    names = [name for name in history.log.names if 0 <= version_of(name) < base]
    return sorted(names)
