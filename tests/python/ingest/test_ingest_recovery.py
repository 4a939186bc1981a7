"""Whatever interrupts a run, the next one ends where an undisturbed one would have ended."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import ingest_killed
import pytest
from ingest_bench import CATEGORIES, PLACES, Bench, Row, of, reasons

CHANGED = "changed or vanished after it was planned"
STEPS = [
    "prepared",
    "planned",
    *[f"{step}:{PLACES}" for step in ("data", "quarantine", "committed")],
    *[f"{step}:{CATEGORIES}" for step in ("data", "quarantine", "committed")],
]


def outcome(bench: Bench) -> list[list[tuple[str, ...]]]:
    """Everything a run leaves but times and runs: raw rows, quarantine, state of each file."""

    def plain(rows: list[Row], leave_out: set[str]) -> list[tuple[str, ...]]:
        return sorted(
            tuple(f"{name}={row[name]}" for name in sorted(row) if name not in leave_out)
            for row in rows
        )

    origin = {"_metadata", "ingestion_timestamp"}
    ends = {str(row["file_path"]): row for row in bench.ledger()}
    run = {"run_id", "recorded_at", "sequence", "file_modified_at"}
    run |= {"attempts", "discovered_at", "committed_at"}  # of however many runs it took
    return [
        plain(bench.rows(PLACES), origin),
        plain(bench.rows(CATEGORIES), origin),
        plain(bench.quarantine(), {"quarantined_at", "run_id"}),
        plain(list(ends.values()), run),
    ]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One lake for each step, each left behind by a process that was killed there."""
    root = tmp_path_factory.mktemp("killed")
    done = subprocess.run(
        [sys.executable, ingest_killed.__file__, str(root), *STEPS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[list[tuple[str, ...]]]:
    bench = Bench(tmp_path_factory.mktemp("undisturbed"))
    ingest_killed.deliver_first(bench)
    bench.ingest()
    ingest_killed.deliver_second(bench)
    bench.ingest()
    return outcome(bench)


@pytest.mark.fault(1, 2, 3, 4, 6)
@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_killed_and_run_again(
    killed: Path, undisturbed: list[list[tuple[str, ...]]], step: str
) -> None:
    bench = Bench(killed / step)
    bench.ingest()
    assert outcome(bench) == undisturbed
    before = bench.versions()
    assert not bench.ingest().anything_new
    assert bench.versions() == before


@pytest.mark.fault(3)
def test_data_that_is_in_the_table_is_not_written_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\nbad\n")
    bench.interrupt(f"data:{PLACES}")
    version = bench.versions()["raw_erp.loc_a101"]
    result = bench.ingest()
    assert (result.replayed_batches, result.batch_id, result.anything_new) == ([1], None, True)
    assert bench.versions()["raw_erp.loc_a101"] == version
    assert [row["raw_record"] for row in bench.quarantine()] == ["bad"]
    assert of(result, PLACES).files_known == 0


def test_a_planned_file_that_vanished_before_its_data_was_written(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    gone = bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    bench.write("erp/LOC_A101/other.csv", "CID,CNTRY\n2,DE\n")
    bench.interrupt("planned")
    gone.unlink()
    assert reasons(of(bench.ingest(), PLACES)) == {"erp/LOC_A101.csv": CHANGED}
    assert bench.values(PLACES, "CID") == ["2"]
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    bench.ingest()
    assert bench.values(PLACES, "CID") == ["1", "2"]
    assert bench.states("erp/LOC_A101.csv") == ["planned", "set_aside", "planned", "committed"]


def test_a_planned_file_that_changed_is_a_new_file(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    bench.interrupt("planned")
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n2,FR\n")
    result = bench.ingest()
    assert reasons(of(result, PLACES)) == {"erp/LOC_A101.csv": CHANGED}
    assert (result.batch_id, bench.values(PLACES, "CID")) == (2, ["1", "2"])
    assert bench.ingest().anything_set_aside is False


def test_a_file_that_vanished_after_its_data_was_written_is_committed(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n").rename(
        bench.write("erp/PX_CAT_G1V2.txt", "x").with_name("LOC_A101.csv")
    )
    bench.interrupt(f"data:{PLACES}")
    (bench.landing / "erp/LOC_A101.csv").unlink()
    result = bench.ingest()
    assert of(result, PLACES).rows_loaded == 1
    assert bench.states("erp/LOC_A101.csv") == ["planned", "committed"]


@pytest.mark.fault(4)
def test_quarantined_records_that_are_lost_are_not_lost_silently(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    path = bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\nbad\n")
    bench.interrupt(f"data:{PLACES}")
    path.unlink()
    told = reasons(of(bench.ingest(), PLACES))["erp/LOC_A101.csv"]
    assert told == f"its quarantined records could not be kept: {CHANGED}"
    assert bench.ledger()[-1]["reason"] == told


def test_a_planned_file_that_was_moved_is_loaded_from_its_new_place(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    path = bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    bench.write("erp/LOC_A101/copy.csv", "CID,CNTRY\n1,DE\n")
    bench.interrupt("planned")
    assert bench.states("erp/LOC_A101/copy.csv") == ["duplicate"]
    path.unlink()
    bench.ingest()
    assert bench.values(PLACES, "CID") == ["1"]
    assert bench.states("erp/LOC_A101/copy.csv") == ["duplicate", "planned", "committed"]


def test_an_interrupted_batch_comes_before_a_new_one(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    bench.interrupt("planned")
    bench.write("erp/LOC_A101/2.csv", "CID,CNTRY\n2,DE\n")
    result = bench.ingest()
    assert (result.replayed_batches, result.batch_id) == ([1], 2)
    assert bench.values(PLACES, "batch_id") == [1, 2]
