"""`saleslake explain`: for every state of a file what became of it, and what will."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import saleslake
from ingest_bench import EVERYTHING, Bench

from saleslake.errors import SettingError

ONE = "CID,CNTRY\n1,DE\n"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path, EVERYTHING)
    made.write("erp/LOC_A101/1.csv", ONE)
    return made


def explain(bench: Bench, file: str) -> dict[str, object]:
    landing = ["--landing", str(bench.landing)]
    before = bench.versions()
    found = json.loads(saleslake("explain", file, *landing, lake=bench.lake, json_output=True))
    assert bench.versions() == before
    assert isinstance(found, dict)
    return found


def text(bench: Bench, file: str) -> list[str]:
    return saleslake("explain", file, "--landing", str(bench.landing), lake=bench.lake).splitlines()


def will(bench: Bench, file: str) -> tuple[object, object]:
    found = explain(bench, file)
    return found["will"], found["why"]


def test_a_new_file(bench: Bench) -> None:
    assert will(bench, "erp/LOC_A101/1.csv") == ("load", "1 record can be loaded")
    assert not bench.lake.root.exists()
    assert text(bench, "erp/LOC_A101/1.csv")[-1] == "Ledger   says nothing of it"


def test_a_loaded_file_with_quarantined_records(bench: Bench) -> None:
    bench.write("erp/LOC_A101/1.csv", ONE + "2\n3,FR\n")
    bench.ingest()
    found = explain(bench, str(bench.landing / "erp/LOC_A101/1.csv"))
    assert (found["table"], found["will"]) == ("erp.loc_a101", "nothing")
    assert found["why"] == "this content was loaded in batch 1"
    lines = text(bench, "erp/LOC_A101/1.csv")
    assert lines[0] == "erp/LOC_A101/1.csv"
    assert any(line.endswith("committed in batch 1: 2 of 3 records loaded") for line in lines)
    assert lines[-1] == (
        "Records  1 record in quarantine from line 3: 1 field where the header has 2 (field_count)"
    )


def test_new_content_under_the_same_path(bench: Bench) -> None:
    bench.ingest()
    bench.write("erp/LOC_A101/1.csv", "CID,CNTRY\n2,FR\n")
    assert will(bench, "erp/LOC_A101/1.csv")[0] == "load"
    assert text(bench, "erp/LOC_A101/1.csv")[-1].endswith("1 of 1 record loaded (other content)")


def test_a_new_file_with_the_content_of_another_new_one(bench: Bench) -> None:
    bench.write("erp/LOC_A101/2.csv", ONE)
    bench.write("erp/LOC_A101/3.csv", "CID,CNTRY\n9,DE\n")  # of the same size
    files = ["erp/LOC_A101/1.csv", "erp/LOC_A101/2.csv", "erp/LOC_A101/3.csv"]
    foretold = [will(bench, file)[0] for file in files]
    assert foretold == ["load", "skip", "load"]
    bench.ingest()
    assert [will(bench, file)[0] for file in files] == ["nothing", "skip", "nothing"]


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("erp/LOC_A101/2.csv", ONE, "skip"),
        ("erp/LOC_A101/2.csv", "", "leave_out"),
        ("erp/LOC_A101/2.csv", "a,b\n1,2\n", "set_aside"),
        ("erp/notes.txt", "hello", "leave_out"),
    ],
)
def test_files_that_are_not_loaded(
    known: bool, path: str, content: str, expected: str, bench: Bench
) -> None:
    bench.ingest()
    bench.write(path, content)
    if known:
        bench.ingest()
    found = explain(bench, path)
    assert found["will"] == expected
    assert found["why"]
    assert bool(found["events"]) is known


def test_a_batch_that_was_not_finished(bench: Bench) -> None:
    bench.interrupt("planned")
    assert will(bench, "erp/LOC_A101/1.csv") == ("finish", "batch 1 was planned and not finished")


def test_a_file_that_is_gone(bench: Bench) -> None:
    bench.ingest()
    (bench.landing / "erp/LOC_A101/1.csv").unlink()
    found = explain(bench, "erp/LOC_A101/1.csv")
    assert (found["is_there"], found["table"]) == (False, "erp.loc_a101")
    assert found["why"] == "it is not in the landing folder"
    assert found["events"]


def test_a_name_with_a_quote(bench: Bench) -> None:
    bench.write("erp/LOC_A101/o'hara;--.csv", "CID,CNTRY\n9,IE\n")
    bench.ingest()
    assert explain(bench, "erp/LOC_A101/o'hara;--.csv")["will"] == "nothing"


@pytest.mark.parametrize("file", ["../x.csv", "/etc/passwd", "."])
def test_a_file_outside_the_landing_folder(file: str, bench: Bench) -> None:
    with pytest.raises(SettingError, match="a path inside"):
        explain(bench, file)
