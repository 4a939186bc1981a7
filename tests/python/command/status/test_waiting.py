"""Which files wait in the landing folder: what status says is what the next run does."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from ingest_bench import CATEGORIES, PLACES, Bench

from command.report.notes import held_back_note
from command.status import waiting
from command.status.known_files import held_back_notes, read_ledger, set_aside_notes
from command.status.waiting import LandingStatus, TableWaiting, look_at_landing
from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue
from ingest.options import read_options


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def look(bench: Bench) -> LandingStatus:
    return look_at_landing(bench.landing, bench.catalogue, read_ledger(bench.lake))


def counts(bench: Bench) -> tuple[int, int, int]:
    """Files known, waiting and unfinished."""
    found = look(bench)
    return found.files_known, found.files_waiting, found.files_unfinished


def test_everything_waits_before_the_first_run(bench: Bench) -> None:
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    bench.write("notes.txt", "no table's")
    assert counts(bench) == (0, 1, 0)
    assert not bench.lake.ops.exists()  # looking writes nothing
    bench.ingest()
    assert counts(bench) == (1, 0, 0)


def test_new_and_changed_files_wait_until_they_are_loaded(bench: Bench) -> None:
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    bench.ingest()
    bench.write("erp/LOC_A101/late.csv", "CID,CNTRY\n2,DE\n")
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,FR\n")
    os.utime(bench.landing / "erp/LOC_A101.csv", (1, 1))
    assert counts(bench) == (0, 2, 0)
    assert bench.ingest().tables[1].files_loaded == 2
    assert counts(bench) == (2, 0, 0)


def test_the_same_content_with_another_time_is_known(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    bench.ingest()
    os.utime(file, (1, 1))
    assert counts(bench) == (1, 0, 0)
    # A file that is too large to be read may be another one: it is said to wait.
    monkeypatch.setattr(waiting, "READ_AT_MOST", 3)
    assert counts(bench) == (0, 1, 0)


def test_files_of_an_interrupted_batch_are_unfinished(bench: Bench) -> None:
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    bench.interrupt("planned")
    assert counts(bench) == (0, 0, 1)
    bench.ingest()
    assert counts(bench) == (1, 0, 0)


def test_a_file_that_cannot_be_loaded_is_named_until_it_is_mended_or_gone(bench: Bench) -> None:
    file = bench.write("erp/LOC_A101.csv", b"%PDF-1.7")
    bench.ingest()
    (note,) = set_aside_notes(read_ledger(bench.lake), bench.landing)
    assert (note.label, note.subject) == ("SET ASIDE", "erp/LOC_A101.csv")
    assert "PDF" in note.text
    assert counts(bench) == (1, 0, 0)  # nothing new: the next run says the same of it
    file.unlink()
    assert set_aside_notes(read_ledger(bench.lake), bench.landing) == []
    assert len(set_aside_notes(read_ledger(bench.lake), None)) == 1  # without a folder, as it was
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    bench.ingest()
    assert set_aside_notes(read_ledger(bench.lake), bench.landing) == []


def test_a_folder_that_is_gone_is_no_error(bench: Bench) -> None:
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    bench.interrupt("planned")
    ledger = read_ledger(bench.lake)
    for folder in (None, bench.landing / "nowhere"):
        found = look_at_landing(folder, bench.catalogue, ledger)
        assert found == LandingStatus(
            None,
            files_unfinished=1,
            files_outstanding=1,
            bytes_outstanding=15,
            tables=(TableWaiting(PLACES, 1, 15),),
        )


def full_places(share: float) -> Catalogue:
    """Places, delivered in full."""
    table = next(table for table in load_catalogue().tables if table.name == PLACES)
    return Catalogue((replace(table, delivery="full", largest_deleted_share=share),))


def places(bench: Bench, count: int, day: int) -> None:
    """Deliver so many places in full."""
    rows = "".join(f"{number},DE\n" for number in range(count))
    file = bench.write("erp/LOC_A101.csv", f"CID,CNTRY\n{rows}")
    os.utime(file, (day * 86_400, day * 86_400))


def test_a_full_delivery_that_is_written_again_waits(tmp_path: Path) -> None:
    bench = Bench(tmp_path, full_places(0.5))
    places(bench, 2, day=1)
    bench.ingest()
    assert counts(bench) == (1, 0, 0)
    places(bench, 2, day=2)
    assert counts(bench) == (0, 1, 0)
    bench.ingest()
    assert counts(bench) == (1, 0, 0)


def test_a_delivery_that_was_held_back_is_named_until_a_later_one_counts(tmp_path: Path) -> None:
    bench = Bench(tmp_path, full_places(0.5))
    assert held_back_notes(bench.lake) == []
    places(bench, 10, day=1)
    bench.ingest()
    assert held_back_notes(bench.lake) == []
    places(bench, 2, day=2)
    (held,) = bench.ingest().tables[0].held_back
    (note,) = held_back_notes(bench.lake)
    assert note == held_back_note(PLACES, held)
    assert (note.label, note.subject) == ("HELD BACK", f"{held.delivery} of {PLACES}")
    places(bench, 9, day=3)
    bench.ingest()
    assert held_back_notes(bench.lake) == []


def with_options(bench: Bench, **written: str) -> None:
    """Give the table of places options, by their names without what stands before a dot."""
    names = {"includeExistingFiles": "cloudFiles.includeExistingFiles"}
    options, problems = read_options({names.get(k, k): value for k, value in written.items()})
    assert not problems
    bench.catalogue = Catalogue(
        tuple(
            replace(table, options=options) if table.name == PLACES else table
            for table in bench.catalogue.tables
        )
    )


@pytest.mark.parametrize(
    "options",
    [
        {"pathGlobFilter": "1*"},
        {"modifiedAfter": "1970-01-03"},
        {"modifiedBefore": "1970-01-01"},
    ],
)
def test_a_file_that_an_option_leaves_out_does_not_wait(
    options: dict[str, str], bench: Bench
) -> None:
    file = bench.write("erp/LOC_A101/2.csv", "CID,CNTRY\n1,DE\n")
    os.utime(file, (86_400, 86_400))
    with_options(bench, **options)
    for _ in range(2):
        assert (counts(bench), look(bench).files_left_out) == ((0, 0, 0), 1)
        assert not bench.ingest().anything_new
    with_options(bench)
    assert (counts(bench), look(bench).files_left_out) == ((0, 1, 0), 0)
    assert bench.ingest().anything_new


def test_existing_files_that_are_not_included_do_not_wait_and_later_ones_do(bench: Bench) -> None:
    with_options(bench, includeExistingFiles="false")
    bench.write("erp/LOC_A101/1.csv", "CID,CNTRY\n1,DE\n")
    assert (counts(bench), look(bench).files_left_out) == ((0, 0, 0), 1)
    bench.ingest()
    bench.write("erp/LOC_A101/2.csv", "CID,CNTRY\n2,DE\n")
    assert (counts(bench), look(bench).files_left_out) == ((0, 1, 0), 1)
    with_options(bench, includeExistingFiles="true")
    assert (counts(bench), look(bench).files_left_out) == ((0, 2, 0), 0)


def test_an_overwrite_that_is_ignored_does_not_wait_again(bench: Bench) -> None:
    bench.catalogue = Catalogue(
        tuple(replace(table, on_overwrite="ignore") for table in bench.catalogue.tables)
    )
    bench.write("erp/LOC_A101/1.csv", "CID,CNTRY\n1,DE\n")
    bench.ingest()
    bench.write("erp/LOC_A101/1.csv", "CID,CNTRY\n1,FR\n")
    bench.ingest()
    assert (counts(bench), look(bench).files_left_out) == ((0, 0, 0), 1)


def test_what_is_outstanding_is_counted_by_table_in_files_and_bytes(bench: Bench) -> None:
    bench.write("erp/LOC_A101/1.csv", "CID,CNTRY\n1,DE\n")
    bench.interrupt("planned")
    bench.write("erp/LOC_A101/2.csv", "CID,CNTRY\n22,DE\n")
    bench.write("erp/PX_CAT_G1V2.csv", "ID,CAT\n1,x\n")
    found = look(bench)
    assert (found.files_outstanding, found.bytes_outstanding) == (3, 15 + 16 + 11)
    assert found.tables == (
        TableWaiting(PLACES, 2, 15 + 16),
        TableWaiting(CATEGORIES, 1, 11),
    )
    bench.ingest()
    assert look(bench).tables == ()
