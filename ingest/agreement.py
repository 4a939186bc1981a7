"""What stops a run before it changes anything: raw tables that the ledger or the catalogue belies.

A run asks first; a dry run and ``saleslake status`` ask the same, to foretell it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from ingest.catalogue.tables import DeliveredTable
from ingest.files.clean_source import refuse_destinations
from ingest.raw.table import RawTable
from saleslake.errors import LedgerError
from saleslake.lake import Lake


class Batches(Protocol):
    """What a ledger says of batches; ``ingest.ledger.table.Ledger`` is one."""

    last_batch_id: int

    def loaded_batch_id(self, source: str, table: str) -> int:
        """Return the last batch whose records must be in a raw table, 0 when there is none."""


def require_agreement(lake: Lake, ledger: Batches | None, raw: RawTable) -> None:
    """Stop where the ledger and a raw table are not of one another.

    Args:
        lake: the lake.
        ledger: of it; None where there is none.
        raw: the table, which need not be there.

    Raises:
        LedgerError: the table lacks a batch that the ledger has as loaded, or has one more.
    """
    table, held = raw.table, raw.last_batch_id()
    committed = ledger.loaded_batch_id(table.source, table.table) if ledger else 0
    last = ledger.last_batch_id if ledger else 0
    if not committed <= held <= last:
        raise LedgerError(lake.root, table.name, ledger_batch=committed, table_batch=held)


def require_what_a_run_needs(
    landing: Path | None, lake: Lake, ledger: Batches | None, tables: Iterable[DeliveredTable]
) -> None:
    """Stop where a run of some tables would, before it looked at any file; nothing is changed.

    Args:
        landing: the landing folder; None where there is none.
        lake: the lake, which need not be there.
        ledger: of it; None where there is none.
        tables: those that the run would load.

    Raises:
        LedgerError: the ledger and a raw table are not of one another.
        CatalogueError: a hint says another type than a raw table's column has.
        SettingError: loaded files were to be moved into the landing folder or the lake.
    """
    tables = list(tables)
    if landing is not None:
        refuse_destinations(landing, lake, tables)
    for table in tables:
        raw = RawTable(lake.raw_table(table.source, table.table), table)
        require_agreement(lake, ledger, raw)
        raw.require_types()
