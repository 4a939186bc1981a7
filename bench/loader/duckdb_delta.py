"""The process that is measured for DuckDB: `read_csv` as text, into a Delta table by delta-rs.

Run by the Python of .venv-bench, which has nothing of this project: so nothing of it is imported.
Batches are handed over as they are read, so that memory does not grow with the files.

    python bench/loader/duckdb_delta.py <folder of files> <folder of the side> <column>...
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
from deltalake import write_deltalake

ROWS_AT_A_TIME = 100_000


def main() -> int:
    """Load the files of a folder; return the exit code."""
    delivered, folder, columns = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    with duckdb.connect() as connection:
        connection.execute(
            "select * from read_csv($files, header = true, all_varchar = true, names = $names)",
            {"files": str(delivered / "*.csv"), "names": columns},
        )
        write_deltalake(
            str(folder / "table"), connection.to_arrow_reader(ROWS_AT_A_TIME), mode="append"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
