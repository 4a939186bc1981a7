"""Looks at a lake from top to bottom and names, for everything wrong, the command that mends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ingest.catalogue.tables import Catalogue
from maintenance.ledger_check import LedgerCheck
from maintenance.removal import half_made, leftovers, size_of
from maintenance.restore import read_intent
from maintenance.table_check import Finding, check_table
from saleslake.errors import PendingRestoreError
from saleslake.lake import Lake


@dataclass(frozen=True)
class Diagnosis:
    """What was found in a lake.

    Attributes:
        tables: number of tables looked at.
        data_files: number of data files of their newest versions, all looked for.
        is_healthy: whether nothing is damaged; notes do not count.
        findings: damage first, then notes.
    """

    tables: int
    data_files: int
    is_healthy: bool
    findings: tuple[Finding, ...]


def diagnose(
    lake: Lake, catalogue: Catalogue, now: datetime, on_progress: Callable[[int, int], None]
) -> Diagnosis:
    """Look at everything in a lake; nothing is changed.

    Args:
        lake: a lake that exists; the caller holds its lock, so that nobody writes meanwhile.
        catalogue: the delivered tables.
        now: UTC.
        on_progress: called with tables done and in all.
    """
    tables = lake.tables()
    findings = [*_marker(lake), *_pending(lake)]
    files, damaged = 0, set[str]()
    for done, table in enumerate(tables, start=1):
        found, count = check_table(table, lake)
        findings += found
        files += count
        if any(finding.is_damage for finding in found):
            damaged.add(table.full_name)
        on_progress(done, len(tables))
    findings += LedgerCheck(lake, catalogue, now, damaged).findings()
    findings += [*_half_made(lake), *_leftovers(lake)]
    findings.sort(key=lambda finding: not finding.is_damage)
    is_healthy = not any(finding.is_damage for finding in findings)
    return Diagnosis(len(tables), files, is_healthy, tuple(findings))


def _marker(lake: Lake) -> Iterator[Finding]:
    if lake.kind() is None:
        yield Finding(
            True,
            problem="the lake's marker is missing: sample and real data could be mixed in it",
            file=lake.marker.name,
            repair=f'write {{"kind": "real", "format_version": 1}} into {lake.marker}; '
            '"sample" instead of "real" where the data was generated',
        )


def _pending(lake: Lake) -> Iterator[Finding]:
    where = str(lake.pending_restore.relative_to(lake.root))
    try:
        intent = read_intent(lake)
    except PendingRestoreError:
        yield Finding(
            True,
            problem="a restore was interrupted, and what it was about cannot be read",
            file=where,
            repair=f"delete {lake.pending_restore}, run saleslake doctor again and do what it says",
        )
        return
    if intent is not None:
        yield Finding(
            True,
            table=intent.table,
            version=intent.to_version,
            problem="its restore was interrupted",
            file=where,
            repair="saleslake run, which finishes it first",
        )


def _half_made(lake: Lake) -> Iterator[Finding]:
    for folder in half_made([*lake.warehouse.glob("*/*"), *lake.ops.glob("*")]):
        yield Finding(
            False,
            table=f"{folder.parent.name}.{folder.name}",
            problem="a table that was about to be created when its run was killed",
            file=str(folder.relative_to(lake.root)),
            repair="saleslake maintain, or the next run that builds it",
        )


def _leftovers(lake: Lake) -> Iterator[Finding]:
    for path in leftovers(lake):
        yield _at(path, lake, "left over from an interrupted command", "saleslake maintain")
    for path in sorted(lake.damaged.glob("*/*")):
        repair = "delete it when you have looked at it"
        yield _at(path, lake, f"moved aside by a repair, {size_of(path):,} bytes", repair)


def _at(path: Path, lake: Lake, problem: str, repair: str) -> Finding:
    file = str(path.relative_to(lake.root))
    return replace(Finding(False, problem=problem, repair=repair), file=file)
