"""What the ledger says of files at last: of every path, and of those that wait for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from command.report.notes import Note, held_back_note, set_aside_note
from ingest.delta import from_microseconds, query
from ingest.ledger.events import Owner
from ingest.ledger.full_deliveries import FullDeliveries
from ingest.ledger.table import NAME, SCHEMA, State
from ingest.result import HeldBack
from saleslake.lake import Lake, is_delta_table
from saleslake.query import LakeQuery

_LATEST = """
select
    source, table_name, file_path, content_hash, file_size, state, reason,
    cast(file_modified_at as bigint) as modified_microseconds
from (
    select *, row_number() over (partition by file_path order by sequence desc) as age
    from ledger
)
where age = 1 and content_hash is not null
order by file_path
"""
_OWNERS = "select distinct source, table_name from ledger where table_name is not null"
_BATCHES = """
select
    source, table_name, max(batch_id) as last,
    max(case when age = 1 and state in ({loaded}) then batch_id end) as loaded
from (
    select *, row_number() over (
        partition by source, table_name, file_path, content_hash,
            case when replay_of is not null then batch_id end
        order by sequence desc
    ) as age
    from t
)
group by source, table_name
"""
_HELD_BACK = """
with applied as (
    select table_name, max(delivery_number) as last_number
    from deliveries
    where state = 'applied'
    group by table_name
)
select distinct
    deliveries.table_name, deliveries.delivery_number, deliveries.delivery_name,
    deliveries.reason, deliveries.state = 'incomplete' as is_incomplete
from deliveries
left join applied on deliveries.table_name = applied.table_name
where deliveries.state in ('incomplete', 'held_back')
    and deliveries.delivery_number > coalesce(applied.last_number, 0)
order by deliveries.table_name, deliveries.delivery_number
"""


@dataclass(frozen=True)
class KnownFile:
    """What the ledger says of a path at last.

    Attributes:
        table: source and table; ``Unknown.Unknown`` for a file of none.
        content_hash: SHA-256 of its content.
        size: in bytes.
        modified_at: UTC.
        state: what became of it.
        reason: why, for a file that was not loaded.
    """

    table: str
    content_hash: str
    size: int
    modified_at: datetime
    state: State
    reason: str


@dataclass(frozen=True)
class KnownFiles:
    """What the ledger says at last: of every path, and which tables it knows files of."""

    by_path: Mapping[str, KnownFile] = field(default_factory=dict)
    seen: frozenset[Owner] = frozenset()


def read_ledger(lake: Lake) -> KnownFiles:
    """Return the latest event of every path; nothing of a lake where nothing has landed."""
    path = lake.ops_table(NAME)
    if not is_delta_table(path):
        return KnownFiles()
    ledger = LakeQuery({"ledger": path})
    by_path = {
        row.text("file_path"): KnownFile(
            table=f"{row.text('source')}.{row.text('table_name')}",
            content_hash=row.text("content_hash"),
            size=row.whole("file_size"),
            modified_at=from_microseconds(row.whole("modified_microseconds")),
            state=State(row.text("state")),
            reason=row.text("reason"),
        )
        for row in ledger.rows(_LATEST)
    }
    owners = ((row.text("source"), row.text("table_name")) for row in ledger.rows(_OWNERS))
    return KnownFiles(by_path, frozenset(owners))


@dataclass
class KnownBatches:
    """What the ledger says of batches, without reading it file by file."""

    last_batch_id: int
    loaded: Mapping[Owner, int]

    def loaded_batch_id(self, source: str, table: str) -> int:
        """Return the last batch whose records must be in a raw table, 0 when there is none."""
        return self.loaded.get((source, table), 0)


def read_batches(lake: Lake) -> KnownBatches | None:
    """Return the batches that the ledger knows; None where there is no ledger."""
    path = lake.ops_table(NAME)
    if not is_delta_table(path):
        return None
    states = ", ".join(f"'{state.value}'" for state in State.loaded())
    rows = query(path, _BATCHES.format(loaded=states), SCHEMA).to_pylist()
    last = max((int(row["last"] or 0) for row in rows), default=0)
    loaded = {(row["source"] or "", row["table_name"] or ""): row["loaded"] or 0 for row in rows}
    return KnownBatches(last, loaded)


def set_aside_notes(ledger: KnownFiles, landing: Path | None) -> list[Note]:
    """Return the files that cannot be loaded; one that is gone from the folder is settled."""
    return [
        set_aside_note(path, known.reason)
        for path, known in ledger.by_path.items()
        if known.state is State.SET_ASIDE
        and (landing is None or not landing.is_dir() or (landing / path).exists())
    ]


def held_back_notes(lake: Lake) -> list[Note]:
    """Return the full deliveries that do not count, later than the last one that does."""
    path = FullDeliveries(lake).path
    if not is_delta_table(path):
        return []
    return [
        held_back_note(
            row.text("table_name"),
            HeldBack(row.text("delivery_name"), row.text("reason"), row.flag("is_incomplete")),
        )
        for row in LakeQuery({"deliveries": path}).rows(_HELD_BACK)
    ]
