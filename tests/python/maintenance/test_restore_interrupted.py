"""A restore that is interrupted is finished by whoever next writes: both halves or neither."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
import restore_killed
from command_line import saleslake
from delta_tables import tree
from ingest_bench import EVERYTHING
from killed_child import kill_at_each, run_child
from restore_bench import FILES, RAW_PLACES, RestoreBench, assert_consistent

from engine.dbt_plugin import SaleslakePlugin
from maintenance.restore import finish_pending
from saleslake.build_state import read_state
from saleslake.errors import LakeNotWritableError, PendingRestoreError
from saleslake.lake import Lake

STEPS = ["intent", "state", "aside", "delta", "quarantine", "ledger"]


@pytest.fixture
def pending(bench: RestoreBench) -> RestoreBench:
    """A lake in which a restore was interrupted after the table was taken back."""

    def stop(step: str) -> None:
        if step == "delta":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore_killed.take_back(bench.landing.parent, stop)
    assert bench.lake.pending_restore.exists()
    return bench


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kill_at_each(restore_killed, STEPS, tmp_path_factory.mktemp("killed"))


def finish(lake: Lake) -> None:
    with lake.lock():
        finish_pending(lake, EVERYTHING, datetime.now(UTC), lambda _: None)


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_killed_and_finished_by_the_next_command(killed: Path, step: str) -> None:
    bench = RestoreBench(killed / step)
    # Nobody may take the half for the whole: the doctor sees it, and a build starts from nothing.
    assert (read_state(bench.lake) is None) == (step != "intent")
    told = json.loads(saleslake("doctor", lake=bench.lake, json_output=True, expect=30))
    assert told["findings"][0]["problem"] == "its restore was interrupted"
    finish(bench.lake)
    assert read_state(bench.lake) is None
    assert bench.batches() == [1]
    assert bench.quarantined() == []
    assert list(bench.last_states().values()) == ["committed", "restored", "restored"]
    assert [row["state"] for row in bench.ledger()].count("restored") == 2
    versions = bench.versions()
    finish(bench.lake)
    assert bench.versions() == versions
    bench.runs = 3
    assert bench.ingest().batch_id == 4
    assert_consistent(bench)


def test_every_command_that_writes_finishes_it_first(pending: RestoreBench) -> None:
    bench = pending
    # A second restore starts from the finished first one: there the files are taken out already.
    assert bench.restore("--version", "1").plan.files_out == []
    assert not bench.lake.pending_restore.exists()
    assert bench.last_states()[FILES[2]] == "restored"


@pytest.mark.parametrize("command", ["maintain", "restore"])
def test_a_dry_run_does_not_finish_it(command: str, pending: RestoreBench) -> None:
    bench = pending
    arguments = [command, *([RAW_PLACES, "--version", "1"] if command == "restore" else [])]
    before = tree(bench.lake.root)
    with pytest.raises(PendingRestoreError, match="saleslake run finishes it"):
        saleslake(*arguments, "--dry-run", lake=bench.lake)
    assert tree(bench.lake.root) == before


def test_plain_dbt_does_not_write_to_half_a_lake(
    pending: RestoreBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = pending
    monkeypatch.setenv("SALESLAKE_LAKE", str(bench.lake.root))
    credentials = SimpleNamespace(server_side_parameters={})
    profile = SimpleNamespace(target_name="embedded", credentials=credentials)
    plugin = SaleslakePlugin.__new__(SaleslakePlugin)
    context = click.Context(click.Command("build"), info_name="build", obj={"profile": profile})
    with context, pytest.raises(PendingRestoreError):
        plugin.initialize()


def test_an_intent_that_cannot_be_read_is_named_by_the_doctor(bench: RestoreBench) -> None:
    bench.lake.pending_restore.write_text('{"table": "raw')
    with pytest.raises(PendingRestoreError):
        bench.restore("--version", "1")
    told = json.loads(saleslake("doctor", lake=bench.lake, json_output=True, expect=30))
    assert f"delete {bench.lake.pending_restore}" in told["findings"][0]["repair"]
    bench.lake.pending_restore.unlink()
    assert_consistent(bench)


@pytest.mark.slow
def test_a_disk_too_full_for_the_intent_changes_nothing(bench: RestoreBench) -> None:
    versions = bench.versions()
    done = run_child(restore_killed, "full", str(bench.landing.parent), "10")
    assert done.returncode == LakeNotWritableError.exit_code, done.stderr
    assert (bench.versions(), bench.lake.pending_restore.exists()) == (versions, False)
    bench.restore("--version", "1")
    bench.ingest()
    assert_consistent(bench)


@pytest.mark.slow
def test_a_full_disk_is_told_and_the_restore_finished_when_there_is_space(
    bench: RestoreBench,
) -> None:
    done = run_child(
        restore_killed, "full", str(bench.landing.parent), "900"
    )  # the intent fits, a commit of a restore does not
    assert done.returncode == LakeNotWritableError.exit_code, done.stderr
    assert "file too large" in done.stderr
    assert bench.batches() == [1, 2, 3]
    assert set(bench.last_states().values()) == {"committed"}
    finish(bench.lake)
    assert bench.batches() == [1]
    bench.ingest()
    assert_consistent(bench)
