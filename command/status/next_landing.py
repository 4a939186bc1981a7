"""What the next run's landing will do beside loading: stop at once, or clean the landing folder.

What it makes of each new file takes reading them: `saleslake ingest --dry-run` does that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from command.status.known_files import KnownFiles, read_batches
from command.status.waiting import look_at_files
from ingest.agreement import require_what_a_run_needs
from ingest.catalogue.tables import Catalogue, DeliveredTable
from ingest.files.clean_source import SourceCleaner
from ingest.files.discovery import DeliveredFile
from ingest.judge import uncounted
from ingest.ledger.table import Ledger
from maintenance.raw_batches import existing_ledger
from saleslake.errors import SaleslakeError
from saleslake.lake import Lake


@dataclass(frozen=True)
class NextLanding:
    """What the next run's landing will do beside loading.

    Attributes:
        stops: why it will stop before it loads anything, and what to do; None where nothing does.
        files_to_clean_up: files that cloudFiles.cleanSource takes out of the landing folder, if
            their content is still what was loaded.
    """

    stops: str | None = None
    files_to_clean_up: int = 0


def next_landing(
    folder: Path | None, lake: Lake, catalogue: Catalogue, known: KnownFiles, now: datetime
) -> NextLanding:
    """Find out what the next run's landing will do beside loading; nothing is written.

    Args:
        folder: the landing folder; None where none is known.
        lake: the lake.
        catalogue: the delivered tables.
        known: what the ledger says of files at last.
        now: UTC.
    """
    try:
        require_what_a_run_needs(folder, lake, read_batches(lake), catalogue.tables)
    except SaleslakeError as error:
        return NextLanding(f"{error.cause} {error.remedy}")
    tables = [table for table in catalogue.tables if table.options.clean_source != "OFF"]
    if not tables or folder is None or not folder.is_dir():
        return NextLanding()
    ledger = existing_ledger(lake, catalogue, now)
    if ledger is None:
        return NextLanding()
    count = _to_clean_up(folder, lake, catalogue, known, ledger, tables)
    return NextLanding(files_to_clean_up=count)


def _to_clean_up(  # noqa: PLR0913, PLR0917 - of what, by what
    folder: Path,
    lake: Lake,
    catalogue: Catalogue,
    known: KnownFiles,
    ledger: Ledger,
    tables: list[DeliveredTable],
) -> int:
    files: dict[str, list[DeliveredFile]] = {table.name: [] for table in tables}
    for file, found in look_at_files(folder, catalogue, known):
        if found == "known" and file.table is not None and file.table.name in files:
            before = known.by_path[file.path]
            files[file.table.name].append(file._replace(content_hash=before.content_hash))
    return sum(
        len(SourceCleaner(table, lake, ledger, ledger.now, uncounted, _silent).would_take(there))
        for table in tables
        if (there := files[table.name])
    )


def _silent(_: str) -> None:
    """Tell nobody."""
