"""What is known of the last build: ops/state/build.json.

The versions in it are those of the tables as that build left them. Whoever changes a table without
changing its rows (maintenance) carries them forward; whoever changes its rows forgets them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from saleslake.lake import Lake, delta_version, write_atomically

READ_BY_MODELS = {"full_deliveries", "ingested_files", "quarantined_records"}
"""Tables of ``ops`` that models read; the others are only for people."""

DIFFERS = -1
"""Stands for a version that no table has: it stays different, whatever is committed next."""


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


def newest_version(folder: Path) -> int:
    """Return the newest Delta version of a table, read from file names; -1 when there is none."""
    version = delta_version(folder)
    return -1 if version is None else version


def table_versions(lake: Lake) -> dict[str, int]:
    """Return the newest Delta version of every table that models read or make."""
    return {
        table.full_name: version
        for table, version in lake.tables_and_versions()
        if not table.path.is_relative_to(lake.ops) or table.name in READ_BY_MODELS
    }


def split_versions(versions: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Tell what ingest writes from what dbt builds."""
    raw = {name: versions[name] for name in versions if name.startswith(("raw_", "ops."))}
    return raw, {name: versions[name] for name in versions if name not in raw}


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


def carry_forward(
    state: BuildState, before: Mapping[str, int], after: Mapping[str, int]
) -> BuildState:
    """Return the state after commits that changed versions but no row. Pure.

    Only a version that was the recorded one is carried; one that differed goes on to differ.

    Args:
        state: the last build's.
        before: version of every table before those commits; see ``table_versions``.
        after: likewise after them; a table that was removed is not in it.
    """

    def carried(recorded: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
        return {
            name: now.get(name, DIFFERS) if before.get(name) == version else DIFFERS
            for name, version in recorded.items()
            if name in now or name not in before
        }

    raw, warehouse = split_versions(after)
    return replace(
        state, raw=carried(state.raw, raw), warehouse=carried(state.warehouse, warehouse)
    )
