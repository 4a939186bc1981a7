"""A raw table goes back to before a replay: its records wait again; and forward: they do not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from deltalake import DeltaTable
from ingest_bench import PLACES, StopError
from replay_bench import FILE, ReplayBench

from ingest.files.discovery import discover
from maintenance.doctor import diagnose
from maintenance.ledger_rebuild import rebuild_ledger
from maintenance.raw_batches import existing_ledger
from maintenance.restore import finish_pending, restore
from maintenance.restore_plan import RestorePlan, plan_restore
from maintenance.tables import find_table

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BAD = ["2,FR,extra", "4,ES,more", "short"]


@pytest.fixture
def bench(tmp_path: Path) -> ReplayBench:
    bench = ReplayBench(tmp_path)
    bench.deliver()
    bench.mend()
    bench.replay()
    return bench


def version(bench: ReplayBench) -> int:
    return DeltaTable(bench.folder_of(PLACES)).version()


def go_to(bench: ReplayBench, wanted: int | None, stop_after: str = "") -> RestorePlan:
    def stop(step: str) -> None:
        if step == stop_after:
            raise StopError

    table = find_table(bench.lake, "raw_erp.loc_a101")
    ledger = existing_ledger(bench.lake, bench.catalogue, NOW)
    plan = plan_restore(bench.lake, table, wanted, ledger, discover(bench.landing, bench.catalogue))
    restore(bench.lake, bench.catalogue, plan, "restore", NOW, stop)
    return plan


def loaded(bench: ReplayBench) -> list[object]:
    return sorted(bench.values(PLACES, "CID"), key=str)


def assert_healthy(bench: ReplayBench) -> None:
    found = diagnose(bench.lake, bench.catalogue, NOW, lambda *_: None)
    assert [one.problem for one in found.findings if "disagree" in one.problem] == []


def test_its_records_wait_again_and_can_be_replayed_again(bench: ReplayBench) -> None:
    plan = go_to(bench, 1)
    assert (plan.records_to_quarantine, plan.files_out, plan.lost_files) == (2, (), [])
    assert (loaded(bench), bench.waiting()) == (["1", "3"], BAD)
    assert_healthy(bench)
    assert not bench.ingest().anything_new
    assert bench.replay().replayed == 2
    assert (loaded(bench), bench.waiting()) == (["1", "2", "3", "4"], ["short"])
    assert_healthy(bench)


def test_taken_back_they_are_loaded_without_a_replay(bench: ReplayBench) -> None:
    newest = version(bench)
    go_to(bench, 1)
    go_to(bench, newest)
    assert (loaded(bench), bench.waiting()) == (["1", "2", "3", "4"], ["short"])
    assert_healthy(bench)
    assert bench.replay().replayed == 0


def test_before_the_file_itself_nothing_of_it_waits_and_the_file_is_new(
    bench: ReplayBench,
) -> None:
    newest = version(bench)
    go_to(bench, 0)
    assert (loaded(bench), bench.quarantine()) == ([], [])
    go_to(bench, newest)
    assert (loaded(bench), bench.waiting()) == (["1", "2", "3", "4"], ["short"])
    go_to(bench, None)
    bench.ingest()  # with three columns what has two does not fit
    assert loaded(bench) == ["2", "4"]
    assert bench.waiting() == ["1,DE", "3,IT", "short"]
    assert_healthy(bench)


@pytest.mark.parametrize("step", ["intent", "delta", "quarantine", "ledger"])
def test_an_interrupted_restore_is_finished(bench: ReplayBench, step: str) -> None:
    with pytest.raises(StopError):
        go_to(bench, 1, step)
    finish_pending(bench.lake, bench.catalogue, NOW, lambda _: None)
    assert (loaded(bench), bench.waiting()) == (["1", "3"], BAD)
    assert_healthy(bench)


def test_a_rebuilt_ledger_knows_a_replay(bench: ReplayBench) -> None:
    rebuild_ledger(
        bench.lake,
        bench.catalogue,
        discover(bench.landing, bench.catalogue),
        run_id="rebuild",
        now=NOW,
        force=True,
    )
    told = [(row["batch_id"], row["replay_of"], row["rows_quarantined"]) for row in bench.ledger()]
    assert told == [(1, None, 3), (2, 1, 0)]
    assert_healthy(bench)
    assert bench.replay().replayed == 0
    assert not bench.ingest().anything_new
    assert bench.states(FILE) == ["committed", "committed"]
