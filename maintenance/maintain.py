"""Maintenance of a lake: fewer and fewer old files, the same rows, and every kept version readable.

Everything that frees space comes before everything that needs some, so that a full disk can be
maintained too. Each step leaves every table readable, and the next maintenance does what a killed
one left to do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from deltalake.exceptions import DeltaError

from maintenance.disk import refusal, refusals_named
from maintenance.removal import (
    Kept,
    ProjectTables,
    delete,
    half_made_by_project,
    leftovers,
    move_out_of_sight,
    size_of,
    strangers,
)
from maintenance.upkeep import Rules, Step, Upkeep, compact, expire
from saleslake.build_state import (
    carry_forward,
    forget_state,
    newest_version,
    read_state,
    split_versions,
    table_versions,
    write_state,
)
from saleslake.lake import Lake, LakeTable

TableStep = Callable[[LakeTable, Upkeep], Upkeep]


@dataclass(frozen=True)
class Maintenance:
    """What maintenance did to a lake, or would do.

    Attributes:
        dry_run: nothing was done.
        retention_days: how long replaced data files are kept.
        removed: tables and halves of tables that were taken out.
        kept: tables that nothing makes any more, and why they stay.
        leftovers: of interrupted commands, deleted.
        bytes_freed: in all.
        tables: every table of the lake.
    """

    dry_run: bool
    retention_days: int
    removed: tuple[str, ...]
    kept: tuple[Kept, ...]
    leftovers: tuple[str, ...]
    bytes_freed: int
    tables: tuple[Upkeep, ...]

    @property
    def problems(self) -> list[Upkeep]:
        """Tables that were left alone or went wrong."""
        return [table for table in self.tables if table.problem]


class Maintainer:
    """Maintains one lake, whose lock the caller holds.

    Args:
        lake: the lake.
        project: what may be in its warehouse.
        rules: of this maintenance.
        progress: told what is being done, with tables done and in all.
        step: told each step that is done: ``cleared``, ``moved:<folder>`` and ``removed:<folder>``,
            then for each table ``vacuumed:<table>`` and ``log:<table>``, then for each
            ``compacted:<table>`` and ``checkpoint:<table>``.
    """

    def __init__(
        self,
        lake: Lake,
        project: ProjectTables,
        rules: Rules,
        progress: Callable[[str, int, int], None],
        step: Step = lambda _: None,
    ) -> None:
        self._lake = lake
        self._project = project
        self._rules = rules
        self._progress = progress
        self._step = step
        self._versions = table_versions(lake)

    def run(self) -> Maintenance:
        """Do everything, in the order in which it is safe.

        Raises:
            LakeNotWritableError: the disk refused; what was done until then stays done.
        """
        with refusals_named(self._lake.root):
            return self._run()

    def _run(self) -> Maintenance:
        lake = self._lake
        self._forget_a_state_that_differs()
        found = leftovers(lake)
        freed = sum(self._delete(path) for path in found)
        self._step("cleared")
        remove, kept = strangers(lake, self._project)
        halves = half_made_by_project(lake, self._project)
        freed += sum(self._remove(path) for path in [*(table.path for table in remove), *halves])
        self._carry({table.full_name: None for table in remove})
        tables = [table for table in lake.tables() if table not in remove]
        results = [Upkeep(table.full_name) for table in tables]
        results = self._each("Deleting what has expired", tables, results, self._expire)
        results = self._each("Compacting", tables, results, self._compact)
        half_names = [f"{path.relative_to(lake.root)} (half made)" for path in halves]
        return Maintenance(
            dry_run=self._rules.dry_run,
            retention_days=self._rules.retention_days,
            removed=(*(table.full_name for table in remove), *half_names),
            kept=tuple(kept),
            leftovers=tuple(str(path.relative_to(lake.root)) for path in found),
            bytes_freed=freed + sum(result.bytes_freed for result in results),
            tables=tuple(results),
        )

    def _delete(self, path: Path) -> int:
        return size_of(path) if self._rules.dry_run else delete(path)

    def _remove(self, folder: Path) -> int:
        if self._rules.dry_run:
            return size_of(folder)
        moved = move_out_of_sight(self._lake, folder)
        self._step(f"moved:{folder.name}")
        freed = delete(moved)
        self._step(f"removed:{folder.name}")
        return freed

    def _each(
        self, title: str, tables: Sequence[LakeTable], so_far: Sequence[Upkeep], do: TableStep
    ) -> list[Upkeep]:
        results: list[Upkeep] = []
        for table, result in zip(tables, so_far, strict=True):
            self._progress(title, len(results), len(tables))
            try:
                results.append(result if result.problem else self._guarded(table, result, do))
            finally:
                self._carry({table.full_name: newest_version(table.path)})
        return results

    def _guarded(self, table: LakeTable, so_far: Upkeep, do: TableStep) -> Upkeep:
        """Do a step for a table; what is wrong with a table stops no other, a full disk does."""
        try:
            return do(table, so_far)
        except DeltaError as error:
            if refusal(error) is not None:
                raise
            first_line = (str(error).splitlines() or [""])[0][:200]
            return replace(so_far, problem=f"left as it is: {first_line}")

    def _expire(self, table: LakeTable, _: Upkeep) -> Upkeep:
        return expire(table, self._rules, self._step)

    def _compact(self, table: LakeTable, so_far: Upkeep) -> Upkeep:
        return compact(table, so_far, self._rules, self._step)

    def _forget_a_state_that_differs(self) -> None:
        """The next build is a full one anyway; no later version may look like the recorded one."""
        state = read_state(self._lake)
        warehouse = split_versions(self._versions)[1]
        if state and dict(state.warehouse) != warehouse and not self._rules.dry_run:
            forget_state(self._lake)

    def _carry(self, changed: dict[str, int | None]) -> None:
        """Tell the last build's state that some versions changed and no row did."""
        known = {name: changed[name] for name in changed if name in self._versions}
        after = {**self._versions, **known}
        now = {name: version for name, version in after.items() if version is not None}
        state = read_state(self._lake)
        if state and now != self._versions and not self._rules.dry_run:
            write_state(self._lake, carry_forward(state, self._versions, now))
        self._versions = now
