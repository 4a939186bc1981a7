"""Ingests as a process whose disk is full: no file can grow beyond a size.

Called as a script with a lake's folder (see ``ingest_bench.Bench``) and the size in bytes. Python
ignores the signal of the limit, so that writing fails as it does on a full disk.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from ingest_bench import Bench

from maintenance.damage import causes_named
from saleslake.errors import SaleslakeError


def main(folder: Path, limit: int) -> int:
    bench = Bench(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        with causes_named(bench.lake):  # as every command does
            result = bench.ingest()
    except SaleslakeError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.exit_code
    for table in result.tables:
        if table.failure:
            print(f"{table.name}: {table.failure}", file=sys.stderr)  # noqa: T201
    return 1 if result.anything_failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
