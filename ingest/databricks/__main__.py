"""The task of a Databricks job that lands files: ``python -m ingest.databricks --help``.

Also the entry point ``saleslake-databricks`` of the wheel, for a ``python_wheel_task``.
"""

from __future__ import annotations

import argparse
import os
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest.catalogue.entries import DEFAULT_FOLDER, load_catalogue
from ingest.databricks.landing import Landed, Run, Volumes, chosen
from ingest.databricks.tables import Names
from saleslake.databricks_errors import NotOnDatabricksError, TablesFailedError
from saleslake.errors import SaleslakeError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def main(arguments: Sequence[str] | None = None) -> None:
    """Land all that is new, and end; with an error's exit code where something failed.

    Args:
        arguments: of the command line; None for the process's own.
    """
    options = _parser().parse_args(arguments)
    try:
        land(options)
    except SaleslakeError as error:
        click.echo(f"{error.cause}\n{error.remedy}", err=True)
        raise SystemExit(error.exit_code) from error


def land(options: argparse.Namespace) -> None:
    """Land what the options say.

    Raises:
        TablesFailedError: of some tables; all were tried.
        SaleslakeError: nothing was landed.
    """
    catalogue = load_catalogue(options.catalogue_folder)
    tables = chosen(catalogue, options.table)
    run = Run(
        spark=_session(),
        names=Names(options.catalog or _catalog_of(options.landing)),
        volumes=Volumes(options.landing.rstrip("/"), options.state.rstrip("/")),
        run_id=f"databricks-{uuid.uuid4().hex[:12]}",
        now=datetime.now(UTC),
    )
    landed = run.land(tables)
    for table in landed:
        click.echo(told(table))
    failed = [table.name for table in landed if table.failure]
    if failed:
        raise TablesFailedError(failed)


def told(table: Landed) -> str:
    """Return what was done for a table, in a line."""
    parts = [f"{table.files} files, {table.rows:,} records"]
    if table.quarantined:
        parts.append(f"{table.quarantined:,} records quarantined (ops.quarantined_records)")
    if table.not_loaded:
        parts.append(f"{table.not_loaded} files not loaded (ops.ingested_files says why)")
    if table.failure:
        parts.append(f"stopped: {table.failure}")
    return f"{table.name}: {'; '.join(parts)}"


def _session() -> SparkSession:
    if "DATABRICKS_RUNTIME_VERSION" not in os.environ:
        raise NotOnDatabricksError
    from pyspark.sql import SparkSession

    return SparkSession.builder.getOrCreate()


def _catalog_of(landing: str) -> str:
    """Return the catalog whose volume the landing folder is in."""
    parts = Path(landing).parts
    return parts[2] if parts[:2] == ("/", "Volumes") and len(parts) > 2 else "main"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ingest.databricks",
        description="Land what is new with Auto Loader, into raw_<source>.<table> and ops.",
    )
    volume = "/Volumes/<catalog>/<schema>/"
    parser.add_argument("--landing", required=True, help=f"where files arrive: {volume}landing")
    parser.add_argument(
        "--state", required=True, help=f"where checkpoints and schemas are kept: {volume}raw_data"
    )
    parser.add_argument(
        "--catalog", help="of the tables; that of the landing folder's volume unless given"
    )
    parser.add_argument(
        "--table", action="append", default=[], help="such as crm.cust_info; all unless given"
    )
    parser.add_argument(
        "--catalogue-folder", type=Path, default=DEFAULT_FOLDER, help="of your own *.yml"
    )
    return parser


if __name__ == "__main__":
    main()
