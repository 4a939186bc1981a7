"""Takes folders out of a lake: out of sight by one rename first, so no kill leaves half of one."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from maintenance.delta_log import LOG
from maintenance.tables import is_history
from saleslake.lake import Lake, LakeTable, is_delta_table


@dataclass(frozen=True)
class ProjectTables:
    """What may be in the warehouse.

    Attributes:
        tables: schema and name of every table of the dbt project, in lower case.
        schemas: schemas that are the project's own; tables of other ones are somebody else's.
        delivered: schema and name of every raw table of the catalogue.
    """

    tables: frozenset[tuple[str, str]]
    schemas: frozenset[str]
    delivered: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Kept:
    """A table that nothing makes any more, or a folder that is no table, and why it stays."""

    name: str
    reason: str


def strangers(lake: Lake, project: ProjectTables) -> tuple[list[LakeTable], list[Kept]]:
    """Find the warehouse tables to remove, and tables that nobody makes any more but stay."""
    remove: list[LakeTable] = []
    kept: list[Kept] = []
    for table in lake.tables():
        name = (table.schema.lower(), table.name.lower())
        if table.path.is_relative_to(lake.raw):
            if name not in project.delivered:
                kept.append(Kept(table.full_name, "not in the catalogue; holds delivered data"))
        elif table.path.is_relative_to(lake.warehouse) and name not in project.tables:
            if is_history(table):
                kept.append(Kept(table.full_name, "not in the dbt project; no build can remake it"))
            elif table.schema.lower() in project.schemas:
                remove.append(table)
            else:
                kept.append(Kept(table.full_name, "of a schema that the dbt project does not have"))
    return remove, kept


def half_made(folders: Iterable[Path]) -> list[Path]:
    """Find folders with a log but without a commit: what a kill left of a table to be created."""
    return sorted(
        folder for folder in folders if (folder / LOG).is_dir() and not is_delta_table(folder)
    )


def half_made_by_project(lake: Lake, project: ProjectTables) -> list[Path]:
    """Find those of the dbt project, which are safe to remove: nothing was ever in them."""
    folders = half_made(lake.warehouse.glob("*/*"))
    return [folder for folder in folders if folder.parent.name.lower() in project.schemas]


def leftovers(lake: Lake) -> list[Path]:
    """Find what interrupted commands left behind: removed folders, and halves of small files."""
    parts = [
        path
        for folder in (lake.root, lake.state, lake.reports)
        for path in folder.glob("*.part")
        if path.is_file()
    ]
    return sorted([*lake.removed.glob("*"), *parts])


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files of a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.lstat().st_size for file in files if not file.is_dir())


def move_out_of_sight(lake: Lake, folder: Path) -> Path:
    """Move a folder to ops/removed in one step, and return where it is now."""
    lake.removed.mkdir(parents=True, exist_ok=True)
    label = ".".join(folder.relative_to(lake.root).parts[1:])
    moved = lake.removed / f"{label}-{uuid.uuid4().hex[:8]}"
    folder.rename(moved)
    return moved


def move_aside(lake: Lake, path: Path, table: str, label: str) -> Path:
    """Move a damaged file or folder to ops/damaged/<table>/<label>, to be kept.

    Args:
        lake: the lake.
        path: what to move.
        table: name of the table that it belongs to.
        label: sets apart what one repair moves from what others did, such as a run's id.
    """
    folder = lake.damaged / table / label
    folder.mkdir(parents=True, exist_ok=True)
    return path.rename(folder / path.name)


def delete(path: Path) -> int:
    """Delete a file or a folder; returns the bytes that it held."""
    freed = size_of(path)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
    return freed
