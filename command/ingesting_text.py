"""What `saleslake ingest` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from command.columns import in_columns_or_blocks, safe
from command.formats import counted
from command.ingesting import IngestReport, Preview, Samples
from command.report.notes import notes_of
from ingest.sampling import Sample

WILL = {
    "load": "will be loaded",
    "finish": "will be finished",
    "nothing": "nothing to do",
    "skip": "will be skipped",
    "leave_out": "will be left out",
    "set_aside": "will be SET ASIDE",
    "stop": "the next run will STOP",
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
    if result.no_file_matched:
        yield "No file is named as the catalogue says: saleslake ingest --dry-run lists them."
    if loaded:
        yield "Next: saleslake run"


def _notes(report: IngestReport) -> Iterator[str]:
    result = report.result
    for note in notes_of(result.tables, result.set_aside, result.ignored):
        yield f"  {note.line}"


def render_preview(preview: Preview, empty: str = "holds no file") -> str:
    """Return what would be done, as text.

    Args:
        preview: what was found.
        empty: what is said of a landing folder of which nothing was found.
    """
    if not preview.files:
        return f"{preview.landing} {empty}."
    return "\n".join(_preview_lines(preview))


def _preview_lines(preview: Preview) -> Iterator[str]:
    table: str | None = ""
    for file in preview.files:
        if file.table != table:
            table = file.table
            yield table or "of no table"
        then = f"; {file.outlook.then}" if file.outlook.then else ""
        yield f"  {safe(file.path)}: {WILL[file.outlook.will]}: {safe(file.outlook.why + then)}"
    yield _summary([file.outlook.will for file in preview.files])


def _summary(found: Sequence[str]) -> str:
    counts = Counter(found)
    parts = [f"{counts[will]:,} {words}" for will, words in WILL.items() if counts[will]]
    return f"{counted(len(found), 'file')}: {', '.join(parts)}. Nothing was written."


def render_samples(found: Samples) -> str:
    """Return the first records of each new file, as text."""
    if not found.files:
        return f"{found.landing} holds no new file. Nothing was written."
    lines = [line for file in found.files for line in (*_sample(file), "")]
    return "\n".join([*lines, f"{counted(len(found.files), 'new file')}. Nothing was written."])


def _sample(file: Sample) -> Iterator[str]:
    yield f"{safe(file.path)} ({file.table})"
    if file.problem:
        what = "left out" if file.is_left_out else "cannot be loaded"
        yield f"  {what}: {safe(file.problem)}"
    for title, names in (("new", file.new_columns), ("missing", file.missing_columns)):
        if names:
            yield f"  {title} columns: {safe(', '.join(names))}"
    if file.records:
        cells = [[cell or "" for cell in record] for record in file.records]
        rows = [f"record {number:,}" for number in file.record_numbers]
        is_text = set(file.types) <= {"string"}
        named = zip(file.columns, file.types, strict=True)
        titles = [name if is_text else f"{name} {data_type}" for name, data_type in named]
        yield from (f"  {line}" for line in in_columns_or_blocks(titles, cells, rows))
    for value in file.rescued:
        yield (
            f"  RESCUED record {value.record_number:,}: its {safe(value.column)} is no "
            f"{file.types[file.columns.index(value.column)]}: {safe(value.value)}"
        )
    for misfit in file.misfits:
        line = f"line {misfit.line_number:,}" if misfit.line_number else "line unknown"
        yield f"  MISFIT record {misfit.record_number:,}, {line}: {safe(misfit.reason)}"
    shown = len(file.records) + len(file.misfits)
    if shown:
        rest = "all there are" if file.is_whole else "the file holds more"
        yield f"  {counted(shown, 'record')}; {rest}"
