"""The results as docs/benchmarks.md, written by the command and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from bench.results import FIRST_BUILD, NEW_LINES, Benchmark
from bench.tables import Table, figures_table, gold_table, targets_table
from bench.targets import verdicts
from bench.terminal import dataset_text, others_text

GB = 1_000_000_000

_HEAD = """\
# Benchmarks

How fast saleslake is against what a user would pick instead: dbt with DuckDB. Written by
`make bench`; nobody edits the figures. Where one side has less to do than the other, it is said.
"""
_HOW = """\
## What is measured

Whole processes, from start to end, on the same files, one after the other in one call of the
command; files have just been written, so all sides read them from the disk's cache.

- `embedded` and `spark`: `saleslake run` on either engine. It lands the new files with all of
  ingest's checks, builds, tests and reports. Tables are Delta.
- `dbt-duckdb`: the same models, seeds and data tests with the same names, schemas,
  materialisations, contracts and threads, generated from this project's compiled SQL. New files are
  found by name and loaded by DuckDB's `read_csv` as text, with file path and row number, in the
  process that then calls dbt. Tables are in one DuckDB file. Everything else is as DuckDB and
  dbt-duckdb come.

Scenarios: the first build of empty tables; a second run with nothing new; and one more file of
10,000 sales lines, nine tenths of new orders and one tenth late lines of old ones. The many lines
are crm_erp's own with another order number for every copy.

Wall time and CPU time are of the process and all that it starts; their medians are shown. Memory is
the sum of their resident sets, Spark's Java included, read from /proc ten times a second; the peak
is the greatest of all rounds. 1 GB is 1,000,000,000 bytes. Spark takes part in the first round
only, and in the many lines only on demand. Ratios compare runs of the same round.

After every scenario the sides are compared, and the command fails if they differ: in the number,
names and outcomes of dbt nodes; in the rows of every table; in gold in the sum of every exact
number and in the least and greatest text and date of every column.
"""
_NOT = """\
## What is not measured

- With nothing new, saleslake sees it before it starts dbt and runs no node; dbt alone has no such
  step and runs all of them. The two times answer the same question, not the same work.
- dbt-duckdb lands without ingest's work: no content hashes, no ledger, no records set aside, no
  recovery after a kill.
- dbt's unit tests, documentation, snapshots' history, Databricks, clusters, disks that are not
  cached, and several users at once.
- Models written for DuckDB from the start: the port is what the same SQL does there. What only acts
  where a table is delivered in full (post-hooks, joins) is left out, as it is of our build here.
"""


def render(benchmark: Benchmark, command: str) -> str:
    """Return the document.

    Args:
        benchmark: the results.
        command: the command that made them.
    """
    return "\n".join(_parts(benchmark, command)) + "\n"


def _parts(benchmark: Benchmark, command: str) -> Iterator[str]:
    yield _HEAD
    yield "## Targets\n"
    yield targets_table(verdicts(benchmark), benchmark.datasets).markdown()
    yield "\n## Figures\n"
    yield f"{others_text(benchmark)}\n"
    for dataset in benchmark.datasets:
        yield f"### {dataset_text(dataset)}\n"
        yield figures_table(benchmark, dataset).markdown()
        for scenario in (FIRST_BUILD, NEW_LINES):
            yield f"\nGold after {scenario}, equal on all sides:\n"
            yield gold_table(benchmark, dataset, scenario).markdown()
        yield ""
    yield _HOW
    yield _NOT
    yield "## The machine\n"
    yield _machine(benchmark).markdown()
    yield "\n## How to repeat it\n"
    yield f"```\n{command}\n```"


def _machine(benchmark: Benchmark) -> Table:
    machine = benchmark.machine
    rows = [
        ("date", f"{benchmark.started_at:%Y-%m-%d %H:%M} UTC"),
        ("cores", f"{machine.cores}, {machine.processor}"),
        ("memory", f"{machine.memory_bytes / GB:.1f} GB"),
        ("system", machine.system),
        ("load before", f"{machine.load:.1f}"),
        *machine.versions.items(),
    ]
    return Table(("", ""), tuple(rows), words=2)
