"""What a domain makes: records ready to be written, and which of their values are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

import pyarrow as pa

Cell: TypeAlias = str | int | float | date | datetime | Decimal | None
Row: TypeAlias = dict[str, Cell]
"""One record: column to value, in the order of the columns."""


@dataclass(frozen=True)
class Fault:
    """A value, or a record, that is not what is true.

    Attributes:
        row: place of the record in its chunk.
        kind: name of the kind of dirt.
        column: the column; empty for a whole record that should not be there.
        true_value: what should stand there, as text; None for nothing.
        delivered_value: what stands there.
    """

    row: int
    kind: str
    column: str
    true_value: str | None
    delivered_value: str | None


@dataclass(frozen=True)
class Chunk:
    """Some records of a file, in their order.

    Attributes:
        table: the records; all columns that the file has.
        faults: what is wrong in them.
    """

    table: pa.Table
    faults: tuple[Fault, ...] = ()
