"""A build that is killed anywhere converges on the next one to what an undisturbed one makes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import killed_build
import pytest
from deliveries import Delivery, base_delivery, changes, rest_of_sales, write_all
from gold import assert_equal_gold
from lakes import build_tables, copy_lake, land, run_job

from saleslake.lake import Lake

pytestmark = pytest.mark.slow

LISTENING_COMMAND = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "from command.cli.main import main; main()"
)
"""The command, also where the tests run in the background, which makes children deaf to SIGINT."""


def kill_a_build(lake: Lake, kind: str, what: str) -> None:
    """Start a build in a child process that kills itself at the named place."""
    done = subprocess.run(
        [sys.executable, killed_build.__file__, str(lake.root), kind, what],
        env=os.environ,
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.fixture(scope="module")
def first(sample_landing: Path) -> list[Delivery]:
    return [base_delivery(sample_landing, half_of_sales=True)]


@pytest.fixture(scope="module")
def second(sample_landing: Path) -> list[Delivery]:
    return [rest_of_sales(sample_landing), *changes(sample_landing)]


@pytest.fixture(scope="module")
def lakes(
    first: list[Delivery], second: list[Delivery], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Lake, Lake, Lake]:
    """A lake only landed; one built and then landed upon; one with everything built."""
    folder = tmp_path_factory.mktemp("killed")
    landing, lake = folder / "landing", Lake(folder / "lake")
    write_all(first, landing)
    land(landing, lake)
    landed = copy_lake(lake, folder / "landed")
    build_tables(lake)
    write_all(second, landing)
    land(landing, lake)
    waiting = copy_lake(lake, folder / "waiting")
    build_tables(lake)
    return landed, waiting, lake


@pytest.mark.fault(7)
@pytest.mark.parametrize("nodes", ["3", "9", "16", "24"])
def test_killed_between_and_inside_models(
    lakes: tuple[Lake, Lake, Lake], nodes: str, tmp_path: Path
) -> None:
    _, waiting, built = lakes
    lake = copy_lake(waiting, tmp_path / "lake")
    kill_a_build(lake, "nodes", nodes)
    build_tables(lake)
    assert_equal_gold(lake, built)


@pytest.mark.fault(7)
@pytest.mark.parametrize("statement", ["merge into", "insert into", "create or replace table"])
def test_killed_inside_a_statement(
    lakes: tuple[Lake, Lake, Lake], statement: str, tmp_path: Path
) -> None:
    _, waiting, built = lakes
    lake = copy_lake(waiting, tmp_path / "lake")
    kill_a_build(lake, "statement", statement)
    build_tables(lake)
    assert_equal_gold(lake, built)


def test_ctrl_c_ends_the_run_at_once_and_the_next_one_goes_on(
    sample_landing: Path, tmp_path: Path
) -> None:
    """Sail ends on Ctrl-C too; a client that waited for it would hang for minutes."""
    lake = Lake(tmp_path / "lake")
    arguments = ["run", "--landing", str(sample_landing), "--lake", str(lake.root)]
    with subprocess.Popen(
        [sys.executable, "-c", LISTENING_COMMAND, *arguments],
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        while not list(lake.warehouse.glob("bronze/*/_delta_log")):
            assert child.poll() is None
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        _, stderr = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "interrupted; run again" in stderr
    assert run_job(sample_landing, lake).exit_code == 0


@pytest.mark.fault(7)
def test_killed_in_the_first_build(
    lakes: tuple[Lake, Lake, Lake], second: list[Delivery], first: list[Delivery], tmp_path: Path
) -> None:
    landed, _, built = lakes
    lake = copy_lake(landed, tmp_path / "lake")
    kill_a_build(lake, "statement", "create or replace table")
    landing = tmp_path / "landing"
    write_all([*first, *second], landing)
    land(landing, lake)
    build_tables(lake)
    assert_equal_gold(lake, built)
