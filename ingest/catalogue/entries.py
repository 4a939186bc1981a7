"""Reads the catalogue: which files are which table, and what has to be known to read them.

One file per source in ``ingest/catalogue``; adding a table to the lake is adding an entry there,
never code.
"""

from __future__ import annotations

from pathlib import Path

from ingest.catalogue.schema import SourceEntry, TableEntry, validate
from ingest.catalogue.tables import (
    Catalogue,
    DeliveredTable,
    DeliverySet,
    OnDuplicate,
    OnOverwrite,
)
from ingest.catalogue.yaml_lines import Document
from ingest.options import read_options
from saleslake.errors import CatalogueError

DEFAULT_FOLDER = Path(__file__).parent
DEFAULT_DELIVERY_SET: DeliverySet = "file"
DEFAULT_DELETED_SHARE = 0.1
DEFAULT_ON_DUPLICATE: OnDuplicate = "skip"
DEFAULT_ON_OVERWRITE: OnOverwrite = "reload"


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
