"""Tables of the catalogue that nothing was ever delivered for, summed up in one line.

A lake of some sources alone would otherwise be shown with a row of zeros for each other table. The
JSON documents list every table all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from command.formats import enumeration
from command.report.lake_tables import TableState
from command.report.run_report import RunReport, TableReport
from ingest.result import TableResult


def undelivered(report: RunReport) -> list[str]:
    """Return tables of which a run found nothing, neither in the landing folder nor in the lake."""
    quiet = [
        table.landed.name
        for table in report.tables
        if table == TableReport(TableResult(table.landed.source, table.landed.table), 0, 0)
    ]
    unclean = (*report.unclean.quarantined, *report.unclean.closed)
    set_aside = {reason.table for reason in unclean}
    return [name for name in without_rows(quiet, report.lake_tables) if name not in set_aside]


def without_rows(names: Iterable[str], lake_tables: Iterable[TableState]) -> list[str]:
    """Return those of some delivered tables whose raw table is empty, or not there yet.

    Args:
        names: source and table, such as ``crm.cust_info``.
        lake_tables: every table of the lake; one that cannot be read is not taken for empty.
    """
    filled = {table.full_name for table in lake_tables if table.rows != 0}
    return [name for name in names if f"raw_{name}" not in filled]


def is_shown(table: TableState, nothing_delivered: Collection[str]) -> bool:
    """Tell whether a table of the lake has a row of its own: all but raw ones without a file."""
    return table.layer != "raw" or table.full_name.removeprefix("raw_") not in nothing_delivered


def by_source(names: Sequence[str]) -> list[str]:
    """Count tables by source, ``supply (3 tables), shop (6)``; one alone is named."""
    counts = Counter(name.partition(".")[0] for name in names)
    only = {name.partition(".")[0]: name for name in names}
    parts = [f"{source} ({n})" if n > 1 else only[source] for source, n in counts.items()]
    first = next((place for place, n in enumerate(counts.values()) if n > 1), None)
    if first is not None:
        parts[first] = parts[first].replace(")", " tables)")
    return parts


def undelivered_lines(names: Sequence[str]) -> list[str]:
    """Return the line of a terminal, which goes on below itself when it is long; none for none."""
    return enumeration("  nothing delivered yet: ", by_source(names)) if names else []
