"""A lost ledger is rebuilt: the next run loads nothing twice and leaves nothing out."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cleaning_bench import CleaningBench
from ingest_bench import CATEGORIES, ERP, PLACES, Bench, of, reasons
from old_lake import drop_field
from policy_bench import bench_with, change
from replay_bench import CONTENT, FILE, ReplayBench

from ingest.catalogue.tables import Catalogue
from ingest.files.discovery import discover
from ingest.raw.table import stream_of
from maintenance.doctor import diagnose
from maintenance.ledger_rebuild import RebuiltTable, rebuild_ledger
from saleslake.errors import LedgerError, RestoreRefusedError

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FIRST = "erp/LOC_A101/1.csv"


def deliver(bench: Bench) -> None:
    """Two batches; a file whose records are all misfits, and one that cannot be read."""
    bench.write(FIRST, "CID,CNTRY\n1,DE\nbad\n2,FR\n")
    bench.write("erp/PX_CAT_G1V2.csv", "ID,CAT\n1,x\n")
    bench.ingest()
    bench.write("erp/LOC_A101/2.csv", "CID,CNTRY\n3,DE\n")
    bench.write("erp/LOC_A101/3.csv", "CID,CNTRY\nworse\n")
    bench.write("erp/LOC_A101/4.csv", 'CID,CNTRY\n4,"open\n')
    bench.ingest()


def lose(bench: Bench) -> None:
    shutil.rmtree(bench.lake.ops_table("ingested_files"))


def rebuild(bench: Bench, *, force: bool = False) -> dict[str, RebuiltTable]:
    delivered = discover(bench.landing, bench.catalogue)
    found = rebuild_ledger(
        bench.lake, bench.catalogue, delivered, run_id="rebuild", now=NOW, force=force
    )
    return {table.table: table for table in found}


def assert_healthy(bench: Bench) -> None:
    found = diagnose(bench.lake, bench.catalogue, NOW, lambda *_: None)
    disagree = [one.problem for one in found.findings if "disagree" in one.problem]
    assert disagree == []


def test_after_it_a_run_loads_nothing_twice_and_leaves_nothing_out(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    deliver(bench)
    rows, quarantined = bench.values(PLACES, "CID"), bench.quarantine()
    lose(bench)
    with pytest.raises(LedgerError):
        bench.ingest()
    found = rebuild(bench)[PLACES]
    assert (found.files, found.batches, found.rows_loaded, found.rows_quarantined) == (3, 2, 3, 2)
    assert_healthy(bench)
    result = bench.ingest()
    assert not result.anything_new
    assert list(reasons(of(result, PLACES))) == ["erp/LOC_A101/4.csv"]
    assert (bench.values(PLACES, "CID"), bench.quarantine()) == (rows, quarantined)
    bench.write("erp/LOC_A101/5.csv", "CID,CNTRY\n5,DE\n")
    assert bench.ingest().batch_id == 3
    assert bench.values(PLACES, "CID") == ["1", "2", "3", "5"]
    assert_healthy(bench)


def test_it_says_what_it_is_and_when_the_records_came(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    deliver(bench)
    before = {row["file_path"]: row for row in bench.ledger() if row["state"] == "committed"}
    lose(bench)
    rebuild(bench)
    for row in bench.ledger():
        old = before[row["file_path"]]
        same = ["content_hash", "batch_id", "rows_read", "rows_loaded", "rows_quarantined"]
        assert [row[name] for name in same] == [old[name] for name in same]
        assert row["reason"] == "rebuilt from the raw table"
        if row["rows_loaded"]:
            assert row["committed_at"] == old["committed_at"]


def test_a_batch_whose_quarantine_was_never_written_is_finished(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write(FIRST, "CID,CNTRY\n1,DE\nbad\n")
    bench.interrupt(f"data:{PLACES}")
    lose(bench)
    assert rebuild(bench)[PLACES].unfinished == (FIRST,)
    assert bench.ingest().replayed_batches == [1]
    assert [row["raw_record"] for row in bench.quarantine()] == ["bad"]
    assert bench.values(PLACES, "CID") == ["1"]


@pytest.mark.parametrize("follower", ["ingest", "replay"])
def test_a_replay_that_the_quarantine_does_not_know_of_is_finished(
    tmp_path: Path, follower: str
) -> None:
    bench = ReplayBench(tmp_path)
    bench.deliver()
    bench.mend()
    bench.replay_until(f"data:{PLACES}")
    lose(bench)
    assert rebuild(bench)[PLACES].unfinished == (FILE,)
    if follower == "ingest":
        bench.ingest()
    assert bench.replay().replayed == 0
    assert sorted(bench.values(PLACES, "CID"), key=str) == ["1", "2", "3", "4"]
    assert (bench.waiting(), len(bench.quarantine())) == (["short"], 3)
    assert [row["replay_of"] for row in bench.ledger() if row["batch_id"] == 2] == [1, 1]
    assert_healthy(bench)


def test_a_file_that_comes_back_and_fits_by_now_is_no_replay(tmp_path: Path) -> None:
    bench = ReplayBench(tmp_path)
    for seconds, content in enumerate((CONTENT, "7,DE\n", CONTENT)):
        if seconds == 2:
            bench.mend()
        os.utime(bench.write(FILE, content), (NOW.timestamp() + seconds,) * 2)
        bench.ingest()
    rows, quarantined = bench.rows(PLACES), bench.quarantine()
    assert {row["batch_id"] for row in rows} == {1, 2, 3}
    lose(bench)
    assert rebuild(bench)[PLACES].unfinished == ()
    assert {row["replay_of"] for row in bench.ledger()} == {None}
    assert not bench.ingest().anything_new
    assert (bench.rows(PLACES), bench.quarantine()) == (rows, quarantined)


@pytest.mark.parametrize(
    ("quote", "later", "content"),
    [("'", '"', "1,'D,E'\n2,FR\n"), ('"', "'", '1,"a\nb"\n2,FR\n')],
    ids=["fewer records fit", "as many fit, one of them other"],
)
def test_records_that_are_loaded_are_no_misfits_by_later_options(
    tmp_path: Path, quote: str, later: str, content: str
) -> None:
    bench = bench_with(tmp_path, {"quote": quote})
    bench.write(FIRST, f"CID,CNTRY\n{content}")
    bench.ingest()
    rows = bench.rows(PLACES)
    change(bench, {"quote": later})
    lose(bench)
    assert rebuild(bench)[PLACES].unfinished == ()
    assert not bench.ingest().anything_new
    assert (bench.rows(PLACES), bench.quarantine()) == (rows, [])


def older_lake(folder: Path) -> Bench:
    """A lake whose raw rows do not name their content; the ledger is lost."""
    bench = Bench(folder)
    bench.write(FIRST, "CID,CNTRY\n1,DE\n")
    bench.ingest()
    drop_field(bench.folder_of(PLACES), "_metadata", "content_hash", [stream_of(PLACES)])
    lose(bench)
    return bench


def test_rows_without_content_are_known_by_their_file_where_it_lies_there(tmp_path: Path) -> None:
    bench = older_lake(tmp_path)
    assert rebuild(bench)[PLACES].without_content == ()
    assert not bench.ingest().anything_new
    bench.write("erp/LOC_A101/2.csv", "CID,CNTRY\n2,DE\n")  # the column comes with the next batch
    bench.ingest()
    hashes = [row["_metadata"]["content_hash"] is None for row in bench.rows(PLACES)]  # type: ignore[index]
    assert hashes == [True, False]


def test_a_file_that_may_be_what_was_loaded_is_set_aside(tmp_path: Path) -> None:
    bench = older_lake(tmp_path)
    later = (NOW + timedelta(days=1)).timestamp()
    os.utime(bench.landing / FIRST, (later, later))
    assert rebuild(bench)[PLACES].without_content == (FIRST,)
    result = bench.ingest()
    assert list(reasons(of(result, PLACES))) == [FIRST]
    assert bench.values(PLACES, "CID") == ["1"]
    bench.write(FIRST, "CID,CNTRY\n1,DE\n2,FR\n")  # of another size, so another content
    bench.ingest()
    assert sorted(bench.values(PLACES, "CID"), key=str) == ["1", "1", "2"]


def test_a_ledger_that_can_be_read_is_kept(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    deliver(bench)
    with pytest.raises(RestoreRefusedError):
        rebuild(bench)
    assert len(bench.ledger()) == 9
    rebuild(bench, force=True)
    assert (bench.lake.damaged / "ops.ingested_files/rebuild/ingested_files").is_dir()
    assert not bench.ingest().anything_new


def test_a_rebuild_that_was_killed_is_simply_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path)
    deliver(bench)
    place = bench.lake.ops_table("ingested_files")
    rename = Path.rename

    def killed(path: Path, target: Path) -> Path:
        if target == place:
            raise KeyboardInterrupt
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            rebuild(bench, force=True)
    assert not place.exists()
    with pytest.raises(LedgerError):
        bench.ingest()
    rebuild(bench)
    assert not bench.ingest().anything_new
    assert_healthy(bench)


def test_files_of_a_table_that_leaves_existing_ones_out_stay_out(tmp_path: Path) -> None:
    tables = tuple(
        replace(table, options=replace(table.options, include_existing_files=False))
        for table in ERP.tables
    )
    bench = CleaningBench(tmp_path)  # its times are real, as is that of a file's last change
    bench.catalogue = Catalogue(tables)
    bad = "erp/PX_CAT_G1V2/bad.csv"
    deliveries = {
        "erp/PX_CAT_G1V2/old.csv": "ID,CAT\n1,x\n",
        "erp/PX_CAT_G1V2/new.csv": "ID,CAT\n2,y\n",
        bad: 'ID,CAT\n3,"open\n',
    }
    for path, content in deliveries.items():
        os.utime(bench.write(path, content), (1, 1))
        bench.after(0)
    lose(bench)
    rebuild(bench)
    result = bench.after(0)
    assert not result.anything_new
    assert list(reasons(of(result, CATEGORIES))) == [bad]
    assert bench.values(CATEGORIES, "ID") == ["2"]


def test_doctor_names_the_command(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    deliver(bench)
    lose(bench)
    found = diagnose(bench.lake, bench.catalogue, NOW, lambda *_: None)
    assert "saleslake rebuild-ledger" in {finding.repair for finding in found.findings}
