"""The order of runs: many lines on every side, then large files, then many small ones."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.datasets import REAL_FILES
from bench.errors import SidesDifferError
from bench.files import SALES, Lines, choose_source, read_lines
from bench.loader import landing as made
from bench.loader.names import DUCKDB_DELTA, ON_SPARK, SALESLAKE
from bench.loader.results import (
    DRY_RUN,
    FIRST_LOAD,
    LISTING,
    MANY,
    NOTHING_NEW,
    ONE,
    ONE_LARGE,
    LoaderBenchmark,
    LoaderRun,
    differences,
)
from bench.loader.sides import (
    LoaderSide,
    SaleslakeSide,
    landed,
    listing_of,
    side_of,
)
from bench.machine import read_machine
from bench.measure import Run, measure, require_proc
from bench.session import Say, emptied, require_space, require_success
from bench.sides import bench_python
from engine.java import require_java
from ingest.catalogue.entries import load_catalogue
from ingest.files.hash_cache import SETTLED_SECONDS

BYTES_PER_LINE = 150
"""Disk that a sales line takes at most: in its file and in the tables of all sides."""
BYTES_PER_SMALL_FILE = 10_000


@dataclass(frozen=True)
class LoaderOptions:
    """What to measure.

    Attributes:
        sides: who takes part in the many lines.
        lines: how many lines these are; 0 leaves them out.
        files: in how many files.
        large_bytes: size of the large file, and ten times that of the other; 0 leaves them out.
        rounds: how often everything is measured but the first load of small files.
        small_files: how many small files there are; 0 leaves them out.
        work: folder for files and lakes; emptied first.
        keep: whether they stay.
        memory_limit_bytes: a run that takes more is ended.
    """

    sides: tuple[str, ...]
    lines: int
    files: int
    large_bytes: int
    rounds: int
    small_files: int
    work: Path
    keep: bool
    memory_limit_bytes: int


@dataclass(frozen=True)
class _Files:
    """A landing folder and what is in it."""

    landing: Path
    lines: int
    files: int
    size_bytes: int


class LoaderSession:
    """One call of the loader's benchmark."""

    def __init__(self, project: Path, options: LoaderOptions, say: Say) -> None:
        python = bench_python(project) if DUCKDB_DELTA in options.sides else None
        self._project = project
        self._options = options
        self._say = say
        self._catalogue = load_catalogue()
        self._started_at = datetime.now(UTC)
        self._machine = read_machine(python, java=bool(ON_SPARK.keys() & options.sides))
        self._runs: list[LoaderRun] = []

    def found(self) -> LoaderBenchmark:
        """Return what was measured so far."""
        return LoaderBenchmark(self._started_at, self._machine, tuple(self._runs))

    def run(self) -> None:
        """Measure everything.

        Raises:
            BenchmarkSetupError: something needed is missing.
            RunFailedError: a side failed.
            TookTooMuchError: a side passed the memory limit.
            SidesDifferError: two sides landed different rows.
        """
        options = self._options
        self._require()
        emptied(options.work)
        source = choose_source(self._project.parent / REAL_FILES, options.work / "sample_files")
        own = read_lines(source, self._catalogue)
        if options.lines:
            self._in_folder("lines", lambda folder: self._many_lines(own, folder))
        if options.large_bytes:
            self._in_folder("large", lambda folder: self._large_files(own, folder))
        if options.small_files:
            self._in_folder("small", lambda folder: self._small_files(own, folder))

    def _require(self) -> None:
        options = self._options
        require_proc()
        if ON_SPARK.keys() & options.sides and options.lines:
            require_java()
        needed = options.lines * BYTES_PER_LINE, 3 * options.large_bytes
        require_space(options.work, max(*needed, options.small_files * BYTES_PER_SMALL_FILE))

    def _in_folder(self, name: str, step: Callable[[Path], None]) -> None:
        folder = self._options.work / name
        step(folder)
        if not self._options.keep:
            shutil.rmtree(folder)

    def _many_lines(self, own: Lines, folder: Path) -> None:
        options, landing = self._options, folder / "landing"
        self._say(f"Writing {options.lines:,} lines")
        files = _described(
            landing, options.lines, made.write_parts(own, landing, options.lines, options.files)
        )
        for _ in range(options.rounds):
            runs = [self._load(MANY, side, files, folder) for side in options.sides]
            if found := differences(runs):
                raise SidesDifferError(f"{MANY}, after a load", found)

    def _large_files(self, own: Lines, folder: Path) -> None:
        sizes = {ONE: self._options.large_bytes // 10, ONE_LARGE: self._options.large_bytes}
        for scenario, size in sizes.items():
            self._say(f"Writing {size / 1e6:,.0f} MB")
            of_size = folder / str(size)
            file, lines = made.write_one(own, of_size / "landing", size)
            files = _described(of_size / "landing", lines, [file])
            for _ in range(self._options.rounds):
                if found := differences([self._load(scenario, SALESLAKE, files, of_size)]):
                    raise SidesDifferError(scenario, found)

    def _small_files(self, own: Lines, folder: Path) -> None:
        number, landing = self._options.small_files, folder / "landing"
        self._say(f"Writing {number:,} small files")
        files = _described(landing, number, made.write_small(own, landing, number))
        # As they would lie there when the next run comes: their times tell that they are done.
        time.sleep(SETTLED_SECONDS + 1)
        listing = listing_of(self._project, landing)
        for _ in range(self._options.rounds):
            self._measured(LISTING, SALESLAKE, listing, files, folder)
        if found := differences([self._load(FIRST_LOAD, SALESLAKE, files, folder)]):
            raise SidesDifferError(FIRST_LOAD, found)
        side = SaleslakeSide(self._project, folder_of(folder, SALESLAKE))
        for _ in range(self._options.rounds):
            self._measured(NOTHING_NEW, SALESLAKE, side.run(landing), files, folder)
            self._measured(DRY_RUN, SALESLAKE, side.dry_run(landing), files, folder)
        if landed(side.table).rows != number:
            raise SidesDifferError(NOTHING_NEW, ["a run with nothing new changed the table"])

    def _load(self, scenario: str, name: str, files: _Files, folder: Path) -> LoaderRun:
        """Let a side load the files into an empty folder, and look what it has then."""
        own_folder = folder_of(folder, name)
        emptied(own_folder)
        (table,) = (table for table in self._catalogue.tables if table.name == SALES)
        side: LoaderSide = side_of(name, self._project, own_folder, table.columns)
        run = side.run(files.landing)
        return self._measured(scenario, name, run, files, folder, table=side.table)

    def _measured(  # noqa: PLR0913 - what is run, on what, and what it is called
        self,
        scenario: str,
        side: str,
        run: Run,
        files: _Files,
        folder: Path,
        *,
        table: Path | None = None,
    ) -> LoaderRun:
        errors = folder / "stderr.txt"
        limit = self._options.memory_limit_bytes
        usage = measure(run, output=folder / "stdout.txt", errors=errors, limit_bytes=limit)
        self._say(f"{scenario}: {side} {usage.wall_seconds:.1f} s")
        require_success(f"{side} ({scenario})", usage, errors, limit)
        content = landed(table) if table else None
        self._runs.append(
            LoaderRun(
                scenario=scenario,
                side=side,
                lines=files.lines,
                files=files.files,
                size_bytes=files.size_bytes,
                wall_seconds=usage.wall_seconds,
                cpu_seconds=usage.cpu_seconds,
                peak_bytes=usage.peak_bytes,
                others_cpu_seconds=usage.others_cpu_seconds,
                rows=content.rows if content else None,
                amount=content.amount if content else None,
            )
        )
        return self._runs[-1]


def folder_of(folder: Path, name: str) -> Path:
    """Return a side's folder: a lake's path may not have spaces."""
    return folder / re.sub(r"[^a-z]+", "_", name.lower())


def _described(landing: Path, lines: int, files: list[Path]) -> _Files:
    return _Files(landing, lines, len(files), sum(file.stat().st_size for file in files))
