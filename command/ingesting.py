"""Loading files without building: the first half of a run, and its dry run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from command.json_output import FORMAT_VERSION
from command.land import failure_logged, finish_restore, land, utc_now
from command.landing import choose_landing
from command.logs import RunLog
from command.progress import Progress
from command.report.run_report import exit_code
from command.run import new_run_id
from command.status.known_files import read_ledger
from command.status.waiting import look_at_files
from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue
from ingest.outlook import FileOutlook, foresee
from ingest.planning import Wanted, every_file
from ingest.raw.table import RawTable
from ingest.result import IngestResult
from ingest.sampling import Sample, sample
from maintenance.damage import causes_named
from maintenance.raw_batches import existing_ledger
from saleslake.errors import SettingError
from saleslake.lake import Lake
from saleslake.settings import Settings


@dataclass(frozen=True)
class IngestReport:
    """What was loaded.

    Attributes:
        format_version: of this document.
        landing: the landing folder.
        lake: the lake.
        result: what was found and done.
        exit_code: 0, 1 when a table failed, 3 when a file or record was set aside.
    """

    format_version: int
    landing: str
    lake: str
    result: IngestResult
    exit_code: int


@dataclass(frozen=True)
class Preview:
    """What the next run would do with the files of a landing folder."""

    format_version: int
    landing: str
    lake: str
    files: tuple[FileOutlook, ...]


@dataclass(frozen=True)
class Samples:
    """The first records of the new files of a landing folder, with their values.

    Attributes:
        format_version: of this document.
        landing: the landing folder.
        lake: the lake.
        records: how many of each file were asked for.
        files: in order of paths.
    """

    format_version: int
    landing: str
    lake: str
    records: int
    files: tuple[Sample, ...]


def ingest_files(
    settings: Settings,
    tables: Sequence[str],
    progress: Progress,
    wanted: Wanted = every_file,
) -> IngestReport:
    """Load the new files of some tables, or of all when none is named.

    Args:
        settings: of this run.
        tables: their names.
        progress: told what is being done.
        wanted: see ``ingest.loader.ingest``.

    Raises:
        SettingError: the catalogue has no such table.
        SaleslakeError: a setting, the catalogue, the landing folder or the lake cannot be used.
    """
    lake, catalogue = Lake(settings.lake), load_catalogue(settings.catalogue)
    named = chosen_tables(tables, catalogue)
    landing = choose_landing(settings, lake)
    now = utc_now()
    with lake.lock(), causes_named(lake):
        log = RunLog(lake.logs, new_run_id(now), utc_now)
        log.write("ingest started", landing_kind=landing.kind)
        with failure_logged(log):
            finish_restore(lake, catalogue, now, progress)
            result = land(landing, lake, catalogue, progress, log, tables=named, wanted=wanted)
        code = exit_code(result)
        log.write("ingest ended", exit_code=code)
    progress.clear()
    return IngestReport(FORMAT_VERSION, str(landing.folder), str(lake.root), result, code)


def preview(settings: Settings, tables: Sequence[str], progress: Progress) -> Preview:
    """Say what the next run would do with each file; nothing is written.

    Raises:
        SettingError: the catalogue has no such table.
        SaleslakeError: what would stop the run: a setting, the catalogue, the landing folder or the
            lake cannot be used.
    """
    lake, catalogue = Lake(settings.lake), load_catalogue(settings.catalogue)
    named = chosen_tables(tables, catalogue)
    landing = choose_landing(settings, lake).folder
    ledger = existing_ledger(lake, catalogue, utc_now())
    files = []
    if landing.is_dir():
        files = foresee(landing, lake, catalogue, ledger, tables=named, count=progress.count)
    progress.clear()
    return Preview(FORMAT_VERSION, str(landing), str(lake.root), tuple(files))


def sample_new(
    settings: Settings, tables: Sequence[str], count: int, progress: Progress
) -> Samples:
    """Return the first records of every new file of some tables; nothing is written.

    Raises:
        SettingError: the catalogue has no such table.
        SaleslakeError: a setting, the catalogue, the landing folder or the lake cannot be used.
    """
    lake, catalogue = Lake(settings.lake), load_catalogue(settings.catalogue)
    named = chosen_tables(tables, catalogue)
    landing = choose_landing(settings, lake).folder
    with causes_named(lake):
        ledger = read_ledger(lake)
    files = [
        (file, file.table)
        for file, state in (look_at_files(landing, catalogue, ledger) if landing.is_dir() else ())
        if state == "waiting" and file.table and (named is None or file.table.name in named)
    ]
    samples = []
    for position, (file, table) in enumerate(files, start=1):
        progress.count("Looking at new files", position, len(files))
        raw = RawTable(lake.raw_table(table.source, table.table), table)
        samples.append(sample(file, raw, count))
    samples.sort(key=lambda found: (found.table, found.path))
    progress.clear()
    return Samples(FORMAT_VERSION, str(landing), str(lake.root), count, tuple(samples))


def chosen_tables(tables: Sequence[str], catalogue: Catalogue) -> tuple[str, ...] | None:
    """Return the tables that were named, None where none were.

    Raises:
        SettingError: the catalogue has no such table.
    """
    valid = [table.name for table in catalogue.tables]
    for table in tables:
        if table not in valid:
            raise SettingError("TABLE", table, valid)
    return tuple(tables) or None
