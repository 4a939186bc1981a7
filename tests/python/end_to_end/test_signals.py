"""SIGINT, SIGTERM and SIGHUP leave a lake with which the next run goes on, and say one line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import signalled_run
from gold import assert_equal_gold
from lakes import copy_lake, run_job

from command.status.runs import last_unreported
from saleslake.lake import Lake
from saleslake.settings import PROJECT_DIR

pytestmark = pytest.mark.slow
DBT = str(Path(sys.executable).parent / "dbt")


def interrupted_run(number: str, step: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a child process that is sent a signal at a step."""
    return subprocess.run(
        [sys.executable, signalled_run.__file__, number, step, *arguments],
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def assert_one_clear_line(done: subprocess.CompletedProcess[str], code: int, line: str) -> None:
    """Before the line there are steps, after it there is nothing."""
    assert done.returncode == code, done.stderr
    *steps, last = done.stderr.splitlines()
    assert last == f"saleslake: {line}; run again to go on where it stopped."
    assert all(step.endswith(" ...") or step.startswith("  ") for step in steps), done.stderr


@pytest.mark.fault(34)
def test_a_run_that_is_stopped_again_and_again_converges(
    sample_landing: Path, sample_lake: Lake, tmp_path: Path
) -> None:
    lake = Lake(tmp_path / "lake")
    run = ["run", "--landing", str(sample_landing), "--lake", str(lake.root)]
    done = interrupted_run("SIGTERM", "crm.sales_details: loading 1 file", *run)
    assert_one_clear_line(done, 143, "stopped by SIGTERM")
    assert lake.lock_holder() is None
    done = interrupted_run("SIGHUP", "crm.sales_details: loading records", *run)
    assert_one_clear_line(done, 129, "stopped by SIGHUP")
    done = interrupted_run("SIGTERM", "Building and testing on embedded: 15", *run)
    assert_one_clear_line(done, 143, "stopped by SIGTERM")
    assert lake.lock_holder() is None
    unreported = last_unreported(lake, "", None)
    assert unreported is not None
    assert unreported.outcome == "stopped"
    assert run_job(sample_landing, lake).exit_code == 0
    assert_equal_gold(lake, sample_lake)


def test_a_script_gets_the_signal_as_a_document(sample_landing: Path, tmp_path: Path) -> None:
    lake = str(tmp_path / "lake")
    run = ["run", "--landing", str(sample_landing), "--lake", lake, "--format", "json"]
    done = interrupted_run("SIGINT", "crm.prd_info: loading", *run)
    assert_one_clear_line(done, 130, "interrupted")
    error = json.loads(done.stdout)["error"]
    assert (error["code"], error["name"], error["can_retry"]) == (130, "Stopped", True)


def test_plain_dbt_ends_too(sample_lake: Lake, tmp_path: Path) -> None:
    """By dbt's own means; what matters is that nothing hangs and the lock is free."""
    lake = copy_lake(sample_lake, tmp_path / "lake")
    environment = {"SALESLAKE_LAKE": str(lake.root), "DBT_TARGET_PATH": str(tmp_path / "target")}
    before = len(list(lake.warehouse.glob("*/*/_delta_log/*.json")))
    listening = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    with subprocess.Popen(
        [sys.executable, "-c", f"{listening}from dbt.cli.main import cli; cli()", "build"],
        cwd=PROJECT_DIR,
        env={**os.environ, **environment, "DBT_LOG_LEVEL_FILE": "none"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        while len(list(lake.warehouse.glob("*/*/_delta_log/*.json"))) == before:
            assert child.poll() is None
            time.sleep(0.02)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=60)
    assert child.returncode not in {0, None}
    with lake.lock():
        assert lake.lock_holder() is not None
