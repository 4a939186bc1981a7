"""Takes a table back to an earlier version, and the ledger with it: both or neither.

What is to be done is written down before anything is done. Every step can be done twice, so whoever
next takes the lake's lock to write finishes what a kill interrupted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from deltalake import CommitProperties, DeltaTable
from deltalake.exceptions import DeltaError

from ingest.catalogue.tables import Catalogue
from ingest.ledger.events import latest_by_batch
from ingest.ledger.table import Event, Ledger, State, open_ledger
from ingest.quarantine import table as quarantine_table
from ingest.quarantine.closing import Loads
from ingest.quarantine.replay import origins_of
from ingest.quarantine.table import Quarantine
from maintenance.delta_log import read_log
from maintenance.disk import refusal, refusals_named
from maintenance.expiry import NO_HOOKS
from maintenance.quarantine_sync import bring_back, take_out, unmark
from maintenance.raw_batches import raw_name, strangers_to_ledger
from maintenance.removal import move_aside
from maintenance.restore_plan import Kind, RestorePlan, agreement_after
from maintenance.tables import table_of_name
from saleslake.build_state import forget_state, newest_version
from saleslake.errors import PendingRestoreError, RestoreRefusedError
from saleslake.lake import Lake, LakeTable, write_atomically

Step = Callable[[str], None]

UNKNOWN_TO_LEDGER = "the ledger did not know its batch, which a restore took out"
NOT_KEPT = "its quarantined records could not be brought back: their version is gone"


def _silent(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Intent:
    """What a restore is about to do.

    Attributes:
        table: its name.
        kind: see ``Kind``.
        from_version: the newest version that could be read; None when none could.
        to_version: the version to be like; None to take the whole table out.
        run_id: of the restore; names what it moves aside.
    """

    table: str
    kind: str
    from_version: int | None
    to_version: int | None
    run_id: str


def restore(  # noqa: PLR0913, PLR0917 - the whole of it
    lake: Lake,
    catalogue: Catalogue,
    plan: RestorePlan,
    run_id: str,
    now: datetime,
    step: Step = _silent,
) -> None:
    """Do what was planned. The caller holds the lake's lock.

    Args:
        lake: the lake.
        catalogue: the delivered tables.
        plan: made under the same lock.
        run_id: recorded with what is written.
        now: UTC.
        step: told each step that is done: ``intent``, ``state``, ``aside``, ``delta``,
            ``quarantine``, ``ledger``.

    Raises:
        LakeNotWritableError: the disk refused; the next command that writes goes on.
        RestoreRefusedError: the table's library refused; nothing was changed.
    """
    intent = Intent(plan.table, plan.kind.value, plan.from_version, plan.to_version, run_id)
    with refusals_named(lake.root):
        write_atomically(lake.pending_restore, json.dumps(asdict(intent)))
        step("intent")
        _finish(lake, catalogue, intent, now, step)


def read_intent(lake: Lake) -> Intent | None:
    """Return the restore that is waiting to be finished, None when there is none.

    Raises:
        PendingRestoreError: there is one, and what it was about cannot be read.
    """
    try:
        return Intent(**json.loads(lake.pending_restore.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise PendingRestoreError(lake.root) from error


def finish_pending(
    lake: Lake, catalogue: Catalogue, now: datetime, progress: Step
) -> Intent | None:
    """Finish a restore that was interrupted, if there is one. The caller holds the lock.

    Raises:
        LakeNotWritableError: the disk refused.
    """
    intent = read_intent(lake)
    if intent is not None:
        progress(f"Finishing the interrupted restore of {intent.table}")
        with refusals_named(lake.root):
            _finish(lake, catalogue, intent, now, _silent)
    return intent


def _finish(lake: Lake, catalogue: Catalogue, intent: Intent, now: datetime, step: Step) -> None:
    table = table_of_name(lake, intent.table)
    # First of all: a build must never go on from tables that a restore is changing.
    forget_state(lake)
    step("state")
    _move_aside(lake, table, intent)
    step("aside")
    _restore_delta(lake, table, intent)
    step("delta")
    if intent.kind == Kind.RAW:
        ledger = open_ledger(lake, catalogue, intent.run_id, now)
        _follow(lake, table, intent, ledger, step)
    lake.pending_restore.unlink()


def _move_aside(lake: Lake, table: LakeTable, intent: Intent) -> None:
    if intent.to_version is None:
        if table.path.exists():
            move_aside(lake, table.path, intent.table, intent.run_id)
        return
    log = read_log(table.path)
    for name in log.misplaced() if log.damage else []:
        move_aside(lake, log.folder / name, intent.table, intent.run_id)


def _restore_delta(lake: Lake, table: LakeTable, intent: Intent) -> None:
    if intent.to_version is None or intent.to_version == intent.from_version:
        return
    if newest_version(table.path) != intent.from_version:
        return  # done before the kill
    metadata = {"saleslake.runId": intent.run_id}
    try:
        DeltaTable(table.path).restore(
            intent.to_version,
            commit_properties=CommitProperties(custom_metadata=metadata),
            post_commithook_properties=NO_HOOKS,
        )
    except DeltaError as error:
        if refusal(error) is not None:
            raise
        lake.pending_restore.unlink()  # it would be refused for ever
        first_line = (str(error).splitlines() or [""])[0][:200]
        raise RestoreRefusedError(
            intent.table, first_line, "Nothing was changed; try another version."
        ) from error


def _follow(lake: Lake, table: LakeTable, intent: Intent, ledger: Ledger, step: Step) -> None:
    """Let the quarantine and the ledger follow a raw table."""
    name, agreement = agreement_after(table, intent.to_version, ledger)
    quarantine = lake.ops_table(quarantine_table.NAME)
    take_out(quarantine, name.source, name.table, agreement.kept)
    wanted = {event.batch_id or 0 for event in agreement.back if event.rows_quarantined}
    lost = bring_back(quarantine, name.source, name.table, wanted)
    unmark(quarantine, name.source, name.table, agreement.kept)
    _mark_again(table, agreement.back, Quarantine(quarantine, ledger.run_id, ledger.now))
    step("quarantine")
    back = [
        event._replace(reason=NOT_KEPT if event.batch_id in lost else _where(event))
        for event in agreement.back
    ]
    strangers = [
        event.becomes(State.RESTORED, UNKNOWN_TO_LEDGER)
        for event in _strangers(lake, table, intent, ledger)
    ]
    ledger.record([*strangers, *agreement.out, *back, *agreement.stay])
    if agreement.back:
        # What comes back may be newer than what is in the quarantine.
        loads = Loads(latest_by_batch(ledger.history(name.source, name.table)).values())
        closing = Quarantine(quarantine, ledger.run_id, ledger.now)
        closing.ensure()
        closing.close_superseded(name.source, name.table, loads.newest())
    step("ledger")


def _where(event: Event) -> str | None:
    """Return where a file is that cloudFiles.cleanSource took out of the landing folder."""
    return event.reason if event.state in State.archived() else None


def _mark_again(table: LakeTable, back: Iterable[Event], quarantine: Quarantine) -> None:
    """Mark the records of replays that come back as loaded."""
    replays: dict[int, list[Event]] = {}
    for event in back:
        if event.key.replay is not None:
            replays.setdefault(event.key.replay, []).append(event)
    if replays:
        quarantine.ensure()
    for batch_id, events in replays.items():
        quarantine.mark_replayed(table.path, batch_id, origins_of(events))


def _strangers(lake: Lake, table: LakeTable, intent: Intent, ledger: Ledger) -> list[Event]:
    """Return the files of batches that the ledger lost."""
    if intent.from_version is None:
        return []
    path = table.path
    if intent.to_version is None:
        path = lake.damaged / intent.table / intent.run_id / table.path.name
    if not path.exists():
        return []
    return strangers_to_ledger(path, raw_name(table), intent.from_version, ledger.last_batch_id)
