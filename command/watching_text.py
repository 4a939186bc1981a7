"""What `saleslake watch` prints: one line for each round in which something happened."""

from __future__ import annotations

from collections.abc import Iterator

from command.columns import safe
from command.formats import counted
from command.watching import Round


def round_text(done: Round) -> str:
    """Return what a round did, in one line."""
    return f"{done.at:%Y-%m-%d %H:%M:%S} UTC  " + "; ".join(_parts(done))


def _parts(done: Round) -> Iterator[str]:
    if done.waits_for:
        yield f"waiting: {safe(done.waits_for)}"
    if done.tables:
        files = sum(table.files_loaded for table in done.tables)
        rows = sum(table.rows_loaded for table in done.tables)
        names = ", ".join(f"{table.table} {table.rows_loaded:,}" for table in done.tables)
        yield f"{counted(files, 'file')} loaded, {counted(rows, 'record')} ({names})"
    quarantined = sum(table.rows_quarantined for table in done.tables)
    if quarantined:
        yield f"{counted(quarantined, 'record')} quarantined"
    if done.files_archived:
        yield f"{counted(done.files_archived, 'file')} taken out of the landing folder"
    yield from (safe(note.line) for note in done.notes)
    if done.files_unsettled:
        yield f"{counted(done.files_unsettled, 'file')} still being written"
    if done.verdict:
        yield safe(done.verdict)
