"""What is not clean in a lake, by table and reason: quarantined, rejected and repaired.

Landing quarantines records that do not fit their file, silver rejects and repairs. Values are not
read here, only counted: they may be personal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.delta import query
from ingest.quarantine.table import SCHEMA
from saleslake.lake import Lake, is_delta_table
from saleslake.query import LakeQuery, Row

_SILVER = """
    select
        records.table_name,
        coalesce(records.column_name, '') as column_name,
        records.reason_code,
        coalesce(min(reasons.outcome), '{outcome}') as outcome,
        coalesce(min(reasons.description), '') as description,
        count(*) as row_count
    from records
    left join reasons on records.reason_code = reasons.reason_code
    group by 1, 2, 3
    order by row_count desc, 1, 2, 3
"""
_QUARANTINE = """
    select
        source || '.' || table_name as table_name,
        '' as column_name,
        reason_code,
        coalesce(closing, 'quarantined') as outcome,
        min(coalesce(closing_reason, reason)) as description,
        count(*) as row_count
    from t
    where replay_batch_id is null
    group by 1, 2, 3, 4
    order by row_count desc, 1, 2, 3
"""


@dataclass(frozen=True)
class ReasonCount:
    """How many records, or values of one column, of a delivered table have a reason.

    Attributes:
        table: source and table, such as ``crm.cust_info``.
        column: the silver column; empty where the whole record is meant.
        reason_code: the reason, such as ``date_unreadable``.
        outcome: quarantined, rejected, repaired, or flagged: kept as it is; of a record that was
            quarantined and waits no more superseded or dismissed.
        description: the reason in a sentence, without values; for superseded and dismissed records
            why they wait no more.
        count: of records or values.
    """

    table: str
    column: str
    reason_code: str
    outcome: str
    description: str
    count: int


@dataclass(frozen=True)
class Unclean:
    """What is not clean in a whole lake, the most frequent first.

    Attributes:
        quarantined: records that wait in the quarantine.
        rejected: records that silver could not use.
        repaired: values that silver changed or flagged.
        closed: records in the quarantine that are superseded or dismissed.
    """

    quarantined: tuple[ReasonCount, ...] = ()
    rejected: tuple[ReasonCount, ...] = ()
    repaired: tuple[ReasonCount, ...] = ()
    closed: tuple[ReasonCount, ...] = ()


def read_unclean(lake: Lake) -> Unclean:
    """Count by table and reason; what does not exist yet counts nothing."""
    quarantine = lake.ops_table("quarantined_records")
    landed: tuple[ReasonCount, ...] = ()
    if is_delta_table(quarantine):
        landed = _counts(map(Row, query(quarantine, _QUARANTINE, SCHEMA).to_pylist()))
    return Unclean(
        quarantined=tuple(reason for reason in landed if reason.outcome == "quarantined"),
        rejected=_silver(lake, "rejected_records", "rejected"),
        repaired=_silver(lake, "repaired_values", "repaired"),
        closed=tuple(reason for reason in landed if reason.outcome != "quarantined"),
    )


def count_of(reasons: tuple[ReasonCount, ...], table: str) -> int:
    """Return the number of records or values of one table."""
    return sum(reason.count for reason in reasons if reason.table == table)


def _silver(lake: Lake, name: str, outcome: str) -> tuple[ReasonCount, ...]:
    records = lake.warehouse / "silver" / f"silver_conformed__{name}"
    reasons = lake.warehouse / "seeds" / "seed_reason_codes"
    if not (is_delta_table(records) and is_delta_table(reasons)):
        return ()
    found = LakeQuery({"records": records, "reasons": reasons})
    return _counts(found.rows(_SILVER.format(outcome=outcome)))


def _counts(rows: Iterable[Row]) -> tuple[ReasonCount, ...]:
    return tuple(
        ReasonCount(
            table=row.text("table_name"),
            column=row.text("column_name"),
            reason_code=row.text("reason_code"),
            outcome=row.text("outcome"),
            description=row.text("description"),
            count=row.whole("row_count"),
        )
        for row in rows
    )
