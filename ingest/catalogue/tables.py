"""The delivered tables that a catalogue describes, and which of them a file is.

They know nothing of the files that describe them: a stream has a table without one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from re import Pattern
from typing import Literal

from ingest.files.globs import compile_glob
from ingest.options import TableOptions
from saleslake.errors import CatalogueError

Format = Literal["csv", "fixed_width", "json", "parquet"]
Delivery = Literal["incremental", "full"]
DeliverySet = Literal["file", "folder"]
OnDuplicate = Literal["skip", "load", "fail"]
OnOverwrite = Literal["reload", "ignore", "fail"]


@dataclass(frozen=True)
class DeliveredTable:
    """One table as its source delivers it.

    Attributes:
        source: name of the source.
        table: name of the raw table, unique in its source.
        description: one row per what, and the traps.
        patterns: globs of its files, relative to the landing folder.
        format: file format.
        options: how its files are found and read.
        business_key: delivered column names; a file without one of them is set aside.
        delivery: whether a delivery adds to the earlier ones or replaces them.
        delivery_set: what one full delivery is: each file, or all files of a folder.
        largest_deleted_share: of the keys of a full delivery, how many may be absent from the next
            one, 0 to 1; one that loses more is held back.
        largest_rejected_count: how many records of a file may not fit it; a file with more is set
            aside whole. None for no limit.
        largest_rejected_share: the same as a share of its records, 0 to 1.
        on_duplicate: what becomes of content that was loaded before under another path.
        on_overwrite: what becomes of new content under the path of a file that was loaded.
        currency: ISO 4217 code of its amounts, None where it has no money.
        identity_namespace: where its business ids have their meaning.
        columns: expected delivered column names, in order.
        widths: of the columns in characters, for fixed-width files; else empty.
        file: the catalogue file it is described in.
        line: the line there.
    """

    source: str
    table: str
    description: str
    patterns: tuple[str, ...]
    format: Format
    options: TableOptions
    business_key: tuple[str, ...]
    delivery: Delivery
    delivery_set: DeliverySet
    largest_deleted_share: float
    largest_rejected_count: int | None
    largest_rejected_share: float | None
    on_duplicate: OnDuplicate
    on_overwrite: OnOverwrite
    currency: str | None
    identity_namespace: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    file: Path
    line: int

    @property
    def name(self) -> str:
        """Source and table, such as ``crm.cust_info``."""
        return f"{self.source}.{self.table}"


@dataclass(frozen=True)
class Catalogue:
    """All delivered tables, in order of source file and entry."""

    tables: tuple[DeliveredTable, ...]

    @cached_property
    def _claims(self) -> Pattern[str]:
        """All patterns as one expression, whose match has a group for each table.

        To try the patterns of one table after the other took a sixth of the time of listing
        100,000 files.
        """
        # Each table looks ahead from the start, so that all that claim a path are seen.
        return re.compile("".join(map(_claim, self.tables)), re.DOTALL)

    def table_of(self, path: str) -> DeliveredTable | None:
        """Return the table whose patterns match a path relative to the landing folder.

        Raises:
            CatalogueError: two tables claim the path.
        """
        match = self._claims.match(path)
        claims = match.groups() if match else ()
        if len(claims) - claims.count(None) > 1:
            first, second, *_ = [
                table for table, claim in zip(self.tables, claims, strict=True) if claim is not None
            ]
            raise CatalogueError(
                second.file,
                second.line,
                f"the delivered file '{path}' matches {second.name} and also {first.name} "
                f"({first.file.name}:{first.line})",
                "Narrow the patterns of one of them.",
            )
        return self.tables[claims.index("")] if "" in claims else None


def _claim(table: DeliveredTable) -> str:
    """Return an expression that matches nothing anywhere, in a group if the path is the table's."""
    patterns = "|".join(compile_glob(pattern).pattern for pattern in table.patterns)
    return rf"(?:(?=(?:{patterns})\Z)()|)"
