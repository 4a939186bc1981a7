"""What is compared: how each side is run on a landing folder, and how its tables are read.

Each side is what its user runs, one process from start to end: `saleslake run` on either engine;
or a script that loads the new files with DuckDB and calls dbt in the same process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from pydantic import ConfigDict, TypeAdapter, with_config

from bench.errors import BenchmarkSetupError
from bench.measure import Run
from bench.port.landing import RawLanding
from bench.totals import TotalsQuery
from saleslake.errors import EXIT_BUILD_FAILED, EXIT_OK
from saleslake.lake import Lake
from saleslake.query import LakeQuery

EMBEDDED, SPARK, DBT_DUCKDB = "embedded", "spark", "dbt-duckdb"
SIDES = (EMBEDDED, SPARK, DBT_DUCKDB)

PROCESS = Path(__file__).with_name("port") / "process.py"
_LENIENT = ConfigDict(extra="ignore")


@with_config(_LENIENT)
@dataclass(frozen=True)
class NodeTime:
    """One dbt node of a run: its name, resource type, dbt's status, and seconds."""

    name: str
    kind: str
    status: str
    seconds: float


@with_config(_LENIENT)
@dataclass(frozen=True)
class Outcome:
    """What a run says of itself.

    Attributes:
        nodes: the dbt nodes that it ran; none when it found nothing to do.
        dbt_seconds: the part of its time that dbt took, parsing included.
    """

    nodes: tuple[NodeTime, ...]
    dbt_seconds: float


@with_config(_LENIENT)
@dataclass(frozen=True)
class _Build:
    seconds: float
    nodes: tuple[NodeTime, ...]


@with_config(_LENIENT)
@dataclass(frozen=True)
class _Report:
    build: _Build


class Side(Protocol):
    """One side of the comparison, in a folder of its own that is empty at first."""

    @property
    def name(self) -> str:
        """One of SIDES."""

    @property
    def exits_with_outcome(self) -> tuple[int, ...]:
        """The exit codes after which a run has said what came of every node."""

    def run(self, landing: Path) -> Run:
        """Return how to land the new files of a folder, and build and test everything."""

    def outcome(self, output: str) -> Outcome:
        """Read what the last run said, given its standard output."""

    def answers(self, queries: Sequence[TotalsQuery]) -> list[list[str | None]]:
        """Answer queries of one row each to the tables; every value as text."""


def clean_environment(**added: str) -> dict[str, str]:
    """Return this process's environment without settings of saleslake's, dbt's or Spark's own.

    Nor does Python compile its modules at every start, as some machines that build software want.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SALESLAKE_", "DBT_", "SPARK_", "PYTHONDONTWRITEBYTECODE"))
    }
    return kept | added


@dataclass(frozen=True)
class LakeSide:
    """This project on one of its engines.

    Attributes:
        name: the engine.
        project: the project's folder.
        folder: where its lake and dbt's target go.
    """

    name: str
    project: Path
    folder: Path
    exits_with_outcome: ClassVar = (EXIT_OK, EXIT_BUILD_FAILED)

    def run(self, landing: Path) -> Run:
        """Return `saleslake run`, with its report as JSON."""
        command = [sys.executable, "-m", "command.cli", "run", "--landing", str(landing)]
        command += ["--lake", str(self.folder / "lake"), "--engine", self.name, "--format", "json"]
        target = str(self.folder / "target")
        return Run(command, self.project, clean_environment(DBT_TARGET_PATH=target))

    def outcome(self, output: str) -> Outcome:
        """Read the report."""
        report = TypeAdapter(_Report).validate_json(output)
        return Outcome(report.build.nodes, report.build.seconds)

    def answers(self, queries: Sequence[TotalsQuery]) -> list[list[str | None]]:
        """Answer by delta-rs."""
        warehouse = Lake(self.folder / "lake").warehouse
        rows = []
        for query in queries:
            table = LakeQuery({query.table: warehouse / query.schema / query.table})
            (row,) = table.rows(query.sql(query.table))
            rows.append([None if value is None else str(value) for value in row.values.values()])
        return rows


@dataclass(frozen=True)
class DuckdbSide:
    """The same project as a user of dbt-duckdb would have it.

    Attributes:
        name: ``dbt-duckdb``.
        python: the Python of .venv-bench.
        project: the generated dbt project.
        tables: how its raw tables are filled.
        folder: where its database and dbt's target go.
    """

    name: str
    python: Path
    project: Path
    tables: tuple[RawLanding, ...]
    folder: Path
    exits_with_outcome: ClassVar = (EXIT_OK,)

    def run(self, landing: Path) -> Run:
        """Return the process that lands with DuckDB and calls dbt."""
        build = {
            "database": str(self._database),
            "landing": str(landing),
            "project": str(self.project),
            "tables": [asdict(table) for table in self.tables],
        }
        work = self._write({"build": build, "answer": str(self.folder / "outcome.json")})
        environment = clean_environment(DBT_TARGET_PATH=str(self.folder / "target"))
        return Run(self._command(work), self.project, environment)

    def outcome(self, output: str) -> Outcome:  # noqa: ARG002 (it is in a file)
        """Read the nodes that the process wrote down."""
        answer = (self.folder / "outcome.json").read_text(encoding="utf-8")
        return TypeAdapter(Outcome).validate_json(answer)

    def answers(self, queries: Sequence[TotalsQuery]) -> list[list[str | None]]:
        """Answer in a process of .venv-bench."""
        answer = self.folder / "answers.json"
        texts = [query.sql(f"{query.schema}.{query.table}") for query in queries]
        work = {"database": str(self._database), "queries": texts, "answer": str(answer)}
        subprocess.run(self._command(self._write(work)), check=True, env=clean_environment())
        rows = TypeAdapter(list[list[str | None]])
        return rows.validate_json(answer.read_text(encoding="utf-8"))

    @property
    def _database(self) -> Path:
        return self.folder / "bench.duckdb"

    def _write(self, work: Mapping[str, object]) -> Path:
        path = self.folder / "work.json"
        path.write_text(json.dumps(work), encoding="utf-8")
        return path

    def _command(self, work: Path) -> list[str]:
        return [str(self.python), "-P", str(PROCESS), str(work)]


def bench_python(project: Path) -> Path:
    """Return the Python of .venv-bench.

    Raises:
        BenchmarkSetupError: the environment is not there.
    """
    python = project / ".venv-bench" / "bin" / "python"
    if not python.exists():
        raise BenchmarkSetupError(
            f"dbt-duckdb needs an environment of its own, and {python} is not there.",
            "make bench sets it up; or leave the side out: --side embedded.",
        )
    return python
