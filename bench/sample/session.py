"""The order of runs: the sample at its size, then Faker with as many rows as take some seconds."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import read_machine
from bench.measure import Run, Usage, measure, require_proc
from bench.sample.results import ALL_SYSTEMS, FAKER, SAMPLE, SampleBenchmark, SampleRun
from bench.session import Say, emptied, require_space, require_success
from bench.sides import clean_environment

BYTES_PER_LINE = 400
"""Disk that an order line and its share of all else take at most."""
LINES = ("crm.sales_details", "shop.order_lines")
WITH_LINES = ("crm", "erp", "shop")
"""The systems with customers, products and order lines."""


@dataclass(frozen=True)
class SampleOptions:
    """What to measure.

    Attributes:
        profile: of the sample.
        order_lines: that it has.
        all_systems: whether all six systems are measured too.
        faker_lines: order lines that Faker makes; 0 leaves it out.
        work: folder for the files; emptied first.
        memory_limit_bytes: a run that takes more is ended.
    """

    profile: str
    order_lines: int
    all_systems: bool
    faker_lines: int
    work: Path
    memory_limit_bytes: int


class SampleSession:
    """One call of the sample's benchmark."""

    def __init__(self, project: Path, options: SampleOptions, say: Say) -> None:
        self._project = project
        self._options = options
        self._say = say
        self._started_at = datetime.now(UTC)
        self._machine = read_machine(None, java=False)
        self._runs: list[SampleRun] = []

    def found(self) -> SampleBenchmark:
        """Return what was measured so far."""
        return SampleBenchmark(self._started_at, self._machine, tuple(self._runs))

    def run(self) -> None:
        """Measure everything.

        Raises:
            BenchmarkSetupError: something needed is missing.
            RunFailedError: a side failed.
            TookTooMuchError: a side passed the memory limit.
        """
        options = self._options
        require_proc()
        require_space(options.work, options.order_lines * BYTES_PER_LINE)
        emptied(options.work)
        self._sample(SAMPLE, WITH_LINES)
        if options.all_systems:
            self._sample(ALL_SYSTEMS, ())
        if options.faker_lines:
            self._faker()

    def _sample(self, side: str, domains: Sequence[str]) -> None:
        folder = self._options.work / "files"
        emptied(folder)
        command = [sys.executable, "-m", "command.cli", "sample", "write", "--format", "json"]
        command += ["--profile", self._options.profile, "--folder", str(folder)]
        command += [part for domain in domains for part in ("--domain", domain)]
        usage = self._measured(side, command)
        rows: dict[str, int] = json.loads(self._output.read_bytes())["rows"]
        lines = sum(rows.get(table, 0) for table in LINES)
        self._record(side, usage, folder, lines, sum(rows.values()))

    def _faker(self) -> None:
        folder, lines = self._options.work / "faker", self._options.faker_lines
        command = [sys.executable, "-m", "bench.sample.faker_rows", str(folder), str(lines)]
        usage = self._measured(FAKER, command)
        self._record(FAKER, usage, folder, lines, int(self._output.read_text(encoding="utf-8")))

    @property
    def _output(self) -> Path:
        return self._options.work / "stdout.txt"

    def _measured(self, side: str, command: Sequence[str]) -> Usage:
        run = Run(command, self._project, clean_environment())
        errors, limit = self._options.work / "stderr.txt", self._options.memory_limit_bytes
        usage = measure(run, output=self._output, errors=errors, limit_bytes=limit)
        self._say(f"{side}: {usage.wall_seconds:.1f} s")
        require_success(side, usage, errors, limit)
        return usage

    def _record(self, side: str, usage: Usage, folder: Path, lines: int, rows: int) -> None:
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        self._runs.append(
            SampleRun(
                side=side,
                order_lines=lines,
                rows=rows,
                size_bytes=size,
                wall_seconds=usage.wall_seconds,
                cpu_seconds=usage.cpu_seconds,
                peak_bytes=usage.peak_bytes,
                others_cpu_seconds=usage.others_cpu_seconds,
            )
        )
