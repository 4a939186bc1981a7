"""What the ledger and the quarantine tell of a file, and lakes whose tables tell less."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from deltalake import DeltaTable
from ingest_bench import PLACES, START, Bench
from old_lake import LEDGER_OF_VERSION_1, QUARANTINE_OF_VERSION_1, keep_columns

from maintenance.raw_batches import existing_ledger

TWO_GOOD = "CID,CNTRY\n1,DE\n2,FR\n"
ONE_BAD = "CID,CNTRY\n1,DE\nbad\n2,FR\n"


def hours(count: int) -> datetime:
    """When a bench's run was."""
    return START.replace(hour=count, tzinfo=UTC)


def test_a_committed_file_has_its_times_its_version_and_its_first_error(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", ONE_BAD)
    bench.ingest()
    planned, committed = bench.ledger()
    assert (planned["committed_at"], planned["table_version"]) == (None, None)
    assert (committed["discovered_at"], committed["committed_at"]) == (hours(1), hours(1))
    assert committed["table_version"] == DeltaTable(bench.folder_of(PLACES)).version()
    assert committed["attempts"] == 1
    told = [committed[name] for name in ("first_error", "first_error_line", "first_error_offset")]
    assert told == ["1 field where the header has 2", 3, len("CID,CNTRY\n1,DE\n")]


def test_files_with_the_same_columns_have_the_same_hash_of_them(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101/1.csv", "CID,CNTRY\n1,DE\n")
    bench.write("erp/LOC_A101/2.csv", "CID,CNTRY\n2,DE\n")
    bench.write("erp/LOC_A101/3.csv", "CNTRY,CID\nDE,3\n")
    bench.ingest()
    found = {str(row["file_path"])[-5:]: row["columns_hash"] for row in bench.ledger()}
    assert found["1.csv"] == found["2.csv"] != found["3.csv"]


def test_a_file_set_aside_names_its_line_and_how_often_it_was_tried(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", 'CID,CNTRY\n1,DE\n2,"open\n')
    bench.ingest()
    bench.ingest()  # nothing new to say of it
    bench.write("erp/LOC_A101.csv", TWO_GOOD)
    bench.ingest()
    aside, *_, committed = bench.ledger()
    assert (aside["state"], aside["first_error_line"], aside["attempts"]) == ("set_aside", 3, 1)
    assert aside["first_error"] == aside["reason"]
    assert (committed["discovered_at"], committed["first_error"]) == (hours(3), None)


def test_a_batch_that_another_run_finishes_was_tried_twice(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", TWO_GOOD)
    bench.interrupt(f"data:{PLACES}")
    bench.ingest()
    committed = bench.ledger()[-1]
    assert (committed["attempts"], committed["table_version"]) == (2, 1)
    assert (committed["discovered_at"], committed["committed_at"]) == (hours(1), hours(2))


@pytest.mark.parametrize(
    ("content", "offset"),
    [("\ufeff" + ONE_BAD, 18), ("CID,CNTRY\né,DE\nbad\n2,FR\n", 16)],
)
def test_a_quarantined_record_has_its_place_in_the_bytes(
    tmp_path: Path, content: str, offset: int
) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", content)
    bench.ingest()
    (record,) = bench.quarantine()
    assert (record["byte_offset"], record["run_id"]) == (offset, "run-1")


def test_a_ledger_of_an_older_version_gets_its_columns_and_keeps_its_files(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", ONE_BAD)
    bench.ingest()
    ledger, quarantine = (
        bench.lake.ops_table(name) for name in ("ingested_files", "quarantined_records")
    )
    keep_columns(ledger, LEDGER_OF_VERSION_1)
    keep_columns(quarantine, QUARANTINE_OF_VERSION_1)
    looked_at = existing_ledger(bench.lake, bench.catalogue, START)
    assert looked_at is not None
    assert looked_at.last_batch_id == 1
    assert DeltaTable(ledger).version() == 0
    stored = DeltaTable(ledger).file_uris()
    bench.write("erp/LOC_A101/2.csv", "CID,CNTRY\n3,DE\nworse\n")
    assert bench.ingest().batch_id == 2
    assert bench.values(PLACES, "CID") == ["1", "2", "3"]
    assert set(stored) < set(DeltaTable(ledger).file_uris())
    assert [row["attempts"] for row in bench.ledger()] == [None, None, 1, 1]
    assert {row["byte_offset"] for row in bench.quarantine()} == {None, 15}
    before = bench.versions()
    assert not bench.ingest().anything_new
    assert bench.versions() == before
