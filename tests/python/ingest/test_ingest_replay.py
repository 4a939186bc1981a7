"""Quarantined records that fit after a fix are loaded, once, whatever interrupts it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import replay_bench
from ingest_bench import ERP, PLACES, Bench, Row, read
from old_lake import QUARANTINE_OF_VERSION_1, keep_columns
from replay_bench import FILE, ReplayBench

from command.report.unclean import read_unclean
from ingest.catalogue.tables import Catalogue, DeliveredTable
from ingest.explain import explain
from ingest.options import read_options
from ingest.quarantine.rereading import QuarantinedRecord, Rereader
from ingest.quarantine.table import stream_of

STEPS = [f"{step}:{PLACES}" for step in ("planned", "data", "quarantine", "committed")]


@pytest.fixture
def bench(tmp_path: Path) -> ReplayBench:
    bench = ReplayBench(tmp_path)
    bench.deliver()
    return bench


def assert_done(bench: ReplayBench) -> None:
    """Every record is loaded or waits; and doing anything again changes nothing."""
    loaded = sorted((row["CID"], row.get("REGION")) for row in bench.rows(PLACES))
    assert loaded == [("1", None), ("2", "extra"), ("3", None), ("4", "more")]
    assert bench.waiting() == ["short"]
    before = bench.versions()
    assert bench.replay().replayed == 0
    assert not bench.ingest().anything_new
    assert bench.versions() == before


def test_what_fits_after_a_fix_is_loaded_once(bench: ReplayBench) -> None:
    assert bench.replay().replayed == 0  # nothing was mended yet
    bench.mend()
    done = bench.replay()
    assert (done.waiting, done.replayed, done.files, done.batches) == (3, 2, 1, [2])
    assert_done(bench)


def test_a_replayed_record_keeps_its_file_and_number_and_the_quarantine_tells_when(
    bench: ReplayBench,
) -> None:
    bench.mend()
    bench.replay()
    old, new = ([row for row in bench.rows(PLACES) if row["batch_id"] == batch] for batch in (1, 2))

    def origin(row: Row) -> dict[str, object]:
        found = row["_metadata"]
        assert isinstance(found, dict)
        return found

    assert [origin(row)["row_number"] for row in new] == [2, 5]
    for name in ("file_path", "file_size", "file_modification_time", "content_hash"):
        assert {origin(row)[name] for row in new} == {origin(old[0])[name]}
    marks = ("replay_batch_id", "replay_run_id", "replayed_at")
    marked = [tuple(row[name] for name in marks) for row in bench.quarantine()]
    at = new[0]["ingestion_timestamp"]
    assert sorted(marked, key=str) == [(2, "run-2", at), (2, "run-2", at), (None, None, None)]
    assert bench.ledger()[-1]["replay_of"] == 1


def test_only_what_waits_is_counted(bench: ReplayBench) -> None:
    bench.mend()
    bench.replay()
    assert [reason.count for reason in read_unclean(bench.lake).quarantined] == [1]
    told = explain(FILE, bench.landing, bench.lake, bench.catalogue, None)
    assert [records.records for records in told.quarantined] == [1]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("follower", ["ingest", "replay"])
def test_an_interrupted_replay_is_finished(bench: ReplayBench, step: str, follower: str) -> None:
    bench.mend()
    bench.replay_until(step)
    if follower == "ingest":
        bench.ingest()
    bench.replay()
    assert_done(bench)


@pytest.mark.slow
def test_a_killed_replay_is_finished(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, replay_bench.__file__, str(tmp_path), *STEPS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for step in STEPS:
        bench = ReplayBench(tmp_path / step)
        bench.mend()
        bench.replay()
        assert_done(bench)


def test_a_new_batch_after_an_interrupted_replay_hides_nothing(bench: ReplayBench) -> None:
    bench.mend()
    bench.replay_until(STEPS[0])
    bench.write("erp/LOC_A101/2.csv", "5,PT,x\n")
    bench.ingest()
    bench.replay()
    assert sorted(bench.values(PLACES, "CID"), key=str) == ["1", "2", "3", "4", "5"]
    assert bench.waiting() == ["short"]


def test_a_table_with_an_unfinished_batch_is_left_alone(bench: ReplayBench) -> None:
    bench.mend()
    bench.write("erp/LOC_A101/2.csv", "5,PT,x\n")
    bench.interrupt("planned")
    done = bench.replay()
    assert done.failure == "a batch of it is not finished: saleslake ingest, then this again"
    bench.ingest()
    assert bench.replay().replayed == 2


def test_records_of_an_older_quarantine_wait_and_can_be_replayed(bench: ReplayBench) -> None:
    path = bench.lake.ops_table("quarantined_records")
    keep_columns(path, QUARANTINE_OF_VERSION_1, [stream_of(PLACES)])
    bench.mend()
    assert bench.replay().replayed == 2
    assert_done(bench)


def test_two_contents_of_one_path_are_batches_of_their_own(bench: ReplayBench) -> None:
    bench.write(FILE, "7,DE\n8,FR,again\n")
    bench.ingest()
    bench.mend()
    assert bench.replay(with_closed=True).batches == [3, 4]  # the first content is superseded
    assert sorted(bench.values(PLACES, "CID"), key=str) == ["1", "2", "3", "4", "7", "8"]
    assert bench.waiting() == ["short"]


def test_a_csv_record_is_read_by_the_header_of_its_file(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/PX_CAT_G1V2.csv", "CAT,ID\nx,1\nbad\n")
    bench.ingest()
    (record,) = bench.quarantine()
    assert record["file_columns"] == '["CAT", "ID"]'


def test_a_header_that_came_again_is_never_a_record(tmp_path: Path) -> None:
    """Though it fits a header in which its names are as they are stored."""
    bench = ReplayBench(tmp_path)
    bench.catalogue = Catalogue(ERP.tables)
    bench.write(FILE, "CID, unit price\n1,DE\nCID, unit price\n2,FR\n")
    bench.ingest()
    done = bench.replay()
    assert (done.waiting, done.replayed) == (1, 0)
    assert bench.waiting() == ["CID, unit price"]


def reread(tmp_path: Path, table: DeliveredTable, *texts: str) -> list[int]:
    """Return the numbers of the records that fit, from 1."""
    records = [QuarantinedRecord(number, text) for number, text in enumerate(texts, start=1)]
    found = Rereader(table, ("CID", "CNTRY"), tmp_path).fitting(records, "records")
    return list(found.numbers) if found else []


PLAIN = next(table for table in ERP.tables if table.name == PLACES)


def test_a_record_that_would_swallow_its_neighbour_stays(tmp_path: Path) -> None:
    fitting = reread(tmp_path, PLAIN, "1,a", '2,"open', "3,c", '"x\ny",4', "5", '6,"a""b"')
    assert fitting == [1, 3, 4, 6]


def test_a_record_that_ends_with_an_escaped_escape_is_whole(tmp_path: Path) -> None:
    escaped = replace(PLAIN, options=replace(PLAIN.options, escape="\\"))
    assert reread(tmp_path, escaped, "1,a\\", "2,b\\\\", "3,c\\\n", "4,d") == [2, 3, 4]


@pytest.mark.parametrize(("quote", "escape"), [('"', "\\"), (None, "^"), (None, None)])
def test_any_name_of_a_column_is_read_again(
    quote: str | None, escape: str | None, tmp_path: Path
) -> None:
    table = replace(PLAIN, options=replace(PLAIN.options, quote=quote, escape=escape))
    rereader = Rereader(table, ("CID", 'x"y^\\'), tmp_path)
    found = rereader.fitting([QuarantinedRecord(7, "1,a")], "records")
    assert found
    assert found.numbers == (7,)


def test_a_line_that_is_no_json_does_not_hold_up_the_others(tmp_path: Path) -> None:
    table = replace(PLAIN, format="json")
    assert reread(tmp_path, table, '{"CID": 1}', "{", "[]", '{"CID": 2, "NEW": 3}') == [1, 4]
    assert reread(tmp_path, table, "{", "[]") == []


def test_a_record_that_is_an_array_is_not_taken_for_the_array_of_records(tmp_path: Path) -> None:
    options, _ = read_options({"multiLine": "true"}, "json")
    table = replace(PLAIN, format="json", options=options)
    assert reread(tmp_path, table, '[{"CID": "9"}]') == []
    assert reread(tmp_path, table, '[{"CID": "9"}]', '{"CID":\n "1"}', "7", "{") == [2]
    assert reread(tmp_path, table, '{"CID": 1}, {"CID": 2}', "", '{"CID": 3}') == [3]


def only_places(catalogue: Catalogue, **settings: object) -> Catalogue:
    """The places of a catalogue, with other settings."""
    (places,) = (table for table in catalogue.tables if table.name == PLACES)
    return Catalogue((replace(places, **settings),))  # type: ignore[arg-type]


def in_full(catalogue: Catalogue) -> Catalogue:
    """The same, with the places delivered in full."""
    return only_places(catalogue, delivery="full", delivery_set="file")


def test_a_path_that_does_not_go_with_its_records_holds_up_nothing_else(
    bench: ReplayBench,
) -> None:
    other = "erp/LOC_A101/region=EU/region=US/1.csv"
    patterns = ("erp/LOC_A101.csv", "erp/LOC_A101/**/*.csv")
    bench.catalogue = only_places(bench.catalogue, patterns=patterns)
    bench.write(other, "7,DE\n8,FR,more\n")
    bench.ingest()
    options, _ = read_options({"header": "false", "cloudFiles.partitionColumns": "region string"})
    columns = ("CID", "CNTRY", "CITY")
    bench.catalogue = only_places(bench.catalogue, columns=columns, options=options)
    assert bench.replay().replayed == 2
    assert bench.waiting() == ["8,FR,more", "short"]
    assert sorted(bench.values(PLACES, "CID"), key=str) == ["1", "2", "3", "4", "7"]


def test_a_full_delivery_is_whole_once_its_records_are_replayed(tmp_path: Path) -> None:
    bench = ReplayBench(tmp_path)
    bench.catalogue = in_full(bench.catalogue)
    bench.write(FILE, "1,DE\n2,FR,extra\n")
    bench.ingest()
    deliveries = bench.lake.ops_table("full_deliveries")
    assert [(row["state"], row["batch_id"]) for row in read(deliveries)] == [("incomplete", 1)]
    bench.mend()
    bench.catalogue = in_full(bench.catalogue)
    assert bench.replay().replayed == 1
    bench.ingest()
    told = sorted((row["delivery_name"], row["state"], row["batch_id"]) for row in read(deliveries))
    assert told == [(FILE, "applied", 1), (FILE, "applied", 2)]
