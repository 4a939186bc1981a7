"""What `saleslake explain` prints."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from command.columns import safe
from command.formats import counted, moment
from command.ingesting_text import WILL
from ingest.explain import Explanation, FileEvent
from ingest.ledger.table import State
from saleslake.errors import SettingError


def path_in_landing(file: str, landing: Path) -> str:
    """Return a path relative to the landing folder, as the ledger has it.

    Args:
        file: relative to the landing folder, or to the current one, or absolute.
        landing: the landing folder.

    Raises:
        SettingError: it is not inside the landing folder.
    """
    root = landing.resolve()
    inside = Path(os.path.normpath(root / file))
    if not Path(file).is_absolute() and not os.path.lexists(inside) and os.path.lexists(file):
        inside = Path(os.path.abspath(file))  # noqa: PTH100 - resolve() would follow a link
    if not inside.is_relative_to(root) or inside == root:
        raise SettingError("FILE", file, [f"a path inside {root}"])
    return inside.relative_to(root).as_posix()


def render(found: Explanation) -> str:
    """Return the text for people."""
    return "\n".join(_lines(found))


def _lines(found: Explanation) -> Iterator[str]:
    yield safe(found.path)
    yield f"Table    {found.table or 'none: it matches no pattern of the catalogue'}"
    if found.size is not None and found.modified_at is not None:
        yield f"File     {found.size:,} bytes, changed {moment(found.modified_at)}"
    if found.content_hash:
        yield f"Content  sha256 {found.content_hash}"
    then = f"; {found.then}" if found.then else ""
    yield f"Next     {WILL[found.will]}: {safe(found.why + then)}"
    if not found.events:
        yield "Ledger   says nothing of it"
    for position, event in enumerate(found.events):
        yield f"{'' if position else 'Ledger':<9}{_event(event, found)}"
    for position, records in enumerate(found.quarantined):
        line = f" from line {records.first_line:,}" if records.first_line else ""
        title = "" if position else "Records"
        yield (
            f"{title:<9}{counted(records.records, 'record')} in quarantine{line}: "
            f"{safe(records.reason)} ({records.reason_code})"
        )
    for closed in found.closed:
        by = f" by batch {closed.closing_batch_id}" if closed.closing_batch_id else ""
        yield (
            f"{'Closed':<9}{counted(closed.records, 'record')} of batch {closed.batch_id} "
            f"{closed.closing}{by}: {safe(closed.reason)}"
        )
    yield from _delivery(found)


def _delivery(found: Explanation) -> Iterator[str]:
    held = found.held_back
    if held is None:
        return
    words = "held back, nothing of it counts" if held.state == "held_back" else "incomplete"
    yield f"Delivery {safe(held.delivery)} is {words}: it {safe(held.reason)}"
    if held.is_open:
        yield f"{'':<9}If it is right all the same: saleslake accept {found.table}"
    else:
        yield f"{'':<9}A later delivery counts, so nothing is to be done"


def _word(state: str) -> str:
    """Return what people call a state: whatever is left out is."""
    return "left out" if state == State.IGNORED else state.replace("_", " ")


def _event(event: FileEvent, found: Explanation) -> str:
    told = f"{moment(event.recorded_at)}  {_word(event.state)}"
    if event.batch_id is not None:
        told += f" in batch {event.batch_id}"
    if event.state in State.loaded():
        told += f": {event.rows_loaded:,} of {counted(event.rows_read, 'record')} loaded"
    if event.reason:
        told += f": {safe(event.reason)}"
    other = event.content_hash and found.content_hash and event.content_hash != found.content_hash
    return told + (" (other content)" if other else "")
