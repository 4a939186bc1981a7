"""The process that is measured for dbt-duckdb, and the one that reads its tables afterwards.

Run by the Python of .venv-bench, which has DuckDB and dbt-duckdb and nothing of this project: so
nothing of it is imported here, and the work comes as a JSON file.

    python bench/port/process.py <work.json>
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

import duckdb

LOADED = "raw_ops.loaded_files"
INSERT_LOADED = f"insert into {LOADED} values (?, ?)"  # noqa: S608 (a constant)


class RawTable(TypedDict):
    """A raw table; the fields are those of bench.port.landing.RawLanding."""

    name: str
    patterns: list[str]
    statements: list[str]
    last_batch: str
    insert: str


class BuildWork(TypedDict):
    """What a run needs: the database file, the delivered files, and the dbt project."""

    database: str
    landing: str
    project: str
    tables: list[RawTable]


class Work(TypedDict, total=False):
    """Either a run or queries to the database; the answer is written to a file."""

    build: BuildWork
    database: str
    queries: list[str]
    answer: str


def main() -> int:
    """Do the work that the JSON file names; return the exit code."""
    work: Work = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    answer = run(work["build"]) if "build" in work else query(work["database"], work["queries"])
    Path(work["answer"]).write_text(json.dumps(answer), encoding="utf-8")
    return 0


def run(work: BuildWork) -> dict[str, object]:
    """Land the new files, then build and test everything, as `dbt build` does."""
    started = time.monotonic()
    rows = land(work)
    landed = time.monotonic()
    os.environ["BENCH_DUCKDB"] = work["database"]
    nodes = build(work["project"])
    return {
        "rows_landed": rows,
        "landing_seconds": landed - started,
        "dbt_seconds": time.monotonic() - landed,
        "nodes": nodes,
    }


def land(work: BuildWork) -> int:
    """Load every file whose path is not known yet; return the number of new rows."""
    rows = 0
    now = datetime.now(UTC).replace(tzinfo=None)
    landing = Path(work["landing"])
    with duckdb.connect(work["database"]) as connection:
        connection.execute("create schema if not exists raw_ops")
        connection.execute(f"create table if not exists {LOADED} (name varchar, path varchar)")
        known = set(connection.execute(f"from {LOADED}").fetchall())
        paths = sorted(file.relative_to(landing).as_posix() for file in files_below(landing))
        for table in work["tables"]:
            for statement in table["statements"]:
                connection.execute(statement)
            patterns = [re.compile(pattern, re.DOTALL) for pattern in table["patterns"]]
            new = [
                path
                for path in paths
                if (table["name"], path) not in known
                and any(pattern.fullmatch(path) for pattern in patterns)
            ]
            if new:
                rows += land_batch(connection, table, landing, new, now)
    return rows


def files_below(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder."""
    for root, _, names in os.walk(folder):
        for name in names:
            yield Path(root) / name


def land_batch(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    landing: Path,
    paths: list[str],
    now: datetime,
) -> int:
    """Load some files of a table as one batch, in one transaction; return the number of rows."""
    rows = 0
    connection.execute("begin")
    (last_batch,) = connection.execute(table["last_batch"]).fetchall()[0]
    for path in paths:
        file = landing / path
        modified_at = datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(tzinfo=None)
        parameters = {
            "file": str(file),
            "path": path,
            "modified_at": modified_at,
            "loaded_at": now,
            "batch_id": last_batch + 1,
        }
        rows += connection.execute(table["insert"], parameters).fetchall()[0][0]
        connection.execute(INSERT_LOADED, [table["name"], path])
    connection.execute("commit")
    return rows


def build(project: str) -> list[dict[str, object]]:
    """Run `dbt build` in this process, as the saleslake command does, and return its nodes."""
    from dbt.cli.main import dbtRunner  # lazy: only a run needs it

    outcome = dbtRunner().invoke(
        [
            *("build", "--project-dir", project, "--profiles-dir", project),
            *("--log-level", "none", "--log-level-file", "none"),
        ]
    )
    if outcome.exception is not None:
        raise outcome.exception
    return [
        {
            "name": result.node.name,
            "kind": str(result.node.resource_type),
            "status": str(result.status),
            "seconds": round(result.execution_time, 3),
            "message": str(result.message or ""),
        }
        for result in outcome.result.results
    ]


def query(database: str, queries: list[str]) -> list[list[str | None]]:
    """Answer queries of one row each; every value as text, null as None."""
    with duckdb.connect(database, read_only=True) as connection:
        answers = [connection.execute(sql).fetchall()[0] for sql in queries]
    return [[None if value is None else str(value) for value in row] for row in answers]


if __name__ == "__main__":
    sys.exit(main())
