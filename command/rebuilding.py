"""A ledger that was lost, rebuilt from the raw tables: settings in, a result out."""

from __future__ import annotations

from dataclasses import dataclass

from command.formats import counted
from command.json_output import FORMAT_VERSION
from command.land import Clock, finish_restore, utc_now
from command.maintenance import delivered_files
from command.progress import Progress
from command.run import new_run_id
from ingest.catalogue.entries import load_catalogue
from maintenance.ledger_rebuild import RebuiltTable, rebuild_ledger
from maintenance.tables import existing_lake
from saleslake.settings import Settings


@dataclass(frozen=True)
class Rebuilding:
    """What a rebuilt ledger knows."""

    format_version: int
    lake: str
    run_id: str
    tables: tuple[RebuiltTable, ...]


def rebuild(
    settings: Settings, progress: Progress, *, force: bool, clock: Clock = utc_now
) -> Rebuilding:
    """Write the ledger of a lake anew.

    Args:
        settings: of this command; files in their landing folder tell what they are.
        progress: told what is being done.
        force: do so although there is a ledger that can be read.
        clock: tells the time, with a zone.

    Raises:
        SaleslakeError: there is no lake or a ledger already, or a raw table is damaged.
    """
    now = clock()
    run_id = new_run_id(now)
    lake, catalogue = existing_lake(settings.lake), load_catalogue(settings.catalogue)
    with lake.lock():
        finish_restore(lake, catalogue, now, progress)
        progress.step("Reading the landing folder")
        delivered = delivered_files(settings, lake, catalogue)
        progress.step("Rebuilding the ledger from the raw tables")
        tables = rebuild_ledger(lake, catalogue, delivered, run_id=run_id, now=now, force=force)
    progress.clear()
    return Rebuilding(FORMAT_VERSION, str(lake.root), run_id, tuple(tables))


def rebuilding_text(found: Rebuilding) -> str:
    """Return what was rebuilt, and what could not be known, as text."""
    lines = [f"The ledger of {counted(len(found.tables), 'raw table')} is rebuilt."]
    for table in found.tables:
        quarantined = f", {table.rows_quarantined:,} quarantined" if table.rows_quarantined else ""
        lines.append(
            f"  {table.table}: {counted(table.files, 'file')} in "
            f"{counted(table.batches, 'batch', 'batches')}, "
            f"{counted(table.rows_loaded, 'record')}{quarantined}"
        )
        if table.without_content:
            paths = ", ".join(table.without_content[:3])
            lines.append(
                f"    {counted(len(table.without_content), 'file')} known by path only ({paths}): "
                "one of the same path and size is set aside, not loaded again"
            )
        if table.unfinished:
            lines.append(f"    to be finished by the next run: {', '.join(table.unfinished)}")
    lines += [
        "Not known any more: which full deliveries were accepted (saleslake accept), and what was "
        "set aside or skipped: the next run looks at those files again.",
        "Next: saleslake run",
    ]
    return "\n".join(lines)
