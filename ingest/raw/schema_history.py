"""What is known of a raw table's schema: its columns now, and the versions that led to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.catalogue.tables import Catalogue
from ingest.raw.schema_log import NAME, SchemaVersion, columns_after, versions_of
from saleslake.errors import LakeMissingError, SettingError
from saleslake.lake import Lake


@dataclass(frozen=True)
class SchemaHistory:
    """The schema of a raw table.

    Attributes:
        table: source and table.
        columns: the delivered columns and what Spark SQL calls their types, after the last version.
        versions: the oldest first; none where no batch was loaded since they are recorded.
    """

    table: str
    columns: Mapping[str, str]
    versions: tuple[SchemaVersion, ...]


def schema_history(name: str, lake: Lake, catalogue: Catalogue) -> SchemaHistory:
    """Return what is known of a raw table's schema; nothing is changed.

    Args:
        name: source and table, such as ``crm.cust_info``.
        lake: the lake.
        catalogue: the delivered tables; one that is no longer among them may have versions too.

    Raises:
        LakeMissingError: the lake is not there.
        SettingError: there is no table of that name.
    """
    if not lake.root.exists():
        raise LakeMissingError(lake.root)
    source, _, table = name.partition(".")
    versions = tuple(versions_of(lake.ops_table(NAME), source, table))
    known = [entry.name for entry in catalogue.tables]
    if not versions and name not in known:
        raise SettingError("TABLE", name, known)
    return SchemaHistory(name, columns_after(versions), versions)
