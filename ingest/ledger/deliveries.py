"""Full deliveries: which files are one, which of them counts, and which is held back.

A table with ``delivery: full`` is delivered whole each time: what the newest delivery no longer has
was deleted at its source. Everything here is decided from all files that were ever loaded, never
from when they were loaded, so any order of arrival gives the same answer. Touches no disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ingest.catalogue.tables import DeliveredTable
from ingest.ledger.table import Event, FileKey, State


class DeliveryState(StrEnum):
    """What a full delivery, or a file of one, counts for.

    applied     a whole delivery: keys that the newest of these lacks are deleted
    incomplete  some of it could not be read: its records count, its gaps prove nothing
    held_back   it lacks more keys than the catalogue allows: nothing of it counts until accepted
    replaced    a file of a folder of which a newer version was delivered
    """

    APPLIED = "applied"
    INCOMPLETE = "incomplete"
    HELD_BACK = "held_back"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Delivery:
    """One full delivery of a table.

    Attributes:
        name: path of its file, or of its folder.
        delivered_at: modification time of its newest file, UTC.
        files: the ledger's events of its files, in order of paths.
        gap: why it may lack records that its source has; None for a whole one.
        accepted: whether somebody said that it is right, whatever it lacks.
    """

    name: str
    delivered_at: datetime
    files: tuple[Event, ...]
    gap: str | None
    accepted: bool

    @property
    def id(self) -> str:
        """Tell this content of this delivery from all others."""
        parts = (
            f"{file.key.path}\0{file.key.content_hash}\0{file.batch_id}" for file in self.files
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Loss:
    """How many keys a delivery had, and how many of them the next one lacks."""

    known: int
    absent: int

    @property
    def share(self) -> float:
        """Absent keys as a share of the known ones, 0 to 1."""
        return self.absent / self.known if self.known else 0.0


@dataclass(frozen=True)
class Decision:
    """What a delivery counts for.

    Attributes:
        delivery: the delivery.
        number: its place among the table's deliveries by time, from 1.
        state: applied, incomplete or held_back.
        reason: why, for one that is not applied.
        compared_with: id of the applied delivery before it; None for the first.
        loss: what it lacks of that one.
    """

    delivery: Delivery
    number: int
    state: DeliveryState
    reason: str | None = None
    compared_with: str | None = None
    loss: Loss = Loss(0, 0)


def deliveries_of(
    events: Iterable[Event], table: DeliveredTable
) -> tuple[list[Delivery], list[Event]]:
    """Return a table's full deliveries by time, and the files that are part of none any more.

    Args:
        events: the latest event of every file of the ledger.
        table: a table with ``delivery: full``.
    """
    of_table = [event for event in events if (event.key.source, event.key.table) == _owner(table)]
    own = [event for event in of_table if event.key.replay is None]
    replays = _replays(of_table)
    if table.delivery_set == "file":
        loaded = [event for event in own if event.state in State.loaded()]
        deliveries = [
            _delivery(event.key.path, [event, *replays.get(event.key, ())], []) for event in loaded
        ]
        return sorted(deliveries, key=_by_time), []
    versions: dict[str, list[Event]] = {}
    for event in sorted(own, key=_by_age):
        if event.state in State.loaded() or event.state is State.SET_ASIDE:
            versions.setdefault(event.key.path, []).append(event)
    folders: dict[str, list[Event]] = {}
    unread: dict[str, list[str]] = {}
    replaced: list[Event] = []
    for path, events_of_path in sorted(versions.items()):
        folder = path.rpartition("/")[0]
        loaded = [event for event in events_of_path if event.state in State.loaded()]
        for event in loaded[-1:]:
            folders.setdefault(folder, []).extend([event, *replays.get(event.key, ())])
        for event in loaded[:-1]:
            replaced += [event, *replays.get(event.key, ())]
        if events_of_path[-1].state is State.SET_ASIDE:
            unread.setdefault(folder, []).append(path)
    deliveries = [
        _delivery(name, files, unread.get(name, [])) for name, files in folders.items() if files
    ]
    return sorted(deliveries, key=_by_time), replaced


def decide(
    deliveries: Sequence[Delivery],
    largest_deleted_share: float,
    loss_between: Callable[[Delivery, Delivery], Loss],
) -> list[Decision]:
    """Decide for each delivery what it counts for.

    Each is compared with the last one that was applied, so that a second short delivery does not
    pass because it equals the first, which was held back.

    Args:
        deliveries: by time.
        largest_deleted_share: see DeliveredTable.
        loss_between: counts what the second lacks of the first.
    """
    decisions: list[Decision] = []
    applied: Delivery | None = None
    for number, delivery in enumerate(deliveries, start=1):
        if delivery.gap and not delivery.accepted:
            decisions.append(Decision(delivery, number, DeliveryState.INCOMPLETE, delivery.gap))
            continue
        before = applied.id if applied else None
        loss = loss_between(applied, delivery) if applied else Loss(0, 0)
        if loss.share > largest_deleted_share and not delivery.accepted:
            reason = (
                f"lacks {loss.absent:,} of {loss.known:,} keys of the delivery before "
                f"({loss.share:.1%}; {largest_deleted_share:.1%} is allowed)"
            )
            state = DeliveryState.HELD_BACK
            decisions.append(Decision(delivery, number, state, reason, before, loss))
            continue
        decisions.append(Decision(delivery, number, DeliveryState.APPLIED, None, before, loss))
        applied = delivery
    return decisions


def _replays(events: Iterable[Event]) -> dict[FileKey, list[Event]]:
    """Return the replays of quarantined records, by the file that they were delivered in."""
    replays: dict[FileKey, list[Event]] = {}
    for event in events:
        if event.key.replay is not None and event.state in State.loaded():
            replays.setdefault(event.key._replace(replay=None), []).append(event)
    return replays


def _delivery(name: str, files: Sequence[Event], unread: Sequence[str]) -> Delivery:
    replayed = sum(event.rows_loaded for event in files if event.key.replay is not None)
    quarantined = sum(event.rows_quarantined for event in files) - replayed
    gap = None
    if unread:
        gap = f"lacks its file {unread[0]}, which was set aside"
    elif quarantined:
        gap = f"has {quarantined:,} records that could not be read"
    return Delivery(
        name=name,
        delivered_at=max(event.file_modified_at for event in files),
        files=tuple(files),
        gap=gap,
        accepted=all(e.state in State.accepted() for e in files if e.key.replay is None),
    )


def _owner(table: DeliveredTable) -> tuple[str, str]:
    return table.source, table.table


def _by_age(event: Event) -> tuple[datetime, int]:
    return event.file_modified_at, event.batch_id or 0


def _by_time(delivery: Delivery) -> tuple[datetime, str, int]:
    return delivery.delivered_at, delivery.name, max(file.batch_id or 0 for file in delivery.files)
