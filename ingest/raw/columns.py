"""Which columns a raw table has after a batch, and of which types. Touches no disk.

Columns are found by name without case. A column's type is decided once, by the first of these that
is there: a hint of the catalogue, what the files of its first batch deliver, text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from ingest.catalogue.tables import DeliveredTable
from ingest.files.path_columns import path_types
from ingest.options.hints import read_hints
from ingest.raw.column_types import TEXT, common_type, is_wider, name_of, of_name, widened
from saleslake.errors import CatalogueError

Types = Mapping[str, pa.DataType]
"""Types of columns by their names in lower case."""


@dataclass(frozen=True)
class Columns:
    """The delivered columns of a batch.

    Attributes:
        names: all that the table then has: its own in its order, then the added ones.
        new: those that the batch adds.
        rescued: those that the table does not have and does not get.
        missing: expected ones that some file of the batch does not have.
        types: of all names, in lower case; text for those that are not there.
        widened: those that the table has in a narrower type.
    """

    names: tuple[str, ...]
    new: tuple[str, ...]
    rescued: tuple[str, ...]
    missing: tuple[str, ...]
    types: Types = field(default_factory=dict)
    widened: tuple[str, ...] = ()

    @property
    def fields(self) -> list[pa.Field[pa.DataType]]:
        """The columns with their types."""
        return [pa.field(name, self.types.get(name.lower(), TEXT)) for name in self.names]


def decide_columns(
    existing: Sequence[str],
    expected: Sequence[str],
    delivered: Sequence[Sequence[str]],
    *,
    adds: bool = True,
) -> Columns:
    """Decide where the columns of a batch go. Names are the same without regard to case.

    Args:
        existing: delivered columns the table has.
        expected: columns of the catalogue.
        delivered: columns of each file.
        adds: whether the table gets the columns that it does not have.
    """
    names = {name.lower(): name for name in existing}
    for columns in delivered:
        for name in columns:
            names.setdefault(name.lower(), name)
    per_file = [{name.lower() for name in columns} for columns in delivered]
    unknown = tuple(names.values())[len(existing) :]
    return Columns(
        names=tuple(names.values()) if adds else tuple(existing),
        new=unknown if adds else (),
        rescued=() if adds else unknown,
        missing=tuple(
            name for name in expected if any(name.lower() not in columns for columns in per_file)
        ),
    )


def with_types(
    columns: Columns, held: Types, hints: Types, delivered: Sequence[Types], *, widens: bool
) -> Columns:
    """Decide of which types the columns of a batch are.

    Args:
        columns: the columns.
        held: types of those that the table has.
        hints: types that the catalogue gives.
        delivered: types in each file.
        widens: whether a column gets wider for what is delivered.
    """
    found: dict[str, pa.DataType] = {}
    wider: list[str] = []
    for name in columns.names:
        key = name.lower()
        of_files = [types[key] for types in delivered if key in types]
        if key in held:
            found[key] = held[key]
            for data_type in of_files if widens else ():
                found[key] = widened(found[key], data_type)
            if found[key] != held[key]:
                wider.append(name)
        else:
            found[key] = hints.get(key) or (common_type(of_files) if of_files else TEXT)
    return replace(columns, types=found, widened=tuple(wider))


def is_typed(table: DeliveredTable) -> bool:
    """Tell whether files say of which types a table's columns are."""
    return table.format == "parquet" or table.options.infer_column_types


def hints_of(table: DeliveredTable) -> Types:
    """Return the types that the catalogue gives columns of a table."""
    hints = read_hints(table.options.schema_hints) if table.options.schema_hints else {}
    hints = {**{name.lower(): given for name, given in path_types(table).items()}, **hints}
    return {name.lower(): of_name(data_type) for name, data_type in hints.items()}


def expected_columns(table: DeliveredTable) -> tuple[str, ...]:
    """Return the columns that the raw table has for the catalogue: of files, then of paths."""
    return (*table.columns, *path_types(table))


def declared_columns(table: DeliveredTable) -> list[pa.Field[pa.DataType]]:
    """Return the expected columns whose types are known before any file is."""
    hints = hints_of(table)
    return [
        pa.field(name, hints.get(name.lower(), TEXT))
        for name in expected_columns(table)
        if name.lower() in hints or not is_typed(table)
    ]


def refuse_other_types(table: DeliveredTable, held: Types) -> None:
    """Refuse hints at types that a table's columns do not have.

    Raises:
        CatalogueError: there is one; a column that was widened since is none.
    """
    for name, data_type in hints_of(table).items():
        has = held.get(name, data_type)
        if has != data_type and not is_wider(has, data_type):
            raise CatalogueError(
                table.file,
                table.line,
                f"cloudFiles.schemaHints gives {table.name}.{name} the type {name_of(data_type)}, "
                f"and the raw table has it as {name_of(has)}; a column keeps its type",
                f"Write '{name} {name_of(has)}' or remove the hint; another type needs a new lake.",
            )
