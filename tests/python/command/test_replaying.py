"""`saleslake replay` and `saleslake rebuild-ledger` as commands: exit codes and documents."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from command_line import saleslake
from ingest_bench import EVERYTHING, PLACES, Bench

from saleslake.errors import EXIT_SET_ASIDE, RestoreRefusedError, SettingError


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A lake of the catalogue that commands read, with a record in quarantine."""
    bench = Bench(tmp_path, EVERYTHING)
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\nbad\n")
    bench.ingest()
    return bench


def test_a_replay_says_what_still_waits(bench: Bench) -> None:
    text = saleslake("replay", PLACES, lake=bench.lake, json_output=True, expect=EXIT_SET_ASIDE)
    report = json.loads(text)
    assert report["exit_code"] == EXIT_SET_ASIDE
    (table,) = report["tables"]
    assert (table["table"], table["waiting"], table["replayed"]) == (PLACES, 1, 0)
    assert "1 still wait" in saleslake("replay", lake=bench.lake, expect=EXIT_SET_ASIDE)


def test_a_replay_of_an_unknown_table_is_refused(bench: Bench) -> None:
    with pytest.raises(SettingError):
        saleslake("replay", "erp.loc", lake=bench.lake)


def test_a_ledger_is_rebuilt_only_when_it_is_lost(bench: Bench) -> None:
    landing = ("--landing", str(bench.landing))
    with pytest.raises(RestoreRefusedError):
        saleslake("rebuild-ledger", *landing, lake=bench.lake)
    shutil.rmtree(bench.lake.ops_table("ingested_files"))
    report = json.loads(saleslake("rebuild-ledger", *landing, lake=bench.lake, json_output=True))
    places = next(table for table in report["tables"] if table["table"] == PLACES)
    assert (places["files"], places["rows_loaded"], places["rows_quarantined"]) == (1, 1, 1)
    assert not bench.ingest().anything_new


def test_dismissed_records_wait_no_more_and_are_still_there(bench: Bench) -> None:
    bench.write("erp/LOC_A101/2.csv", "CID,CNTRY\n2,FR\nworse\n")
    bench.ingest()
    with pytest.raises(SettingError, match=r"erp/LOC_A101\.csv, erp/LOC_A101/2\.csv"):
        saleslake("dismiss", PLACES, "--file", "erp/x.csv", "--reason", "r", lake=bench.lake)
    command = ("dismiss", PLACES, "--file", "erp/LOC_A101.csv", "--reason", "it's a test")
    done = json.loads(saleslake(*command, lake=bench.lake, json_output=True))
    assert (done["records"], done["file"]) == (1, "erp/LOC_A101.csv")
    marks = sorted((str(row["raw_record"]), row["closing_reason"]) for row in bench.quarantine())
    assert marks == [("bad", "it's a test"), ("worse", None)]
    report = json.loads(
        saleslake("replay", PLACES, lake=bench.lake, json_output=True, expect=EXIT_SET_ASIDE)
    )
    assert report["tables"][0]["waiting"] == 1
    assert "1 record of" in saleslake("dismiss", PLACES, "--reason", "r", lake=bench.lake)
    assert "No record" in saleslake("dismiss", PLACES, "--reason", "r", lake=bench.lake)
    assert "0 still wait" in saleslake("replay", lake=bench.lake)
    bench.lake.mark("real")
    status = saleslake("status", lake=bench.lake)
    assert "Quarantined and closed since: 2 records" in status
    assert "dismissed 2" in status
    landing = ("--landing", str(bench.landing))
    text = saleslake("explain", "erp/LOC_A101.csv", *landing, lake=bench.lake)
    assert "Closed   1 record of batch 1 dismissed: it's a test" in text
