"""Quarantined records that nobody waits for any more, and why: superseded, or dismissed.

A record is superseded when a newer content of its file's path is loaded: whoever corrects a file
delivers it again. It is dismissed by a person, with a reason. Either way it stays where it is, with
what closed it and when; it is no longer counted as waiting, and `saleslake replay --closed` reads
it again all the same. What a restore takes out closes nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from ingest.ledger.table import Event, State

SUPERSEDED = "superseded"
DISMISSED = "dismissed"
NEWER_CONTENT = "a newer content of its file was loaded"


class Loads:
    """The loads of one table's files: which is the newest of each path.

    Args:
        events: of its files; what is no load of a file is left out.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._newest: dict[str, tuple[datetime, int]] = {}
        self._again: set[str] = set()
        self._misfits: set[str] = set()
        self.add(events)

    def add(self, events: Iterable[Event]) -> None:
        """Add loads of files that are committed, or about to be."""
        for event in events:
            path, batch_id = event.key.path, event.batch_id
            # The records of a replay are those of an earlier load.
            if batch_id is None or event.key.replay is not None:
                continue
            if event.state in State.claiming() and event.rows_quarantined:
                self._misfits.add(path)
            if event.state not in State.loaded():
                continue
            here = (event.file_modified_at, batch_id)
            before = self._newest.setdefault(path, here)
            if before[1] != batch_id:
                self._again.add(path)
                self._newest[path] = max(here, before)

    def newest(self, paths: Iterable[str] | None = None) -> Mapping[str, int]:
        """Return the batch of the newest load of paths whose older loads may have records waiting.

        Args:
            paths: to look at; None for all.
        """
        looked_at = self._again & self._misfits
        chosen = looked_at if paths is None else looked_at.intersection(paths)
        return {path: self._newest[path][1] for path in sorted(chosen)}
