"""Models, seeds, snapshots and data tests of a compiled project, as its manifest has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, with_config

BUILT = ("model", "seed", "snapshot", "test")
"""Resource types that `dbt build` runs without its unit tests."""

_LENIENT = ConfigDict(extra="ignore")


@with_config(_LENIENT)
@dataclass(frozen=True)
class Contract:
    """Whether a model's columns and types are enforced."""

    enforced: bool = False


@with_config(_LENIENT)
@dataclass(frozen=True)
class Config:
    """The settings of a node that decide what a build of it does; dbt's own names and meanings."""

    enabled: bool = True
    materialized: str | None = None
    incremental_strategy: str | None = None
    unique_key: str | list[str] | None = None
    on_schema_change: str | None = None
    contract: Contract = Contract()
    column_types: dict[str, str] = field(default_factory=dict)
    delimiter: str | None = None
    severity: str | None = None
    limit: int | None = None
    fail_calc: str | None = None
    warn_if: str | None = None
    error_if: str | None = None
    strategy: str | None = None
    updated_at: str | None = None
    check_cols: str | list[str] | None = None
    hard_deletes: str | None = None
    invalidate_hard_deletes: bool | None = None
    dbt_valid_to_current: str | None = None


@with_config(_LENIENT)
@dataclass(frozen=True)
class Column:
    """A described column; the type is Spark's, and there for contracts alone."""

    name: str
    data_type: str | None = None


@with_config(_LENIENT)
@dataclass(frozen=True, kw_only=True)
class Node:
    """One node of a manifest.

    Attributes:
        resource_type: dbt's: model, seed, snapshot, test, analysis, ...
        name: unique among the project's nodes of a type.
        schema: where its relation is; of a test, where its failures would be.
        alias: name of its relation.
        config: its settings.
        columns: its described columns, in order, by name.
        original_file_path: its file, relative to the project.
        compiled_code: its SQL; None for a seed.
    """

    resource_type: str
    name: str
    schema: str
    alias: str
    config: Config
    original_file_path: Path
    columns: dict[str, Column] = field(default_factory=dict)
    compiled_code: str | None = None

    @property
    def is_built(self) -> bool:
        """Whether a build runs it as a node of its own; an ephemeral model is part of others."""
        return self.resource_type in BUILT and self.config.materialized != "ephemeral"


@with_config(_LENIENT)
@dataclass(frozen=True)
class Manifest:
    """The nodes of a project by dbt's unique id."""

    nodes: dict[str, Node]


@dataclass(frozen=True)
class CompiledNode:
    """A node with both branches of its SQL.

    Attributes:
        node: as compiled for a first build.
        incremental_code: its SQL for a table that exists, where that is another one.
    """

    node: Node
    incremental_code: str | None = None


def read_manifest(text: str) -> Manifest:
    """Read the content of dbt's manifest.json."""
    return TypeAdapter(Manifest).validate_json(text)


def both_branches(full: Manifest, incremental: Manifest) -> tuple[CompiledNode, ...]:
    """Join the nodes of a first build with those of a later one, in order of their unique ids."""
    joined = []
    for unique_id in sorted(full.nodes):
        node = full.nodes[unique_id]
        if not node.is_built:
            continue
        later = incremental.nodes[unique_id].compiled_code
        joined.append(CompiledNode(node, later if later != node.compiled_code else None))
    return tuple(joined)
