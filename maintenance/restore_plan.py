"""What a restore would do, found out before anything is done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ingest.files.discovery import DeliveredFile
from ingest.ledger import table as ledger_table
from ingest.ledger.events import DELETED, Event, State, latest_by_batch
from ingest.ledger.table import Ledger
from ingest.quarantine import table as quarantine_table
from maintenance.as_of import choose_version
from maintenance.history import History, damage_of, read_history
from maintenance.ledger_sync import Agreement, agree
from maintenance.raw_batches import (
    RawName,
    raw_name,
    rows_by_batch,
    strangers_to_ledger,
    transaction,
)
from maintenance.tables import is_ops, is_raw
from maintenance.view import readable_view
from saleslake.errors import DamagedTableError, RestoreRefusedError
from saleslake.lake import Lake, LakeTable, is_delta_table


class Kind(StrEnum):
    """What kind of table is restored, and so what must follow it."""

    RAW = "raw"
    WAREHOUSE = "warehouse"
    OPS = "ops"


@dataclass(frozen=True)
class FileOut:
    """A file whose records a restore takes out.

    Attributes:
        path: relative to the landing folder.
        batch_id: the batch that it was loaded with.
        rows: its rows in the raw table.
        still_in_landing: whether its content lies in the landing folder, under any name.
        archived_to: where cloudFiles.cleanSource moved it, or that it deleted it; else None.
    """

    path: str
    batch_id: int
    rows: int
    still_in_landing: bool
    archived_to: str | None = None


@dataclass(frozen=True)
class RestorePlan:
    """What a restore would do.

    Attributes:
        table: its name.
        kind: what kind of table it is.
        from_version: the newest version that can be read; None when none can.
        to_version: the version it will be like; None when the table is taken out as a whole.
        rows_now: rows of the one, None when not known.
        rows_then: rows of the other.
        moved_aside: damaged files of the log, or the table's folder, that go to ops/damaged.
        files_out: files of a raw table whose records go.
        files_back: files of a raw table whose records come back.
        unknown_batches: batches that the ledger does not know, and gets to know as taken out.
        records_to_quarantine: those that a replay had loaded, and that wait again.
    """

    table: str
    kind: Kind
    from_version: int | None
    to_version: int | None
    rows_now: int | None
    rows_then: int | None
    moved_aside: tuple[str, ...]
    files_out: tuple[FileOut, ...] = ()
    files_back: tuple[str, ...] = ()
    unknown_batches: tuple[int, ...] = ()
    records_to_quarantine: int = 0

    @property
    def does_nothing(self) -> bool:
        """Whether the table is like that already, and the ledger agrees with it."""
        files = self.files_out or self.files_back or self.unknown_batches
        changes = self.moved_aside or files or self.records_to_quarantine
        return self.to_version == self.from_version and not changes

    @property
    def lost_files(self) -> list[FileOut]:
        """Files that the next run cannot load again, because they are gone."""
        return [file for file in self.files_out if not file.still_in_landing]

    @property
    def archived_files(self) -> list[FileOut]:
        """Those of the lost files that can be put back from where they were moved to."""
        return [file for file in self.lost_files if file.archived_to not in {None, DELETED}]


def kind_of(table: LakeTable, lake: Lake) -> Kind:
    """Return the kind of a table."""
    if is_raw(table, lake):
        return Kind.RAW
    return Kind.OPS if is_ops(table, lake) else Kind.WAREHOUSE


def plan_restore(
    lake: Lake,
    table: LakeTable,
    wanted: int | datetime | None,
    ledger: Ledger | None,
    delivered: Collection[DeliveredFile],
) -> RestorePlan:
    """Find out what restoring a table would do.

    Args:
        lake: the lake.
        table: a table of it; of a raw table only the ledger need know.
        wanted: a version, a moment, or None to take out the whole of a raw table.
        ledger: of the lake.
        delivered: what lies in the landing folder.

    Raises:
        RestoreRefusedError: something would be lost or doubled; says what to do instead.
        UnknownVersionError: the version is not there.
        DamagedTableError: the log is damaged where the moment falls.
    """
    kind = kind_of(table, lake)
    if kind is Kind.RAW:
        for name in (ledger_table.NAME, quarantine_table.NAME):
            _must_be_whole(lake, name)
    history = read_history(table.path)
    target = None if wanted is None else _target(table, history, wanted)
    if target is None and kind is not Kind.RAW:
        why = "only raw tables come from the landing folder"
        raise RestoreRefusedError(table.full_name, why, "Give --version or --time.")
    if kind is Kind.OPS:
        _only_to_repair(table, history, target)
    newest = history.newest
    version = None if target is None else history.get(target)
    plan = RestorePlan(
        table=table.full_name,
        kind=kind,
        from_version=newest.version if newest else None,
        to_version=target,
        rows_now=newest.rows if newest else None,
        rows_then=version.rows if version else 0,
        moved_aside=_moved_aside(table, history, target),
    )
    return _with_files(plan, table, ledger, delivered) if kind is Kind.RAW else plan


def agreement_after(
    table: LakeTable, version: int | None, ledger: Ledger | None
) -> tuple[RawName, Agreement]:
    """Return what makes the ledger agree with a version of a raw table, None for an empty one."""
    name = raw_name(table)
    history: Sequence[Event] = ledger.history(name.source, name.table) if ledger else []
    if version is None:
        return name, agree(history, set(), 0)
    with readable_view(table.path) as view:
        present = rows_by_batch(view, version)
        return name, agree(history, present.keys(), transaction(view, name, version))


def _must_be_whole(lake: Lake, name: str) -> None:
    """What follows the restored table must not turn out to be damaged half-way."""
    path = lake.ops_table(name)
    problem = damage_of(read_history(path)) if is_delta_table(path) else None
    if problem:
        raise DamagedTableError(f"ops.{name}", path, problem)


def _target(table: LakeTable, history: History, wanted: int | datetime) -> int:
    if not history.versions:
        raise RestoreRefusedError(
            table.full_name, "no version of it can be read", "saleslake doctor says what to do."
        )
    return choose_version(table, history, wanted).version


def _only_to_repair(table: LakeTable, history: History, target: int | None) -> None:
    """The ledger and the quarantine record what happened: history is not to be rewritten."""
    if damage_of(history) is None:
        raise RestoreRefusedError(
            table.full_name,
            "it records what happened and is not damaged",
            "Restore the raw table instead; its records here follow it.",
        )
    newest = history.newest_whole
    if newest is None or newest.version != target:
        best = newest.version if newest else "none"
        raise RestoreRefusedError(
            table.full_name,
            f"going back further than its newest whole version ({best}) would forget more than "
            "the damage",
            f"Give --version {best}.",
        )


def _moved_aside(table: LakeTable, history: History, target: int | None) -> tuple[str, ...]:
    if target is None:
        return (table.path.name,) if table.path.exists() else ()
    return tuple(history.log.misplaced()) if history.log.damage else ()


def _with_files(
    plan: RestorePlan,
    table: LakeTable,
    ledger: Ledger | None,
    delivered: Collection[DeliveredFile],
) -> RestorePlan:
    name, agreement = agreement_after(table, plan.to_version, ledger)
    own = (file for file in delivered if file.table and file.table.name == name.name)
    landing = _Landing(own)
    history = ledger.history(name.source, name.table) if ledger else []
    _refuse_unknown(plan, table, agreement, ledger, history)
    rows = {event.key: event.rows_loaded for event in history if event.rows_loaded}
    places = {event.key: event.reason for event in history if event.state in State.archived()}
    back = {event.key for event in agreement.back}  # the same content, of another batch
    out = [
        replace(landing.file_out(event, rows.get(event.key, 0)), archived_to=places.get(event.key))
        for event in agreement.out
        if event.key not in back and event.replay_of not in agreement.kept
    ]
    strangers: list[Event] = []
    if plan.from_version is not None:
        last = ledger.last_batch_id if ledger else 0
        strangers = strangers_to_ledger(table.path, name, plan.from_version, last)
    out += [landing.file_out(event, event.rows_loaded) for event in strangers if event.rows_loaded]
    return replace(
        plan,
        files_out=tuple(out),
        records_to_quarantine=sum(
            event.rows_loaded
            for event in latest_by_batch(history).values()
            if event.state in State.loaded()
            and event.replay_of in agreement.kept
            and event.batch_id not in agreement.kept
        ),
        files_back=tuple(event.key.path for event in agreement.back),
        unknown_batches=tuple(sorted({event.batch_id or 0 for event in strangers})),
    )


class _Landing:
    """What lies in the landing folder: by content, where that is not known by path and size."""

    def __init__(self, files: Iterable[DeliveredFile]) -> None:
        there = [file for file in files if file.reason is None]
        self._contents = {file.content_hash for file in there}
        self._places = {(file.path, file.size) for file in there}

    def file_out(self, event: Event, rows: int) -> FileOut:
        """Return a file that is taken out, with whether it can be loaded again."""
        key = event.key
        place = (key.path, event.file_size)
        is_there = key.content_hash in self._contents if key.content_hash else place in self._places
        return FileOut(key.path, event.batch_id or 0, rows, is_there)


def _refuse_unknown(
    plan: RestorePlan,
    table: LakeTable,
    agreement: Agreement,
    ledger: Ledger | None,
    history: Sequence[Event],
) -> None:
    """Rows of files that the ledger does not know would be loaded a second time."""
    known = {event.batch_id for event in history}
    unknown = sorted(set(agreement.kept) - known)
    if unknown:
        last = ledger.last_batch_id if ledger else 0
        raise RestoreRefusedError(
            plan.table,
            f"its version {plan.to_version} holds batch {unknown[0]}, of which the ledger (up to "
            f"batch {last}) knows no file: its files would be loaded twice",
            f"Restore an earlier version (saleslake as-of --table {table.full_name} lists them), "
            "or load all of it again with --from-landing.",
        )
