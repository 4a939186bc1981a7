"""The loader's part of docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterator

from bench.loader.results import LoaderBenchmark
from bench.loader.shown import others_text, runs_table, verdicts_table
from bench.sections import marks

SECTION = "The loader"

_HOW = """\
`python -m bench loader` lands the same sales lines, each side as one process from start to end, one
after the other; files have just been written, so all sides read them from the disk's cache. Every
side writes a Delta table with every column as text.

- `saleslake ingest`: with all of its checks. Each file is hashed, checked for what a parser would
  swallow, parsed once to count its records and once more to load them; what was loaded has to have
  the hash that was planned. Each batch is planned and committed in the ledger, and rows carry the
  file they are from.
- `Spark readStream.csv`: Spark's own CSV source with `header` and a schema of strings, the trigger
  `availableNow` and a checkpoint, in a session with Delta and all else as Spark comes.
- `Spark cloudFiles`: this project's streaming source in such a session, with the loader's checks,
  the same schema and `_rescued_data`.
- `Spark, bare Python source`: no state and no checks; pyarrow parses the files. What it takes more
  than Spark's own source is the price of Spark's interface to Python.
- Two of them with `_metadata`: the file that a row is from, its size and time; with `cloudFiles`
  the row's number and the file's hash too, and its columns are learnt from the files.
- `DuckDB + delta-rs`: DuckDB's `read_csv` with `all_varchar`, written by `write_deltalake` batch by
  batch. It keeps no state: a second call would load everything again.

Rows and the sum of the amounts are compared after every load, and the command fails where they are
not the same. Everything but the first load of small files is measured in several rounds, the many
lines in each by every side; a row above is the run with the median wall time, and ratios are of
these. The large file is ten times the other one; of both, the medians of the rounds' peaks are
compared. The small files hold one line each; they have lain for a minute when they are listed. A
listing finds every file, takes its hash and its table. Wall time, CPU time and memory are as below.
"""


def render(found: LoaderBenchmark, command: str) -> str:
    """Return the section, from its first mark to its last.

    Args:
        found: the results.
        command: the command that made them.
    """
    return "\n".join(_parts(found, command))


def _parts(found: LoaderBenchmark, command: str) -> Iterator[str]:
    begin, end = marks(SECTION)
    machine = found.machine
    yield f"{begin}\n\n## {SECTION}\n"
    yield f"{verdicts_table(found).markdown()}\n"
    yield f"{runs_table(found).markdown()}\n"
    yield _HOW
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    yield f"Measured on {found.started_at:%Y-%m-%d %H:%M} UTC by `{command}`, on {machine.cores}"
    yield f"cores of {machine.processor}, {machine.system}; {versions}."
    yield f"{others_text(found)}\n\n{end}"
