"""Lakes for tests: landed and built in this process, or by the command in a child process."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from dbt.cli.main import dbtRunner

from command.progress import Progress
from command.report.run_report import RunReport
from command.run import new_run_id, run
from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue
from ingest.loader import ingest
from ingest.result import IngestResult
from saleslake.build_state import table_versions
from saleslake.lake import Lake
from saleslake.settings import PROJECT_DIR, Settings

COMMAND = [sys.executable, "-m", "command.cli"]
NO_TESTS = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]


def run_job(landing: Path, lake: Lake, engine: str = "embedded", **environment: str) -> RunReport:
    """Run the main job in this process."""
    settings = Settings.from_environment(
        environment, landing=str(landing), lake=str(lake.root), engine=engine
    )
    return run(settings, Progress(io.StringIO()))


def run_command(
    *arguments: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the saleslake command as a user would, and return what it printed."""
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
        timeout=600,
    )


def land(landing: Path, lake: Lake, catalogue: Catalogue | None = None) -> IngestResult:
    """Land the new files and nothing else."""
    now = datetime.now(UTC)
    lake.prepare()
    return ingest(landing, lake, catalogue or load_catalogue(), run_id=new_run_id(now), now=now)


def dbt(lake: Lake, *arguments: str, engine: str = "embedded") -> None:
    """Run a dbt command in this process and fail the test if it fails."""
    os.environ["SALESLAKE_LAKE"] = str(lake.root)
    try:
        outcome = dbtRunner().invoke(
            [
                *arguments,
                *("--target", engine, "--log-level", "error", "--log-level-file", "none"),
                *("--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)),
            ]
        )
    finally:
        del os.environ["SALESLAKE_LAKE"]
    assert outcome.success, outcome.exception or [
        f"{found.node.name}: {found.message}"
        for found in outcome.result
        if found.status not in {"success", "pass", "skipped"}
    ]


def build_tables(lake: Lake, *, full_refresh: bool = False, engine: str = "embedded") -> None:
    """Build all tables without running their tests."""
    dbt(lake, "build", *NO_TESTS, *(["--full-refresh"] * full_refresh), engine=engine)


def copy_lake(lake: Lake, folder: Path) -> Lake:
    """Copy a built lake, so that a test may change it."""
    shutil.copytree(lake.root, folder)
    return Lake(folder)


def all_versions(lake: Lake) -> dict[str, int]:
    """Delta versions of every table of a lake, ingest's own included."""
    ops = {
        f"ops.{folder.parent.name}": len(list(folder.glob("*.json")))
        for folder in lake.ops.glob("*/_delta_log")
    }
    return table_versions(lake) | ops
