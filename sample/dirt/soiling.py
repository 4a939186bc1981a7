"""Makes right records wrong, and writes down what was right.

Which records, and how, follows from the position that a record has among all of its table: the same
in any chunk, and in a delivery of few days as in one of four years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample.delivery import LONGEST_DELAY, Window
from sample.dirt.kinds import Kind
from sample.draws import Draws, Integers
from sample.output.chunk import Cell, Chunk, Fault, Row


class Soiler:
    """Makes of one table's right records what is delivered of them.

    Args:
        draws: random numbers.
        table: source and table.
        kinds: of all tables or of this one, with the rates that hold.
    """

    def __init__(self, draws: Draws, table: str, kinds: Sequence[Kind]) -> None:
        self._draws = draws
        self._table = table
        of_table = [kind for kind in kinds if kind.table == table and kind.rate > 0]
        self._kinds = [kind for kind in of_table if kind.family not in ("late", "corrected")]
        self._late = next((kind for kind in of_table if kind.family == "late"), None)
        self._corrected = next((kind for kind in of_table if kind.family == "corrected"), None)
        self._upper = np.cumsum([kind.rate for kind in self._kinds])

    def deliver(
        self, table: pa.Table, positions: Integers, days: Integers, window: Window, series: str = ""
    ) -> Chunk:
        """Return what one delivery has of right records: of its days, late, and corrected ones.

        Args:
            table: right records.
            positions: see soil.
            days: that each record is of.
            window: the days of the delivery.
            series: see soil.
        """
        arrives, settled = self.times(positions, days, series)
        first = window.has(arrives)
        # A correction comes with the right values, in a later delivery than the wrong ones.
        again = ~first & (arrives <= window.until) & window.has(settled)
        again[np.flatnonzero(again)] = self._can_be_wrong(table, np.flatnonzero(again))
        rows = np.flatnonzero(first | again)
        wrong = (first & (settled > window.until))[rows]
        late = (~window.has(days) & first)[rows]
        table = table.take(rows)
        of_late = self._late.name if self._late else ""
        faults = [Fault(row, of_late, "", None, None) for row in np.flatnonzero(late).tolist()]
        table, changed = self._made_wrong(table, np.flatnonzero(wrong))
        return self.soil(table, positions[rows], series, [*faults, *changed])

    def times(self, positions: Integers, days: Integers, series: str) -> tuple[Integers, Integers]:
        """Return the days that records are delivered on first, and delivered right; see deliver."""
        late = self._late.rate if self._late else 0.0
        corrected = self._corrected.rate if self._corrected else 0.0
        name = f"dirt/{self._table}/{series}/time"
        uniform = self._draws.at(name, positions)
        delay = 1 + (self._draws.at(f"{name}/delay", positions) * LONGEST_DELAY).astype(np.int64)
        arrives = days + np.where(uniform < late, delay, 0)
        is_corrected = (uniform >= late) & (uniform < late + corrected)
        return arrives, arrives + np.where(is_corrected, delay, 0)

    def _can_be_wrong(self, table: pa.Table, rows: Integers) -> list[bool]:
        """Tell which records had another value before: what was right is not delivered again."""
        if self._corrected is None or not len(rows):
            return []
        right: list[Row] = table.take(rows).to_pylist()
        return [self._corrected.change(record, 0.5) is not None for record in right]

    def _made_wrong(self, table: pa.Table, rows: Integers) -> tuple[pa.Table, list[Fault]]:
        """Return records with the values that are corrected later."""
        if self._corrected is None or not len(rows):
            return table, []
        right: list[Row] = table.take(rows).to_pylist()
        changed = {
            int(row): self._corrected.change(record, 0.5) or {}
            for row, record in zip(rows, right, strict=True)
        }
        faults = [
            Fault(row, self._corrected.name, column, as_text(record[column]), as_text(value))
            for (row, change), record in zip(changed.items(), right, strict=True)
            for column, value in change.items()
        ]
        return _with_changes(table, changed), faults

    def soil(
        self, table: pa.Table, positions: Integers, series: str = "", faults: Sequence[Fault] = ()
    ) -> Chunk:
        """Return records with their dirt.

        Args:
            table: right records.
            positions: of each record among all of its table, or of its series.
            series: names positions that begin anew, such as those of a month.
            faults: what is wrong with the records already; they get no dirt on top.
        """
        name = f"dirt/{self._table}/{series}"
        which = np.searchsorted(self._upper, self._draws.at(name, positions), side="right")
        which[[fault.row for fault in faults]] = len(self._kinds)  # none
        rows = np.flatnonzero(which < len(self._kinds))
        if not len(rows):
            return Chunk(table, tuple(faults))
        details = self._draws.at(f"{name}/detail", positions[rows])
        right: list[Row] = table.take(rows).to_pylist()
        changed: dict[int, Row] = {}
        added: list[tuple[int, bool, Row, Kind]] = []
        found = list(faults)
        for row, detail, record in zip(rows.tolist(), details.tolist(), right, strict=True):
            kind = self._kinds[which[row]]
            change = kind.change(record, detail)
            if change is None:
                continue
            if kind.adds:
                added.append((row, detail < 0.5, {**record, **change}, kind))
            else:
                changed[row] = change
                found += [
                    Fault(row, kind.name, column, as_text(record[column]), as_text(value))
                    for column, value in change.items()
                ]
        return _with_added(_with_changes(table, changed), found, added)


def as_text(value: Cell) -> str | None:
    """Return a value as the ledger of faults has it."""
    return None if value is None else str(value)


def _with_changes(table: pa.Table, changed: Mapping[int, Row]) -> pa.Table:
    columns = {column for change in changed.values() for column in change}
    for column in sorted(columns, key=table.column_names.index):
        rows = sorted(row for row, change in changed.items() if column in change)
        mask = np.zeros(table.num_rows, np.bool_)
        mask[rows] = True
        place = table.schema.get_field_index(column)
        field = table.schema.field(place)
        values = pa.array([changed[row][column] for row in rows], field.type)
        mended = pc.replace_with_mask(table.column(place).combine_chunks(), pa.array(mask), values)
        table = table.set_column(place, field, mended)
    return table


def _with_added(
    table: pa.Table, faults: Sequence[Fault], added: Sequence[tuple[int, bool, Row, Kind]]
) -> Chunk:
    """Put records beside others; what is known of the others' places moves with them."""
    if not added:
        return Chunk(table, tuple(sorted(faults, key=lambda fault: fault.row)))
    extra = pa.Table.from_pylist([row for _, _, row, _ in added], table.schema)
    beside = np.array([row - 0.5 if before else row + 0.5 for row, before, _, _ in added])
    order = np.argsort(np.concatenate([np.arange(table.num_rows), beside]), kind="stable")
    place_of = np.empty(len(order), np.int64)
    place_of[order] = np.arange(len(order))
    moved = [Fault(int(place_of[fault.row]), fault.kind, *_rest(fault)) for fault in faults]
    moved += [
        Fault(int(place_of[table.num_rows + number]), kind.name, "", None, None)
        for number, (_, _, _, kind) in enumerate(added)
    ]
    both = pa.concat_tables([table, extra]).take(order)
    return Chunk(both, tuple(sorted(moved, key=lambda fault: fault.row)))


def _rest(fault: Fault) -> tuple[str, str | None, str | None]:
    return fault.column, fault.true_value, fault.delivered_value
