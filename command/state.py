"""What the last successful build was made of, and so what the next one has to do.

A build with nothing new must do nothing, and quickly; an edited model, seed, macro or variable must
be built all the same. Both are decided here, from hashes of the project's files and from the
versions of the lake's Delta tables, without starting dbt or an engine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from saleslake.build_state import BuildState, split_versions, table_versions
from saleslake.lake import Lake

PROJECT_PARTS = [
    "dbt_project.yml",
    "requirements/local.txt",
    "models",
    "macros",
    "seeds",
    "snapshots",
    "tests/dbt",
    "engine",
]
"""Files and folders of the project that decide what a build makes."""

BuildKind = Literal["nothing", "incremental", "full"]


@dataclass(frozen=True)
class BuildPlan:
    """What to build, and the reason in words."""

    kind: BuildKind
    reason: str


def plan_build(last: BuildState | None, current: BuildState) -> BuildPlan:
    """Decide what a build has to do. Pure: both states are given.

    Only what this command built itself is trusted: tables that somebody else changed may be of
    another version of the project, so they are built again from raw.
    """
    if last is None:
        return BuildPlan("full", "first build, or no finished one to go on from")
    rules: list[tuple[bool, BuildKind, str]] = [
        (last.fingerprint != current.fingerprint, "full", "the project changed"),
        (last.warehouse != current.warehouse, "full", "tables were changed from outside"),
        (last.raw != current.raw, "incremental", "there are new files"),
        (not last.succeeded, "incremental", "the last build failed"),
        (last.engine != current.engine, "incremental", f"{last.engine} built it before"),
    ]
    for applies, kind, reason in rules:
        if applies:
            return BuildPlan(kind, reason)
    return BuildPlan("nothing", "no file is new and nothing changed since the last build")


def project_fingerprint(project: Path) -> str:
    """Return the hash of every file of PROJECT_PARTS: names and contents."""
    digest = hashlib.sha256()
    for part in PROJECT_PARTS:
        root = project / part
        files = [root] if root.is_file() else sorted(root.rglob("*"))
        for file in files:
            if not file.is_file() or "__pycache__" in file.parts:
                continue
            digest.update(f"{file.relative_to(project).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def current_state(project: Path, lake: Lake, engine: str) -> BuildState:
    """Return the state that a build starting now would start from."""
    raw, warehouse = split_versions(table_versions(lake))
    return BuildState(project_fingerprint(project), engine, raw, warehouse)


def state_after(before: BuildState, lake: Lake, *, succeeded: bool) -> BuildState:
    """Return what a build left behind: the project as it was at its start, the tables as now.

    The project is not read again, because it may have been edited while the build ran.
    """
    return replace(before, warehouse=split_versions(table_versions(lake))[1], succeeded=succeeded)
