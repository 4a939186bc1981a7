"""The order of runs: data set by data set, round by round, scenario by scenario, side by side.

The sides of a scenario run right after each other, each round in another order, so that a slow
minute of the machine does not fall on one side alone. After every scenario they are compared.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from bench import checks
from bench.datasets import Dataset, Options, prepare
from bench.errors import BenchmarkSetupError, RunFailedError, SidesDifferError, TookTooMuchError
from bench.files import write_new_lines
from bench.machine import read_machine
from bench.measure import Usage, measure, require_proc
from bench.port.compiling import compile_project
from bench.port.landing import landings, source_tables
from bench.port.project import write_project
from bench.results import (
    NEW_LINES,
    SCENARIOS,
    Benchmark,
    DatasetInfo,
    GoldTotal,
    Measurement,
    gold_totals,
)
from bench.sides import DBT_DUCKDB, EMBEDDED, SPARK, DuckdbSide, LakeSide, Side, bench_python
from bench.totals import Totals, totals, totals_queries
from engine.java import require_java
from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue
from saleslake.lake import Lake

BYTES_PER_LINE = 700
"""Disk that one sales line takes at most while all sides are measured, files and tables."""

Say = Callable[[str], None]


class Session:
    """One call of the benchmark."""

    def __init__(self, project: Path, options: Options, say: Say) -> None:
        python = bench_python(project) if DBT_DUCKDB in options.sides else None
        self._project = project
        self._options = options
        self._say = say
        self._catalogue: Catalogue = load_catalogue()
        self._started_at = datetime.now(UTC)
        self._machine = read_machine(python, java=SPARK in options.sides)
        self._infos: list[DatasetInfo] = []
        self._measured: list[Measurement] = []
        self._gold: list[GoldTotal] = []

    def found(self) -> Benchmark:
        """Return what was measured so far."""
        return Benchmark(
            self._started_at,
            self._machine,
            tuple(self._infos),
            tuple(self._measured),
            tuple(self._gold),
        )

    def run(self) -> None:
        """Measure everything.

        Raises:
            BenchmarkSetupError: something needed is missing.
            TranslationError: a model cannot be written for DuckDB.
            RunFailedError: a side failed.
            TookTooMuchError: a side passed the memory limit.
            SidesDifferError: two sides did different work.
        """
        options = self._options
        self._require()
        emptied(options.work)
        if DBT_DUCKDB in options.sides:
            self._say("Compiling the models and writing them for dbt-duckdb")
            self._write_port()
        self._say("Writing the files")
        for dataset in prepare(self._project, options, self._catalogue):
            self._infos.append(dataset.info)
            for round_ in range(1, dataset.info.rounds + 1):
                if dataset.sides_of(round_):
                    self._round(dataset, round_)
            if not options.keep:
                shutil.rmtree(dataset.folder)

    def _require(self) -> None:
        """Find out what is missing before anything is measured."""
        require_proc()
        if SPARK in self._options.sides:
            require_java()
        require_space(self._options.work, self._options.lines * BYTES_PER_LINE)

    def _write_port(self) -> None:
        nodes = compile_project(self._project, self._options.work / "compiled")
        sources = source_tables(self._catalogue)
        write_project(self._project, nodes, sources, self._port, threads=self._threads())

    @property
    def _port(self) -> Path:
        return self._options.work / "dbt_duckdb_project"

    def _threads(self) -> int:
        """Return how many nodes dbt runs at a time on the embedded engine."""
        text = (self._project / "profiles.yml").read_text(encoding="utf-8")
        profiles = TypeAdapter(dict[str, dict[str, object]]).validate_python(yaml.safe_load(text))
        outputs = TypeAdapter(dict[str, dict[str, object]]).validate_python(
            profiles["saleslake"]["outputs"]
        )
        return int(str(outputs[EMBEDDED].get("threads", 1)))

    def _round(self, dataset: Dataset, round_: int) -> None:
        """Run all scenarios from empty tables."""
        sides = []
        for name in dataset.sides_of(round_):
            folder = dataset.folder / name
            emptied(folder)
            sides.append(self._side(name, folder))
        new_file: Path | None = None
        for scenario in SCENARIOS:
            if scenario == NEW_LINES:
                new_file = write_new_lines(dataset.landing, dataset.new_lines)
            measured = [self._measure(dataset, round_, scenario, side) for side in sides]
            self._measured += measured
            self._compare(dataset.info, round_, scenario, sides, measured)
        if new_file is not None:
            new_file.unlink()

    def _side(self, name: str, folder: Path) -> Side:
        if name != DBT_DUCKDB:
            return LakeSide(name, self._project, folder)
        tables = tuple(landings(self._catalogue))
        return DuckdbSide(name, bench_python(self._project), self._port, tables, folder)

    def _measure(self, dataset: Dataset, round_: int, scenario: str, side: Side) -> Measurement:
        output = dataset.folder / side.name / "stdout.txt"
        errors = output.with_name("stderr.txt")
        usage = measure(
            side.run(dataset.landing),
            output=output,
            errors=errors,
            limit_bytes=self._options.memory_limit_bytes,
        )
        where = f"{dataset.info.title}, round {round_}, {scenario}"
        self._say(f"{where}: {side.name} {usage.wall_seconds:.1f} s")
        if usage.took_too_much:
            raise TookTooMuchError(f"{side.name} ({where})", self._options.memory_limit_bytes)
        outcome = None
        if usage.exit_code in side.exits_with_outcome:
            outcome = side.outcome(output.read_text(encoding="utf-8"))
        if outcome is None or (usage.exit_code and not checks.failed_nodes("", outcome.nodes)):
            name = f"{side.name} ({where})"
            raise RunFailedError(name, usage.exit_code, errors, last_line(errors))
        return Measurement(
            dataset=dataset.info.name,
            scenario=scenario,
            side=side.name,
            round=round_,
            wall_seconds=usage.wall_seconds,
            cpu_seconds=usage.cpu_seconds,
            peak_bytes=usage.peak_bytes,
            others_cpu_seconds=usage.others_cpu_seconds,
            dbt_seconds=outcome.dbt_seconds,
            nodes=outcome.nodes,
        )

    def _compare(
        self,
        dataset: DatasetInfo,
        round_: int,
        scenario: str,
        sides: Sequence[Side],
        measured: Sequence[Measurement],
    ) -> None:
        """Make sure that all sides did the same work."""
        held = self._totals(sides)
        found = checks.differences(scenario, measured, held)
        if found:
            raise SidesDifferError(f"{dataset.title}, round {round_}, {scenario}", found)
        if round_ == 1:
            self._gold += gold_totals(dataset.name, scenario, held[sides[0].name])

    def _totals(self, sides: Sequence[Side]) -> dict[str, Totals]:
        """Ask every side the same; what is asked follows from the columns of a lake."""
        lakes = [one for one in sides if isinstance(one, LakeSide)]
        if not lakes:
            return {side.name: {} for side in sides}
        queries = totals_queries(Lake(lakes[0].folder / "lake"))
        return {side.name: totals(queries, side.answers(queries)) for side in sides}


def require_success(name: str, usage: Usage, errors: Path, limit_bytes: int) -> None:
    """Stop where a measured process did not come to a good end.

    Args:
        name: of what was measured.
        usage: what it took.
        errors: file with its standard error; the last line is told.
        limit_bytes: the memory that it was allowed.

    Raises:
        RunFailedError: it failed.
        TookTooMuchError: it passed the memory limit.
    """
    if usage.took_too_much:
        raise TookTooMuchError(name, limit_bytes)
    if usage.exit_code:
        raise RunFailedError(name, usage.exit_code, errors, last_line(errors))


def last_line(file: Path) -> str:
    """Return the last line of a file that is not blank."""
    said = file.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line for line in reversed(said) if line.strip()), "")


def require_space(work: Path, needed: int) -> None:
    """Make sure that a folder has so many bytes free.

    Raises:
        BenchmarkSetupError: it has not.
    """
    work.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(work).free
    if free < needed:
        raise BenchmarkSetupError(
            f"{work} has {free / 1e9:.1f} GB free, and {needed / 1e9:.1f} GB are needed.",
            "Take fewer lines or files, or another folder by --work.",
        )


def emptied(folder: Path) -> None:
    """Make a folder, or empty the one that is there."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
