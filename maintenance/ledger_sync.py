"""Which files of a raw table are loaded, decided from the batches that the table holds.

A restore changes the batches of a raw table; the ledger, whose events are only ever added, gets the
events that make it agree. Pure: the same batches and the same ledger give the same events, and no
events when both agree already, so a restore that was killed is simply done again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ingest.ledger.events import Event, FileKey, State, latest_by_batch

TAKEN_OUT = "its records were taken out by a restore"


@dataclass(frozen=True)
class Agreement:
    """What makes the ledger agree with a raw table.

    Attributes:
        kept: batches of the table that stay, or come back.
        out: events of the files that are not loaded any more.
        back: events of the files that are loaded again without being read again.
        stay: events of files of which one load goes and another stays: that one is their state.
    """

    kept: frozenset[int]
    out: tuple[Event, ...]
    back: tuple[Event, ...]
    stay: tuple[Event, ...] = ()

    @property
    def events(self) -> list[Event]:
        """All events, for the ledger."""
        return [*self.out, *self.back, *self.stay]


def agree(history: Sequence[Event], present: Collection[int], transaction: int) -> Agreement:
    """Decide which events make the ledger agree with a raw table.

    Args:
        history: all events of the table's files, the oldest first.
        present: batches with rows in the table.
        transaction: the last batch the version had committed; decides about batches that are in the
            table without a row, because all their records were quarantined.
    """
    committed = [event for event in history if event.state in State.loaded()]
    kept = frozenset(present) | _without_rows(committed, transaction)
    loaded = latest_by_batch(committed)
    out, back, stay = [], [], dict[FileKey, Event]()
    for place, event in latest_by_batch(history).items():
        is_kept, claims = event.batch_id in kept, event.state in State.claiming()
        if claims and is_kept:
            stay[event.key] = event
        elif is_kept and place in loaded:
            back.append(loaded[place])
        elif claims:
            out.append(event.becomes(State.RESTORED, TAKEN_OUT))
    # The latest event of a file is its state: one that goes must not hide one that stays.
    gone = {event.key for event in out} - {event.key for event in back}
    still = tuple(event for key, event in stay.items() if key in gone)
    return Agreement(kept, tuple(out), tuple(back), still)


def _without_rows(committed: Iterable[Event], transaction: int) -> set[int]:
    """Return the batches up to a transaction that loaded no row of this table."""
    rows: dict[int, int] = {}
    for event in committed:
        batch_id = event.batch_id or 0
        rows[batch_id] = rows.get(batch_id, 0) + event.rows_loaded
    return {batch_id for batch_id, count in rows.items() if count == 0 and batch_id <= transaction}
