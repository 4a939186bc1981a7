"""The catalogue: which files are which table, and what has to be known to read them.

One file per source in ``ingest/catalogue``; adding a table to the lake is adding an entry there,
never code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from re import Pattern

from ingest.catalogue.schema import (
    Delivery,
    DeliverySet,
    Format,
    OnDuplicate,
    OnOverwrite,
    SourceEntry,
    TableEntry,
    validate,
)
from ingest.catalogue.yaml_lines import Document
from ingest.files.globs import compile_glob
from ingest.options import TableOptions, read_options
from saleslake.errors import CatalogueError

DEFAULT_FOLDER = Path(__file__).parent
DEFAULT_DELIVERY_SET: DeliverySet = "file"
DEFAULT_DELETED_SHARE = 0.1
DEFAULT_ON_DUPLICATE: OnDuplicate = "skip"
DEFAULT_ON_OVERWRITE: OnOverwrite = "reload"


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


def load_catalogue(folder: Path = DEFAULT_FOLDER) -> Catalogue:
    """Read and check every ``*.yml`` of a folder.

    Raises:
        CatalogueError: the first thing wrong, with its file and line.
    """
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise CatalogueError(
            folder, None, "holds no catalogue file", "Add one <source>.yml for each source."
        )
    tables: list[DeliveredTable] = []
    homes: dict[str, Path] = {}
    for file in files:
        document = Document(file)
        entry = validate(document)
        if entry.source in homes:
            raise CatalogueError(
                file,
                document.line_of(("source",)),
                f"source '{entry.source}' is described in {homes[entry.source].name} already",
                "Keep the tables of one source in one file.",
            )
        homes[entry.source] = file
        tables += [
            _table(entry, table, file, document.line_of(("tables", position)))
            for position, table in enumerate(entry.tables)
        ]
    return Catalogue(tuple(tables))


def _table(source: SourceEntry, table: TableEntry, file: Path, line: int) -> DeliveredTable:
    return DeliveredTable(
        source=source.source,
        table=table.table,
        description=table.description,
        patterns=tuple(f"{source.folder}/{pattern}" for pattern in table.patterns),
        format=table.format,
        options=read_options(table.options, table.format)[0],
        business_key=table.business_key,
        delivery=table.delivery,
        delivery_set=table.delivery_set or DEFAULT_DELIVERY_SET,
        largest_deleted_share=(
            DEFAULT_DELETED_SHARE
            if table.largest_deleted_share is None
            else table.largest_deleted_share
        ),
        largest_rejected_count=table.largest_rejected_count,
        largest_rejected_share=table.largest_rejected_share,
        on_duplicate=table.on_duplicate or DEFAULT_ON_DUPLICATE,
        on_overwrite=table.on_overwrite or DEFAULT_ON_OVERWRITE,
        currency=table.currency,
        identity_namespace=source.identity_namespace,
        columns=table.columns,
        widths=table.widths or (),
        file=file,
        line=line,
    )
