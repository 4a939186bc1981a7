"""Which files of a batch are loaded, by the ledger and the table's policies. Touches no disk.

A stream's checkpoint says what Auto Loader has handed out, not what is in a table. So a batch that
is repeated, or all files again after a checkpoint was lost, are held against the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest.catalogue.tables import DeliveredTable
from ingest.files.discovery import NO_PATTERN, DeliveredFile
from ingest.ledger.events import Event, FileKey, State
from ingest.planning import event_of, held_by_table, key_of
from ingest.policies import Held, comes_back, verdict


@dataclass
class Decided:
    """What becomes of the files of a batch.

    Attributes:
        to_load: those whose records go into the raw table, in order of paths.
        others: events of those that are not loaded, and were not recorded so before.
    """

    to_load: list[DeliveredFile] = field(default_factory=list)
    others: list[Event] = field(default_factory=list)


def decide(
    files: Iterable[DeliveredFile], table: DeliveredTable, latest: Mapping[FileKey, Event]
) -> Decided:
    """Decide what becomes of the files of a batch.

    Args:
        files: the batch's; without a hash where that could not be taken.
        table: of the stream.
        latest: the latest event of every file of the table; none is planned.
    """
    # A file without a hash claims no content; else another one of its size would have to wait.
    hashed = [event for event in latest.values() if event.key.content_hash]
    held = held_by_table(hashed, [table])[table.source, table.table]
    decided = Decided()
    for file in sorted(files, key=lambda file: file.path):
        before = latest.get(key_of(file))
        if file.table is None:
            decided.others.append(event_of(file, State.IGNORED, NO_PATTERN))
        elif _is_in(file, before, table, held):
            continue
        elif found := verdict(file, table, held):
            state, reason = found[0], found[1] or None
            if before is None or (before.state, before.reason) != (state, reason):
                decided.others.append(event_of(file, state, reason))
        else:
            decided.to_load.append(file)
            if file.content_hash:
                held.claim(file.path, file.content_hash)
    return decided


def _is_in(file: DeliveredFile, before: Event | None, table: DeliveredTable, held: Held) -> bool:
    """Tell whether a file's records are in the table, and nothing came under its path since."""
    if before is None or before.state not in State.loaded():
        return False
    if not file.content_hash:
        return (before.file_size, before.file_modified_at) == (file.size, file.modified_at)
    return not comes_back(file, table, held)
