"""Loading files once that a table's options leave out: `saleslake backfill`, and its dry run."""

from __future__ import annotations

from pathlib import Path

from command.ingesting import IngestReport, Preview, chosen_tables
from command.json_output import FORMAT_VERSION
from command.land import failure_logged, finish_restore, land, utc_now
from command.landing import choose_landing
from command.logs import RunLog
from command.progress import Progress
from command.report.run_report import exit_code
from command.run import new_run_id
from ingest.agreement import require_what_a_run_needs
from ingest.backfill import Range, left_out_files, without_filters
from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue
from ingest.files.discovery import DeliveredFile, discover
from ingest.ledger.table import Event, FileKey, Ledger
from ingest.outlook import FileOutlook, NextRun
from ingest.planning import leaves_out_existing, owners_of
from maintenance.damage import causes_named
from maintenance.raw_batches import existing_ledger
from saleslake.lake import Lake
from saleslake.settings import Settings


def backfill(settings: Settings, table: str, times: Range, progress: Progress) -> IngestReport:
    """Load the files of a table that its options leave out, once.

    Args:
        settings: where the files and the lake are.
        table: source and table, such as ``crm.cust_info``.
        times: when the files were changed last.
        progress: told what is being done.

    Raises:
        SettingError: the catalogue has no such table.
        SaleslakeError: a setting, the catalogue, the landing folder or the lake cannot be used.
    """
    lake, catalogue = Lake(settings.lake), load_catalogue(settings.catalogue)
    tables = chosen_tables([table], catalogue)
    landing = choose_landing(settings, lake)
    now = utc_now()
    with lake.lock(), causes_named(lake):
        log = RunLog(lake.logs, new_run_id(now), utc_now)
        log.write("backfill started", table=table)
        with failure_logged(log):
            finish_restore(lake, catalogue, now, progress)
            ledger = existing_ledger(lake, catalogue, now)
            if _has_had_no_run(catalogue, table, ledger):
                # Its first run says what was there already; without it, the next one would take
                # the table for one that had its first run, and load all that is there.
                land(landing, lake, catalogue, progress, log, tables=tables)
                ledger = existing_ledger(lake, catalogue, now)
            progress.step("Looking for files that were left out")
            paths = {
                file.path for file in _left_out(landing.folder, catalogue, table, ledger, times)
            }
            widened = without_filters(catalogue, table)
            result = land(
                landing, lake, widened, progress, log, tables=tables, wanted=paths.__contains__
            )
        code = exit_code(result)
        log.write("backfill ended", exit_code=code)
    progress.clear()
    return IngestReport(FORMAT_VERSION, str(landing.folder), str(lake.root), result, code)


def preview_backfill(settings: Settings, table: str, times: Range, progress: Progress) -> Preview:
    """Say what a backfill would do with each file that it is about; nothing is written.

    Raises:
        SettingError: the catalogue has no such table.
        SaleslakeError: a setting, the catalogue, the landing folder or the lake cannot be used.
    """
    lake, catalogue = Lake(settings.lake), load_catalogue(settings.catalogue)
    chosen_tables([table], catalogue)
    folder = choose_landing(settings, lake).folder
    ledger = existing_ledger(lake, catalogue, utc_now())
    found: list[FileOutlook] = []
    if folder.is_dir():
        paths = {file.path for file in _left_out(folder, catalogue, table, ledger, times)}
        files = [
            file
            for file in discover(folder, without_filters(catalogue, table))
            if file.path in paths
        ]
        entries = [entry for entry in catalogue.tables if entry.name == table]
        require_what_a_run_needs(folder, lake, ledger, entries)
        found = NextRun(lake, catalogue, ledger).outlooks(files, progress.count)
    progress.clear()
    return Preview(FORMAT_VERSION, str(folder), str(lake.root), tuple(found))


def _has_had_no_run(catalogue: Catalogue, name: str, ledger: Ledger | None) -> bool:
    seen = owners_of(ledger.events() if ledger else ())
    return any(
        table.name == name and leaves_out_existing(table, seen) for table in catalogue.tables
    )


def _left_out(
    folder: Path, catalogue: Catalogue, name: str, ledger: Ledger | None, times: Range
) -> list[DeliveredFile]:
    seen = owners_of(ledger.events() if ledger else ())

    def state_of(key: FileKey) -> Event | None:
        return ledger.state_of(key) if ledger else None

    files = discover(folder, catalogue)
    return [
        file
        for table in catalogue.tables
        if table.name == name
        for file in left_out_files(files, table, state_of, seen, times)
    ]
