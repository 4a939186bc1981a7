"""What `saleslake ingest` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from command.columns import safe
from command.formats import counted
from command.ingesting import IngestReport, Preview
from command.report.notes import notes_of

WILL = {
    "load": "will be loaded",
    "finish": "will be finished",
    "nothing": "nothing to do",
    "skip": "will be skipped",
    "leave_out": "will be left out",
    "set_aside": "will be SET ASIDE",
}


def render(report: IngestReport) -> str:
    """Return what was loaded, as text."""
    return "\n".join(_lines(report))


def _lines(report: IngestReport) -> Iterator[str]:
    result = report.result
    loaded = sum(table.files_loaded for table in result.tables)
    rows = sum(table.rows_loaded for table in result.tables)
    yield (
        f"{counted(loaded, 'file')} loaded, {counted(rows, 'record')}."
        if loaded
        else "No new file."
    )
    for table in result.tables:
        if table.files_loaded:
            told = (
                f"{counted(table.rows_loaded, 'record')} of {counted(table.files_loaded, 'file')}"
            )
            quarantined = table.rows_quarantined
            told += f", {counted(quarantined, 'record')} quarantined" if quarantined else ""
            yield f"  {table.name:<24}{told}"
    yield from _notes(report)
    if loaded:
        yield "Next: saleslake run"


def _notes(report: IngestReport) -> Iterator[str]:
    result = report.result
    for note in notes_of(result.tables, result.set_aside, result.ignored):
        yield f"  {note.line}"


def render_preview(preview: Preview) -> str:
    """Return what would be done, as text."""
    return "\n".join(_preview_lines(preview))


def _preview_lines(preview: Preview) -> Iterator[str]:
    if not preview.files:
        yield f"{preview.landing} holds no file."
        return
    table: str | None = ""
    for file in preview.files:
        if file.table != table:
            table = file.table
            yield table or "of no table"
        yield f"  {safe(file.path)}: {WILL[file.outlook.will]}: {safe(file.outlook.why)}"
    yield _summary([file.outlook.will for file in preview.files])


def _summary(found: Sequence[str]) -> str:
    counts = Counter(found)
    parts = [f"{counts[will]:,} {words}" for will, words in WILL.items() if counts[will]]
    return f"{counted(len(found), 'file')}: {', '.join(parts)}. Nothing was written."
