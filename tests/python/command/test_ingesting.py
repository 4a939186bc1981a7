"""`saleslake ingest`: one table or all, and a dry run that says what a run then does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import saleslake
from ingest_bench import CATEGORIES, EVERYTHING, PLACES, Bench

from saleslake.errors import LandingMissingError, SettingError

PLACE = "CID,CNTRY\n1,DE\n"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Two tables' files, of which some are bad, and one of no table."""
    made = Bench(tmp_path, EVERYTHING)
    made.write("erp/LOC_A101/1.csv", PLACE + "2\n")
    made.write("erp/LOC_A101/2.csv", PLACE + "2\n")
    made.write("erp/LOC_A101/3.csv", "")
    made.write("erp/LOC_A101/4.csv", "a,b\n1,2\n")
    made.write("erp/PX_CAT_G1V2.csv", "ID,CAT\n1,x\n2,y\n")
    made.write("notes.txt", "hello")
    return made


def run(bench: Bench, *arguments: str, expect: int = 0) -> dict[str, object]:
    command = ["ingest", *arguments, "--landing", str(bench.landing)]
    found = json.loads(saleslake(*command, lake=bench.lake, json_output=True, expect=expect))
    assert isinstance(found, dict)
    return found


def foreseen(bench: Bench, *tables: str) -> dict[str, tuple[str, int, int]]:
    files = run(bench, *tables, "--dry-run")["files"]
    assert isinstance(files, list)
    return {
        file["path"]: (
            file["outlook"]["will"],
            file["outlook"]["rows_loaded"],
            file["outlook"]["rows_quarantined"],
        )
        for file in files
    }


def test_a_dry_run_writes_nothing_and_says_what_the_run_then_does(bench: Bench) -> None:
    assert foreseen(bench) == {
        "erp/LOC_A101/1.csv": ("load", 1, 1),
        "erp/LOC_A101/2.csv": ("skip", 0, 0),
        "erp/LOC_A101/3.csv": ("leave_out", 0, 0),
        "erp/LOC_A101/4.csv": ("set_aside", 0, 0),
        "erp/PX_CAT_G1V2.csv": ("load", 2, 0),
        "notes.txt": ("leave_out", 0, 0),
    }
    assert not bench.lake.root.exists()
    run(bench, expect=3)
    states = {str(row["file_path"]): row["state"] for row in bench.ledger()}
    assert states == {
        "erp/LOC_A101/1.csv": "committed",
        "erp/LOC_A101/2.csv": "duplicate",
        "erp/LOC_A101/3.csv": "ignored",
        "erp/LOC_A101/4.csv": "set_aside",
        "erp/PX_CAT_G1V2.csv": "committed",
        "notes.txt": "ignored",
    }
    assert (len(bench.rows(PLACES)), len(bench.rows(CATEGORIES))) == (1, 2)
    assert len(bench.quarantine()) == 1
    assert foreseen(bench)["erp/LOC_A101/1.csv"] == ("nothing", 0, 0)


def test_one_table_leaves_the_others_files_alone(bench: Bench) -> None:
    assert list(foreseen(bench, CATEGORIES)) == ["erp/PX_CAT_G1V2.csv"]
    run(bench, CATEGORIES)
    assert len(bench.rows(CATEGORIES)) == 2
    assert {row["file_path"] for row in bench.ledger()} == {"erp/PX_CAT_G1V2.csv"}
    run(bench, expect=3)
    assert len(bench.rows(PLACES)) == 1


def test_for_people(bench: Bench) -> None:
    landing = ["--landing", str(bench.landing)]
    lines = saleslake("ingest", "--dry-run", *landing, lake=bench.lake).splitlines()
    assert lines[0] == "erp.loc_a101"
    assert lines[-1].endswith("Nothing was written.")
    lines = saleslake("ingest", *landing, lake=bench.lake, expect=3).splitlines()
    assert lines[0] == "2 files loaded, 3 records."
    assert lines[1] == f"  {PLACES:<24}1 record of 1 file, 1 record quarantined"
    assert lines[-1] == "Next: saleslake run"
    assert saleslake("ingest", PLACES, *landing, lake=bench.lake, expect=3).startswith("No new")


def test_an_unknown_table(bench: Bench) -> None:
    with pytest.raises(SettingError, match=r"TABLE is 'erp\.loc'"):
        run(bench, "erp.loc")


def test_a_landing_folder_without_files(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with pytest.raises(LandingMissingError):
        run(bench)
