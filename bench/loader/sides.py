"""What is compared: how each side loads the files of a folder, and where its Delta table is.

Each side is one process from start to end. To compare one more, write a class like those below and
name it in ``side_of`` and in bench/loader/names.py: everything else follows.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from bench.files import SALES, SALES_FOLDER
from bench.loader.names import DUCKDB_DELTA, ON_SPARK, SALESLAKE
from bench.measure import Run
from bench.sides import bench_python, clean_environment
from ingest import delta
from saleslake.lake import Lake

_TOTALS = """
select count(*) as rows, sum(cast(nullif(sls_sales, '') as decimal(18, 2))) as amount from t
"""


@dataclass(frozen=True)
class Landed:
    """What a table holds: its rows, and the sum of their amounts, by which sides are compared."""

    rows: int
    amount: Decimal


class LoaderSide(Protocol):
    """One side, in a folder of its own that is empty at first."""

    @property
    def table(self) -> Path:
        """The folder of its Delta table."""

    def run(self, landing: Path) -> Run:
        """Return how to load the new files of a landing folder."""


@dataclass(frozen=True)
class SaleslakeSide:
    """This project's loader, with all of its checks.

    Attributes:
        project: the project's folder.
        folder: where its lake goes.
    """

    project: Path
    folder: Path

    @property
    def table(self) -> Path:
        """The folder of the raw table."""
        source, name = SALES.split(".")
        return Lake(self.folder / "lake").raw_table(source, name)

    def run(self, landing: Path) -> Run:
        """Return `saleslake ingest`."""
        command = [sys.executable, "-m", "command.cli", "ingest", "--landing", str(landing)]
        command += ["--lake", str(self.folder / "lake"), "--format", "json"]
        return Run(command, self.project, clean_environment())

    def dry_run(self, landing: Path) -> Run:
        """Return `saleslake ingest --dry-run`."""
        run = self.run(landing)
        return Run([*run.command, "--dry-run"], run.cwd, run.environment)


@dataclass(frozen=True)
class ScriptSide:
    """A process that gets the folder of files, a folder for its table, and the columns' names.

    Attributes:
        command: the program and its first arguments.
        project: the folder it runs in.
        folder: where its table goes.
        columns: names of the delivered columns.
    """

    command: tuple[str, ...]
    project: Path
    folder: Path
    columns: tuple[str, ...]

    @property
    def table(self) -> Path:
        """The folder of its table."""
        return self.folder / "table"

    def run(self, landing: Path) -> Run:
        """Return the process."""
        arguments = [str(landing / SALES_FOLDER), str(self.folder), *self.columns]
        return Run([*self.command, *arguments], self.project, clean_environment())


def side_of(name: str, project: Path, folder: Path, columns: tuple[str, ...]) -> LoaderSide:
    """Return a side by its name.

    Args:
        name: a side's, as bench/loader/names.py has it.
        project: the project's folder.
        folder: where its tables go.
        columns: names of the delivered columns.

    Raises:
        BenchmarkSetupError: the environment of DuckDB's side is not there.
    """
    if name == SALESLAKE:
        return SaleslakeSide(project, folder)
    if name == DUCKDB_DELTA:
        script = str(Path(__file__).with_name("duckdb_delta.py"))
        return ScriptSide((str(bench_python(project)), "-P", script), project, folder, columns)
    module, added = ON_SPARK[name]
    command = (sys.executable, "-m", f"bench.loader.{module}")
    return ScriptSide(command, project, folder, columns + added)


def listing_of(project: Path, landing: Path) -> Run:
    """Return a listing of a landing folder: every file found, hashed and given to its table."""
    command = [sys.executable, "-m", "bench.loader.discovering", str(landing)]
    return Run(command, project, clean_environment())


def landed(table: Path) -> Landed:
    """Count a table's rows and add their amounts."""
    (row,) = delta.query(table, _TOTALS).to_pylist()
    return Landed(row["rows"], Decimal(row["amount"] or 0))
