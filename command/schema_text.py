"""What `saleslake schema` prints."""

from __future__ import annotations

from collections.abc import Iterator

from command.columns import safe
from command.formats import counted, moment
from ingest.raw.schema_history import SchemaHistory
from ingest.raw.schema_log import Change, ColumnChange

_SIGNS = {Change.ADDED: "+", Change.WIDENED: "~", Change.RETYPED: "~", Change.REMOVED: "-"}


def render(found: SchemaHistory) -> str:
    """Return the text for people."""
    return "\n".join(_lines(found))


def _lines(found: SchemaHistory) -> Iterator[str]:
    if not found.versions:
        yield f"{found.table}: no batch was loaded since schemas are recorded"
        return
    yield f"{found.table}: {counted(len(found.columns), 'column')}"
    changes = [change for version in found.versions for change in version.changes]
    widths = (
        max(len(safe(change.column)) for change in changes),
        max(len(_type(change)) for change in changes),
    )
    for version in found.versions:
        at = moment(version.recorded_at)
        yield f"Version {version.version}, batch {version.batch_id}, {at}"
        yield from (_line(change, widths) for change in version.changes)


def _line(change: ColumnChange, widths: tuple[int, int]) -> str:
    name, data_type = safe(change.column).ljust(widths[0]), _type(change).ljust(widths[1])
    by = f"  {safe(change.file_path)}" if change.file_path else ""
    return f"  {_SIGNS[change.change]} {name}  {data_type}{by}".rstrip()


def _type(change: ColumnChange) -> str:
    return f"{change.previous_type} to {change.type}" if change.previous_type else change.type
