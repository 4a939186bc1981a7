"""What the conventions read of dbt's manifest: typed, and without any engine."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

PACKAGE = "saleslake"
DBT = str(Path(sys.executable).parent / "dbt")


@dataclass(kw_only=True)
class Column:
    """A described column."""

    name: str
    description: str = ""


@dataclass(kw_only=True)
class Config:
    """The configuration of a node, as far as a convention speaks of it."""

    materialized: str = ""
    incremental_strategy: str | None = None
    unique_key: str | list[str] | None = None
    on_schema_change: str | None = None
    severity: str = "error"
    error_if: str = "!= 0"
    warn_if: str = "!= 0"
    fail_calc: str = "count(*)"
    limit: int | None = None
    where: str | None = None
    column_types: dict[str, str] = field(default_factory=dict)
    meta: dict[str, object] = field(default_factory=dict)


@dataclass(kw_only=True)
class DependsOn:
    """Ids of what a node reads."""

    nodes: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class TestMetadata:
    """The generic test that a data test applies, and its arguments."""

    name: str
    kwargs: dict[str, object] = field(default_factory=dict)


@dataclass(kw_only=True)
class Node:
    """A model, seed, snapshot, analysis, data test, source, unit test or exposure."""

    name: str
    unique_id: str
    resource_type: str
    package_name: str
    original_file_path: str
    patch_path: str | None = None
    description: str = ""
    raw_code: str = ""
    columns: dict[str, Column] = field(default_factory=dict)
    config: Config = field(default_factory=Config)
    depends_on: DependsOn = field(default_factory=DependsOn)
    source_name: str = ""
    column_name: str | None = None
    attached_node: str | None = None
    test_metadata: TestMetadata | None = None
    owner: dict[str, str | None] = field(default_factory=dict)

    @property
    def parents(self) -> list[str]:
        """Ids of what it reads."""
        return self.depends_on.nodes

    @property
    def folder(self) -> tuple[str, ...]:
        """The folders of its file, such as ("models", "silver", "crm")."""
        return Path(self.original_file_path).parent.parts

    @property
    def layer(self) -> str:
        """Folder of a model below models: bronze, silver or gold; empty for all else."""
        return self.folder[1] if self.resource_type == "model" and len(self.folder) > 1 else ""

    @property
    def properties_file(self) -> str:
        """The yml that describes it, as a path in the project."""
        return (self.patch_path or "").partition("://")[2]


@dataclass(kw_only=True)
class Argument:
    """A described argument of a macro."""

    name: str
    description: str = ""


@dataclass(kw_only=True)
class Macro:
    """A macro."""

    name: str
    package_name: str
    original_file_path: str
    macro_sql: str
    patch_path: str | None = None
    arguments: list[Argument] = field(default_factory=list)


@dataclass(kw_only=True)
class Doc:
    """A block of shared text."""

    name: str
    package_name: str


@dataclass(kw_only=True)
class Manifest:
    """What dbt knows of the project."""

    nodes: dict[str, Node]
    sources: dict[str, Node]
    exposures: dict[str, Node]
    unit_tests: dict[str, Node]
    macros: dict[str, Macro]
    docs: dict[str, Doc]

    def of_type(self, *types: str) -> list[Node]:
        """Return the project's own nodes of some types, in order of name."""
        everything = [self.nodes, self.sources, self.exposures, self.unit_tests]
        found = [
            node
            for nodes in everything
            for node in nodes.values()
            if node.resource_type in types and node.package_name == PACKAGE
        ]
        return sorted(found, key=lambda node: node.name)

    def sorted_macros(self) -> list[Macro]:
        """Return the macros in order of name."""
        return sorted(self.macros.values(), key=lambda macro: macro.name)

    def named(self, name: str) -> Node:
        """Return a node of the project by its name."""
        (node,) = (node for node in self.nodes.values() if node.name == name)
        return node


def parse(project: Path, target: Path) -> Manifest:
    """Let dbt parse a project as it stands, in a process of its own, and read its manifest.

    A warning of dbt's, of a description without its table for example, is an error here.
    """
    done = subprocess.run(
        [DBT, "--warn-error", "parse", "--quiet", "--target", "embedded"],
        cwd=project,
        env={**os.environ, "DBT_TARGET_PATH": str(target), "DBT_LOG_LEVEL_FILE": "none"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    manifest = TypeAdapter(Manifest).validate_json((target / "manifest.json").read_bytes())
    # Five hundred macros of dbt's own, which every copy of the manifest would carry along.
    manifest.macros = {n: macro for n, macro in manifest.macros.items() if _own(macro)}
    manifest.docs = {n: doc for n, doc in manifest.docs.items() if doc.package_name == PACKAGE}
    return manifest


def _own(macro: Macro) -> bool:
    # A snapshot's or a materialisation's own code is a macro too; it lies elsewhere.
    return macro.package_name == PACKAGE and macro.original_file_path.startswith("macros/")
