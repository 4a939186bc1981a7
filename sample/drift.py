"""Changes of a table's columns as systems make them: a new one, another name, a wider type.

A change that is asked for holds from one delivery on, in all that follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, TypeAlias, cast, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample.errors import SampleSettingError
from sample.output.chunk import Chunk, Fault
from sample.output.columns import Values, picked
from sample.output.files import SampleFile
from sample.output.text import Texts, joined

Change: TypeAlias = Literal["new_column", "renamed", "widened"]
CHANGES: tuple[str, ...] = get_args(Change)


@dataclass(frozen=True)
class Drifting:
    """What changes of one table, if it is asked for.

    Attributes:
        table: source and table.
        new_column: the name of a column that comes at the end.
        new_values: what stands in it.
        renamed: the old and the new name of a column.
        widened: a column of numbers that comes with two decimals more.
    """

    table: str
    new_column: str
    new_values: tuple[str, ...]
    renamed: tuple[str, str]
    widened: str


def drifts_after(
    before: Mapping[str, Sequence[str]], asked: Sequence[str], drifting: Sequence[Drifting]
) -> dict[str, list[str]]:
    """Return the changes that hold from now on, by table.

    Args:
        before: those that held before.
        asked: ``renamed`` for the first of the tables, ``crm.cust_info:renamed`` for one.
        drifting: the tables that can change.

    Raises:
        SampleSettingError: there is no such change, or no such table to change.
    """
    held = {table: list(changes) for table, changes in before.items()}
    tables = [it.table for it in drifting]
    for text in asked:
        table, _, change = text.rpartition(":")
        if not tables:
            valid = "one that it can have: its systems never change their columns"
            raise SampleSettingError("change of columns", text, valid)
        table = table or tables[0]
        if change not in CHANGES:
            valid = f"one of {', '.join(CHANGES)}"
            raise SampleSettingError("change of columns", change, valid, CHANGES)
        if table not in tables:
            valid = f"one of {', '.join(tables)}"
            raise SampleSettingError("table whose columns change", table, valid, tables)
        if change not in held.setdefault(table, []):
            held[table].append(change)
    return held


def drifted(
    file: SampleFile, changes: Mapping[str, Sequence[str]], drifting: Sequence[Drifting]
) -> SampleFile:
    """Return a file with the changes of its table."""
    of_table = changes.get(file.table, ())
    for it in drifting:
        if it.table == file.table and of_table:
            return replace(file, chunks=partial(_changed, file.chunks, it, tuple(of_table)))
    return file


def _changed(
    chunks: Callable[[], Iterator[Chunk]], it: Drifting, changes: Sequence[str]
) -> Iterator[Chunk]:
    rows = 0
    for chunk in chunks():
        table, faults = chunk.table, chunk.faults
        if "widened" in changes:
            place = table.schema.get_field_index(it.widened)
            table = table.set_column(
                place, it.widened, _with_decimals(table.column(place).combine_chunks())
            )
            faults = tuple(
                _widened(fault) if fault.column == it.widened else fault for fault in faults
            )
        if "new_column" in changes:
            places = (np.arange(table.num_rows) + rows) % len(it.new_values)
            table = table.append_column(it.new_column, picked(it.new_values, places))
        if "renamed" in changes:
            old, new = it.renamed
            table = table.rename_columns(
                [new if name == old else name for name in table.schema.names]
            )
            faults = tuple(
                replace(fault, column=new) if fault.column == old else fault for fault in faults
            )
        rows += chunk.table.num_rows
        yield Chunk(table, faults)


def _widened(fault: Fault) -> Fault:
    """Return a fault of a widened column with the values that stand there now."""
    texts = pa.array([fault.true_value, fault.delivered_value], pa.string())
    true_value, delivered_value = cast(Texts, _with_decimals(texts)).to_pylist()
    return replace(fault, true_value=true_value, delivered_value=delivered_value)


def _with_decimals(column: Values) -> Values:
    """Return whole numbers with two decimals, those with two with four; all else as it is."""
    if isinstance(column, pa.StringArray):
        is_whole = pc.match_substring_regex(column, "^-?[0-9]+$")
        has_two = pc.match_substring_regex(column, r"^-?[0-9]+\.[0-9]{2}$")
        longer = pc.if_else(is_whole, joined([column, ".00"]), joined([column, "00"]))
        return cast(Values, pc.if_else(pc.or_(is_whole, has_two), longer, column))
    if pa.types.is_decimal(column.type):
        return column.cast(pa.decimal128(column.type.precision + 2, column.type.scale + 2))
    # So many digits that Delta, too, has it for wider than whole numbers of 64 bits.
    return column.cast(pa.decimal128(20, 0)).cast(pa.decimal128(22, 2))
