"""A disk that is full, fails or is shared: what is there stays whole, and the next run goes on."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import ingest_full_disk
import law
import pytest
from deltalake import DeltaTable
from failing_disk import fail_to_read, refuse_to_open
from ingest_bench import CATEGORIES, PLACES, Bench, of, reasons
from killed_child import run_child

FILE = "erp/LOC_A101.csv"
OTHER = "erp/PX_CAT_G1V2.csv"
RECORDS = 5_000


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A lake with one batch, and a larger file that is not in it yet."""
    made = Bench(tmp_path)
    made.write(OTHER, "ID,CAT\n1,x\n")
    made.ingest()
    noise = random.Random(5)
    rows = "".join(f"{noise.getrandbits(128):032x},{noise.random()}\n" for _ in range(RECORDS))
    made.write(FILE, "CID,CNTRY\n" + rows)
    return made


@pytest.mark.slow
@pytest.mark.fault(10)
@pytest.mark.parametrize("limit", [0, 1_000, 60_000], ids=["at once", "in the log", "in the data"])
def test_a_full_disk(limit: int, bench: Bench, tmp_path: Path) -> None:
    before = bench.versions()["raw_erp.loc_a101"]
    done = run_child(ingest_full_disk, str(tmp_path), str(limit))
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "too large" in done.stderr.lower()
    assert DeltaTable(bench.folder_of(PLACES)).version() == before
    # There is space again.
    bench.ingest()
    law.assert_holds(bench, {OTHER: 1, FILE: RECORDS})


@pytest.mark.fault(11)
def test_a_file_that_cannot_be_read_stops_no_other(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = "erp/LOC_A101/good.csv"
    bench.write(good, "CID,CNTRY\n1,DE\n")
    with monkeypatch.context() as patch:
        refuse_to_open(patch, FILE)
        result = of(bench.ingest(), PLACES)
        assert reasons(result) == {FILE: "cannot be opened: permission denied"}
        assert bench.values(PLACES, "CID") == ["1"]
    bench.ingest()
    law.assert_holds(bench, {OTHER: 1, FILE: RECORDS, good: 1})


@pytest.mark.fault(11)
@pytest.mark.parametrize("opening", [1, 2, 3])
def test_an_error_of_the_disk_in_the_middle_of_a_file(
    opening: int, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first two openings check it, the last one loads it."""
    with monkeypatch.context() as patch:
        fail_to_read(patch, FILE, opening)
        (aside,) = of(bench.ingest(), PLACES).set_aside
        assert aside.path == FILE
    assert bench.rows(PLACES) == []
    bench.ingest()
    law.assert_holds(bench, {OTHER: 1, FILE: RECORDS})


@pytest.mark.fault(33)
def test_readers_during_a_write_see_whole_batches(bench: Bench) -> None:
    bench.ingest()
    folder, done, seen = bench.folder_of(PLACES), threading.Event(), set[int]()

    def read() -> None:
        while not done.is_set():
            seen.add(DeltaTable(folder).to_pyarrow_table(columns=["CID"]).num_rows)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    old = DeltaTable(folder)
    sizes = {RECORDS}
    for batch in range(5):
        bench.write(f"erp/LOC_A101/{batch}.csv", "CID,CNTRY\n" + f"{batch},x\n" * 1_000)
        bench.ingest()
        sizes.add(RECORDS + 1_000 * (batch + 1))
    done.set()
    for reader in readers:
        reader.join()
    assert seen <= sizes
    assert old.to_pyarrow_table().num_rows == RECORDS  # of the version it was opened at


@pytest.mark.fault(21)
def test_a_file_that_grows_between_two_runs_is_a_new_one(bench: Bench) -> None:
    """The rows of both contents are there, each with its own: which counts is silver's matter."""
    path = "erp/PX_CAT_G1V2/growing.csv"
    bench.write(path, "ID,CAT\n1,a\n")
    bench.ingest()
    bench.write(path, "ID,CAT\n1,a\n2,b\n")
    bench.ingest()
    law.assert_holds(bench, {OTHER: 1, FILE: RECORDS, path: 3})
    assert bench.values(CATEGORIES, "ID").count("2") == 1
