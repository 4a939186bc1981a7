"""Checks one Delta table: its log, the data files of its newest version, and what would mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deltalake import DeltaTable

from maintenance.delta_log import LOG
from maintenance.history import History, read_history
from maintenance.restore_plan import Kind, kind_of
from maintenance.tables import is_history
from saleslake.lake import Lake, LakeTable

SHOWN_FILES = 3
"""Broken data files of one table that are named; the others are counted."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or worth knowing.

    Attributes:
        is_damage: whether something must be repaired; a note otherwise.
        problem: what is wrong.
        repair: the command, or what to do, that mends it.
        table: the table; empty for the lake itself.
        version: of the table; None where it is not about one.
        file: relative to the table's folder, or to the lake.
    """

    is_damage: bool
    problem: str
    repair: str
    table: str = ""
    version: int | None = None
    file: str = ""


def check_table(table: LakeTable, lake: Lake) -> tuple[list[Finding], int]:
    """Check a table; returns what is wrong, and the number of its newest version's data files."""
    history = read_history(table.path)
    damage = [*_log(history), *_files(history), *_cut_off(history)]
    if not damage:
        damage = list(_opens(table))
    repair = repair_of(table, lake, history)
    findings = [
        Finding(True, problem, repair, table.full_name, version, file)
        for problem, version, file in damage
    ]
    findings += [
        Finding(
            False,
            f"{problem.what}: version {problem.version} cannot be read any more",
            "nothing: later versions are not affected",
            table.full_name,
            problem.version,
            problem.file,
        )
        for problem in history.log.lost
    ]
    return findings, len(history.current)


def repair_of(table: LakeTable, lake: Lake, history: History) -> str:
    """Return the command that repairs a damaged table."""
    best = history.newest_whole
    kind = kind_of(table, lake)
    back = f"saleslake restore {table.full_name} --version {best.version}" if best else None
    if kind is Kind.WAREHOUSE:
        rebuild = "saleslake run --full-refresh"
        if back is None:
            return rebuild
        return back if is_history(table) else f"{back}, or {rebuild}"
    if kind is Kind.OPS:
        return back or (
            f"bring {table.path} back from a copy of the lake; without one, move it away and run "
            "saleslake doctor again"
        )
    return back or f"saleslake restore {table.full_name} --from-landing"


_Damage = tuple[str, int | None, str]


def _log(history: History) -> Iterator[_Damage]:
    for problem in history.log.damage:
        yield (
            f"its log is damaged: this file {problem.what}",
            problem.version,
            f"{LOG}/{problem.file}",
        )


def _files(history: History) -> Iterator[_Damage]:
    version = history.newest.version if history.newest else None
    broken = list(history.broken.items())
    for path, why in broken[:SHOWN_FILES]:
        yield f"this data file {why}", version, path
    if len(broken) > SHOWN_FILES:
        yield f"and {len(broken) - SHOWN_FILES} more data files", version, ""


def _cut_off(history: History) -> Iterator[_Damage]:
    if history.newest and history.is_cut_off:
        file = f"{LOG}/{history.newest.version:020}.json"
        yield "its last commit is cut off at the end of a line", history.newest.version, file


def _opens(table: LakeTable) -> Iterator[_Damage]:
    """What was not thought of here may still keep the library from opening the table."""
    try:
        DeltaTable(table.path).file_uris()
    except Exception as error:
        yield f"it cannot be opened: {(str(error).splitlines() or [''])[0][:200]}", None, ""
