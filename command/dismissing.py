"""Quarantined records that nobody wants any more: settings in, what was closed out."""

from __future__ import annotations

from dataclasses import dataclass

from command.formats import counted
from command.ingesting import chosen_tables
from command.json_output import FORMAT_VERSION
from command.land import Clock, failure_logged, finish_restore, utc_now
from command.logs import RunLog
from command.progress import Progress
from command.run import new_run_id
from ingest.catalogue.entries import load_catalogue
from ingest.quarantine.table import NAME, Quarantine
from maintenance.damage import causes_named
from maintenance.tables import existing_lake
from saleslake.errors import SettingError
from saleslake.lake import is_delta_table
from saleslake.settings import Settings


@dataclass(frozen=True)
class Dismissal:
    """Records that were closed.

    Attributes:
        format_version: of this document.
        lake: the lake.
        run_id: kept with the records.
        table: source and table.
        file: the only file of which records were closed; None for all files of the table.
        reason: kept with the records.
        records: how many were closed.
    """

    format_version: int
    lake: str
    run_id: str
    table: str
    file: str | None
    reason: str
    records: int


def dismiss_records(  # noqa: PLR0913, PLR0917 - which, why, and whom to tell
    settings: Settings,
    table: str,
    file: str | None,
    reason: str,
    progress: Progress,
    clock: Clock = utc_now,
) -> Dismissal:
    """Close the records of a table, or of one file of it, that wait in the quarantine.

    Args:
        settings: of this command.
        table: source and table.
        file: path of the file, relative to the landing folder; None for all of the table.
        reason: kept with the records.
        progress: told what is being done.
        clock: tells the time, UTC.

    Raises:
        SettingError: the catalogue has no such table, no record of the file waits, or there is no
            reason.
        SaleslakeError: the catalogue or the lake cannot be used.
    """
    lake, catalogue = existing_lake(settings.lake), load_catalogue(settings.catalogue)
    chosen_tables([table], catalogue)
    if not reason.strip():
        raise SettingError("--reason", reason, ["a sentence that says why"])
    source, _, name = table.partition(".")
    now = clock()
    with lake.lock(), causes_named(lake):
        log = RunLog(lake.logs, new_run_id(now), clock)
        log.write("dismissal started")
        with failure_logged(log):
            finish_restore(lake, catalogue, now, progress)
            quarantine = Quarantine(lake.ops_table(NAME), log.run_id, now)
            waiting = {}
            if is_delta_table(quarantine.path):
                quarantine.ensure()
                waiting = quarantine.loads_waiting(source, name)
            paths = sorted({path for path, _ in waiting})
            if file is not None and file not in paths:
                raise SettingError("--file", file, paths or ["none: no record of it waits"])
            chosen = paths if file is None else [file]
            count = quarantine.dismiss(source, name, chosen, reason.strip()) if chosen else 0
        log.write("records dismissed", table=table, records=count)
    progress.clear()
    return Dismissal(FORMAT_VERSION, str(lake.root), log.run_id, table, file, reason.strip(), count)


def dismissal_text(done: Dismissal) -> str:
    """Return what was closed, as text."""
    if not done.records:
        return f"No record of {done.table} waits in the quarantine."
    return (
        f"{counted(done.records, 'record')} of {done.table} dismissed. "
        f"They stay in ops.quarantined_records; saleslake replay {done.table} --closed reads them "
        "again."
    )
