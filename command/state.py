"""What the last successful build was made of, and so what the next one has to do.

A build with nothing new must do nothing, and quickly; an edited model, seed, macro or variable must
be built all the same. Both are decided here, from hashes of the project's files and from the
versions of the lake's Delta tables, without starting dbt or an engine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from saleslake.lake import Lake, write_atomically

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

READ_BY_MODELS = {"full_deliveries"}
"""Tables of ``ops`` that models read; the others are only for people."""

BuildKind = Literal["nothing", "incremental", "full"]


@dataclass(frozen=True)
class BuildState:
    """What a build started from, or what it left behind.

    Attributes:
        fingerprint: hash of the project it was built from.
        engine: the engine that built it.
        raw: Delta version of each table that ingest writes, by ``schema.name``.
        warehouse: Delta version of each table that dbt built, likewise.
        succeeded: whether every model and test of it succeeded.
    """

    fingerprint: str
    engine: str
    raw: Mapping[str, int]
    warehouse: Mapping[str, int]
    succeeded: bool = True


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
        return BuildPlan("full", "first build of this lake, or the last one did not finish")
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


def table_versions(lake: Lake) -> dict[str, int]:
    """Return the newest Delta version of every table that models read or make, by file names."""
    return {
        f"{table.schema}.{table.name}": table.version
        for table in lake.tables()
        if not table.path.is_relative_to(lake.ops) or table.name in READ_BY_MODELS
    }


def current_state(project: Path, lake: Lake, engine: str) -> BuildState:
    """Return the state that a build starting now would start from."""
    raw, warehouse = _split(table_versions(lake))
    return BuildState(project_fingerprint(project), engine, raw, warehouse)


def _split(versions: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Tell what ingest writes from what dbt builds."""
    raw = {name: versions[name] for name in versions if name.startswith(("raw_", "ops."))}
    return raw, {name: versions[name] for name in versions if name not in raw}


def state_after(before: BuildState, lake: Lake, *, succeeded: bool) -> BuildState:
    """Return what a build left behind: the project as it was at its start, the tables as now.

    The project is not read again, because it may have been edited while the build ran.
    """
    return replace(before, warehouse=_split(table_versions(lake))[1], succeeded=succeeded)


def read_state(lake: Lake) -> BuildState | None:
    """Return the last build's state, or None when there is none to trust."""
    try:
        content = json.loads((lake.state / "build.json").read_text(encoding="utf-8"))
        return BuildState(**content)
    except (OSError, ValueError, TypeError):
        return None


def write_state(lake: Lake, state: BuildState) -> None:
    """Record a build whose tables are all of one project."""
    write_atomically(lake.state / "build.json", json.dumps(asdict(state), indent=1))


def forget_state(lake: Lake) -> None:
    """Forget the last build: the next one is a full one, even if this process is killed now."""
    (lake.state / "build.json").unlink(missing_ok=True)
