"""One batch of a stream: its files against the ledger, then quarantine, raw table, ledger.

Spark Connect runs this in a process of its own, so it is a value that can be sent there, takes its
session from the batch, and leaves what it did in the ledger.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ingest.databricks.decisions import decide
from ingest.databricks.ledger import Ledger, Writing
from ingest.databricks.paths import relative_path
from ingest.databricks.rows import BatchRows, files_of
from ingest.databricks.tables import append
from ingest.delta import from_microseconds
from ingest.files.discovery import DeliveredFile, hash_of
from ingest.files.globs import compile_glob
from ingest.ledger.events import State
from ingest.planning import event_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class BatchWriter:
    """Writes the batches of one stream.

    Attributes:
        writing: for which table, in which run.
        landing: the landing folder, as Spark and Python both see it.
    """

    writing: Writing
    landing: str

    def __call__(self, frame: DataFrame, _: int) -> None:
        """Write one batch; again, and with the same files, it changes nothing."""
        files = self._hashed(self._described(files_of(frame)))
        ledger = Ledger(frame.sparkSession, self.writing).read()
        decided = decide(files.values(), self.writing.table, ledger.latest)
        batch_id = ledger.last_batch_id + 1
        planned = [
            event_of(file, State.PLANNED)._replace(batch_id=batch_id) for file in decided.to_load
        ]
        ledger.record([*decided.others, *planned])
        if not planned:
            return
        chosen = {file.path for file in decided.to_load}
        to_load = {uri: file for uri, file in files.items() if file.path in chosen}
        self._write(BatchRows(frame, to_load, self.writing, batch_id))
        version = self._version(frame.sparkSession)
        ledger.committed(batch_id, planned, version)

    def _write(self, rows: BatchRows) -> None:
        """Write the rows; what is in the raw table has its quarantine."""
        names = self.writing.names
        if rows.may_be_unreadable:
            append(rows.quarantined(), names.quarantine)
        append(rows.raw(), names.raw(self.writing.table))

    def _version(self, spark: SparkSession) -> int:
        """Return the version of the raw table; nobody else writes it."""
        raw = self.writing.names.raw(self.writing.table)
        return int(spark.sql(f"describe history {raw} limit 1").first()["version"])

    def _described(self, found: Iterable[tuple[str, int, int]]) -> dict[str, DeliveredFile]:
        """Return the files of a batch by their URIs."""
        table = self.writing.table
        patterns = [compile_glob(pattern) for pattern in table.patterns]
        described: dict[str, DeliveredFile] = {}
        for uri, size, modified in found:
            path = relative_path(uri, self.landing, os.path.exists)
            # Auto Loader looks into deeper folders too.
            is_ours = any(pattern.fullmatch(path) for pattern in patterns)
            described[uri] = DeliveredFile(
                path=path,
                place=f"{self.landing}/{path}",
                size=size,
                modified_at=from_microseconds(modified),
                table=table if is_ours else None,
            )
        return described

    def _hashed(self, files: dict[str, DeliveredFile]) -> dict[str, DeliveredFile]:
        """Return the files with their hashes, many taken at a time."""
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            return dict(zip(files, threads.map(with_hash, files.values()), strict=True))


def with_hash(file: DeliveredFile) -> DeliveredFile:
    """Return a file with its hash; without, where it is not the one that Spark lists any more.

    A wrong hash would make the content that replaced it a known one, which is then never loaded.
    """
    try:
        content_hash = hash_of(file.location, file.size)
        status = file.location.stat()
    except OSError:
        return file  # moved or deleted meanwhile; its rows are there all the same
    is_same = status.st_size == file.size and is_same_time(status.st_mtime_ns, file.modified_at)
    return file._replace(content_hash=content_hash) if is_same else file


def is_same_time(nanoseconds: int, listed: datetime) -> bool:
    """Tell whether a file's time is the one that Spark lists, in the coarser unit of the two.

    Args:
        nanoseconds: the system's, since 1970; some have whole seconds alone.
        listed: Spark's, which has milliseconds.
    """
    microseconds = (listed - _EPOCH) // timedelta(microseconds=1)
    unit = 1_000_000 if nanoseconds % 1_000_000_000 == 0 else 1_000
    return nanoseconds // 1_000 // unit == microseconds // unit
