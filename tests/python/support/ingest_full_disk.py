"""Ingests as a process whose disk is full.

python ingest_full_disk.py <folder> <bytes>   the folder is of an ``ingest_bench.Bench``
"""

from __future__ import annotations

import sys
from pathlib import Path

from full_disk import on_a_full_disk
from ingest_bench import Bench

from ingest.result import IngestResult
from maintenance.damage import causes_named
from saleslake.errors import EXIT_BUILD_FAILED, EXIT_OK


def main(folder: Path, limit: int) -> int:
    bench, results = Bench(folder), list[IngestResult]()

    def work() -> None:
        with causes_named(bench.lake):  # as every command does
            results.append(bench.ingest())

    code = on_a_full_disk(limit, work)
    failures = [table for result in results for table in result.tables if table.failure]
    for table in failures:
        print(f"{table.name}: {table.failure}", file=sys.stderr)  # noqa: T201
    return code or (EXIT_BUILD_FAILED if failures else EXIT_OK)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
