"""Checks that the ledger and the raw tables tell the same story, batch by batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from ingest.catalogue.tables import Catalogue
from ingest.ledger import table as ledger_table
from ingest.ledger.events import latest_by_batch
from ingest.ledger.table import Event, Ledger, State
from maintenance.history import read_history
from maintenance.raw_batches import existing_ledger, raw_name, rows_by_batch, transaction
from maintenance.table_check import Finding
from maintenance.tables import RAW, is_raw, table_of_name
from saleslake.lake import Lake, LakeTable, is_delta_table

LEDGER = f"ops.{ledger_table.NAME}"


class LedgerCheck:
    """The checks of one lake.

    Args:
        lake: the lake.
        catalogue: the delivered tables.
        now: UTC.
        damaged: names of tables that are damaged in themselves: they are mended first.
    """

    def __init__(
        self, lake: Lake, catalogue: Catalogue, now: datetime, damaged: Collection[str]
    ) -> None:
        self._lake = lake
        self._catalogue = catalogue
        self._now = now
        self._damaged = damaged

    def findings(self) -> Iterator[Finding]:
        """Yield every raw table that disagrees with the ledger, and what makes them agree."""
        if LEDGER in self._damaged:
            return
        ledger = existing_ledger(self._lake, self._catalogue, self._now)
        raw = {table.full_name: table for table in self._lake.tables() if is_raw(table, self._lake)}
        known = {f"{RAW}{e.key.source}.{e.key.table}" for e in ledger.events()} if ledger else set()
        for name in sorted({*raw, *(name for name in known if name != f"{RAW}.")}):
            if name not in self._damaged:
                yield from self._table(table_of_name(self._lake, name), ledger)

    def _table(self, table: LakeTable, ledger: Ledger | None) -> Iterator[Finding]:
        name = raw_name(table)
        events = ledger.history(name.source, name.table) if ledger else []
        loaded = rows_loaded(events)
        is_there = is_delta_table(table.path)
        if not is_there and loaded:
            yield self._disagree(
                table,
                f"the table is missing, and the ledger knows batches up to {max(loaded)} of it",
                f"saleslake restore {table.full_name} --from-landing",
            )
        if not is_there:
            return
        rows = rows_by_batch(table.path)
        held, last = transaction(table.path, name), ledger.last_batch_id if ledger else 0
        if held and not (ledger and ledger.events()):
            lost = f"it holds batches up to {held}, and there is no ledger"
            yield self._disagree(table, lost, "saleslake rebuild-ledger")
        elif held > last:
            yield self._disagree(
                table,
                f"it holds batches up to {held}, and the ledger knows them up to {last} only",
                self._repair(table, events),
            )
        elif problem := first_difference(loaded, rows, _planned(events)):
            yield self._disagree(table, problem, self._repair(table, events))

    def _repair(self, table: LakeTable, events: Sequence[Event]) -> str:
        """The newest version whose batches the ledger knows, with as many rows."""
        loaded = {batch: n for batch, n in rows_ever_loaded(events).items() if n}
        for version in reversed(read_history(table.path).versions):
            if not version.is_whole:
                continue
            rows = rows_by_batch(table.path, version.version)
            if all(loaded.get(batch) == count for batch, count in rows.items()):
                return f"saleslake restore {table.full_name} --version {version.version}"
        return f"saleslake restore {table.full_name} --from-landing"

    def _disagree(self, table: LakeTable, problem: str, repair: str) -> Finding:
        return Finding(
            True, f"the ledger and the table disagree: {problem}", repair, table.full_name
        )


def rows_loaded(events: Sequence[Event]) -> dict[int, int]:
    """Return the rows that must be in a raw table, by batch, from its files' latest events."""
    latest = latest_by_batch(events).values()
    return _sum(event for event in latest if event.state in State.loaded())


def rows_ever_loaded(events: Sequence[Event]) -> dict[int, int]:
    """Return the rows that each batch of a raw table had when it was loaded."""
    return _sum(latest_by_batch(e for e in events if e.state in State.loaded()).values())


def _sum(events: Iterable[Event]) -> dict[int, int]:
    rows: dict[int, int] = {}
    for event in events:
        rows[event.batch_id or 0] = rows.get(event.batch_id or 0, 0) + event.rows_loaded
    return rows


def _planned(events: Sequence[Event]) -> set[int]:
    """Return the batches that the next run will finish; their rows may be there already."""
    latest = latest_by_batch(events).values()
    return {event.batch_id or 0 for event in latest if event.state is State.PLANNED}


def first_difference(
    expected: Mapping[int, int], rows: Mapping[int, int], planned: Collection[int]
) -> str | None:
    """Say where a raw table has other rows than the ledger says; None when nowhere. Pure.

    Args:
        expected: rows by batch, as the ledger has them.
        rows: rows by batch, as the table has them.
        planned: batches that are not finished.
    """
    for batch in sorted({*expected, *rows} - set(planned)):
        should, does = expected.get(batch, 0), rows.get(batch, 0)
        if should != does:
            return f"batch {batch} has {does:,} rows in it, and {should:,} in the ledger"
    return None
