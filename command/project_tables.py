"""Which tables the dbt project makes, read from its manifest without starting an engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from command.build import lake_in_environment
from engine.attach import SCHEMAS
from ingest.catalogue.tables import Catalogue
from maintenance.removal import ProjectTables
from maintenance.tables import RAW
from saleslake.errors import ProjectError
from saleslake.lake import Lake

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

TABLES = {"model", "seed", "snapshot", "test"}
"""Resource types that may have a table; a test has one when its failures are stored."""


def project_tables(project: Path, lake: Lake, engine: str, catalogue: Catalogue) -> ProjectTables:
    """Parse the dbt project and list its tables and the catalogue's.

    Args:
        project: the dbt project's folder, which also holds profiles.yml.
        lake: the lake.
        engine: the profile output to parse with; it is not started.
        catalogue: the delivered tables.

    Raises:
        ProjectError: the project or its profile cannot be loaded.
    """
    from dbt.cli.main import dbtRunner  # lazy: dbt takes two seconds to import

    arguments = ["parse", "--target", engine, "--log-level", "none", "--log-level-file", "none"]
    arguments += ["--project-dir", str(project), "--profiles-dir", str(project)]
    with lake_in_environment(lake):
        outcome = dbtRunner().invoke(arguments)
    if outcome.exception is not None:
        raise ProjectError(str(outcome.exception)) from outcome.exception
    named = _named_in(outcome.result)
    return ProjectTables(
        tables=frozenset(named),
        schemas=frozenset({*SCHEMAS, *(schema for schema, _ in named)}),
        delivered=frozenset(
            (f"{RAW}{table.source}".lower(), table.table.lower()) for table in catalogue.tables
        ),
    )


def _named_in(manifest: Manifest) -> set[tuple[str, str]]:
    """Schema and name of everything that a manifest knows as a table, disabled or not."""
    nodes = [node for node in manifest.nodes.values() if str(node.resource_type) in TABLES]
    disabled = [node for found in manifest.disabled.values() for node in found]
    named = {
        (str(node.schema).lower(), str(node.alias or node.name).lower())
        for node in [*nodes, *disabled]
        if str(node.resource_type) in TABLES
    }
    # Tables that Python steps write are sources of the project.
    return named | {
        (str(source.schema).lower(), str(source.identifier).lower())
        for source in manifest.sources.values()
    }
