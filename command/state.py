"""What the last successful build was made of, and so what the next one has to do.

A build with nothing new must do nothing, and quickly; an edited model, seed, macro or variable must
be built all the same. Both are decided here, from hashes of the project's files and from the
versions of the lake's Delta tables, without starting dbt or an engine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
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

BuildKind = Literal["nothing", "incremental", "full"]


@dataclass(frozen=True)
class BuildState:
    """What a successful build left behind.

    Attributes:
        fingerprint: hash of the project it was built from.
        engine: the engine that built it.
        versions: Delta version of each raw and warehouse table, by ``schema.name``.
    """

    fingerprint: str
    engine: str
    versions: Mapping[str, int]


@dataclass(frozen=True)
class BuildPlan:
    """What to build, and the reason in words."""

    kind: BuildKind
    reason: str


def plan_build(last: BuildState | None, current: BuildState) -> BuildPlan:
    """Decide what a build has to do. Pure: both states are given."""
    if last is None:
        return BuildPlan("full", "first build of this lake, or the last one did not finish")
    if last.fingerprint != current.fingerprint:
        return BuildPlan("full", "the project changed since the last build")
    if last.versions != current.versions:
        return BuildPlan("incremental", "tables changed since the last build")
    if last.engine != current.engine:
        return BuildPlan("incremental", f"built by {last.engine} before")
    return BuildPlan("nothing", "no table and no project file changed since the last build")


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
    """Return the newest Delta version of every raw and warehouse table, read from file names."""
    versions = {}
    for table in lake.tables():
        if table.schema == lake.ops.name:
            continue
        commits = (entry.name for entry in (table.path / "_delta_log").glob("*.json"))
        numbers = (name.removesuffix(".json") for name in commits)
        versions[f"{table.schema}.{table.name}"] = max(
            (int(number) for number in numbers if number.isdigit()), default=-1
        )
    return versions


def current_state(project: Path, lake: Lake, engine: str) -> BuildState:
    """Return the state that a build starting now would start from."""
    return BuildState(project_fingerprint(project), engine, table_versions(lake))


def read_state(lake: Lake) -> BuildState | None:
    """Return the last successful build's state, or None when there is none to trust."""
    try:
        content = json.loads((lake.state / "build.json").read_text(encoding="utf-8"))
        return BuildState(content["fingerprint"], content["engine"], content["versions"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_state(lake: Lake, state: BuildState) -> None:
    """Record a successful build."""
    write_atomically(lake.state / "build.json", json.dumps(asdict(state), indent=1))


def forget_state(lake: Lake) -> None:
    """Forget the last build: the next one is a full one, even if this process is killed now."""
    (lake.state / "build.json").unlink(missing_ok=True)
