"""A restore of a table whose files cloudFiles.cleanSource took out of the landing folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cleaning_bench import FILES, CleaningBench
from command_line import saleslake
from ingest_bench import PLACES
from restore_bench import Restored, restored

from saleslake.errors import RestoreRefusedError

RAW_PLACES = "raw_erp.loc_a101"


@pytest.fixture
def bench(tmp_path: Path) -> CleaningBench:
    """Two batches of one file each, which version 1 and 2 of the table are."""
    made = CleaningBench(tmp_path)
    made.lake.prepare()
    made.lake.mark("real")
    for number, path in enumerate(FILES):
        made.write(path, f"CID,CNTRY\n{number},DE\n")
        made.after(0)
    return made


def restore(bench: CleaningBench, *arguments: str) -> Restored:
    command = ["restore", RAW_PLACES, *arguments, "--landing", str(bench.landing)]
    return restored(saleslake(*command, lake=bench.lake, json_output=True))


def test_it_says_where_the_file_is_and_loads_it_again_when_it_is_put_back(
    bench: CleaningBench,
) -> None:
    bench.after(9)
    copy = bench.archive / FILES[1]
    found = restore(bench, "--version", "1", "--dry-run")
    assert [(file.path, file.archived_to) for file in found.plan.files_out] == [
        (FILES[1], str(copy))
    ]
    assert "put 1 of the files back" in found.next_steps[0]
    text = saleslake(
        "restore", RAW_PLACES, "--version", "1", "--dry-run", "--landing", str(bench.landing),
        lake=bench.lake,
    )  # fmt: skip
    assert f"moved by cloudFiles.cleanSource to {copy}" in text
    with pytest.raises(RestoreRefusedError, match="gone from the landing folder"):
        restore(bench, "--version", "1")
    restore(bench, "--version", "1", "--yes")
    assert bench.values(PLACES, "CID") == ["0"]
    assert bench.states(FILES[1])[-1] == "restored"
    # Put back it is a new file, is loaded once, and leaves again after its time.
    shutil.copy2(copy, bench.landing / FILES[1])
    bench.after(9)
    assert bench.values(PLACES, "CID") == ["0", "1"]
    bench.after(18)
    assert (bench.in_landing(), bench.in_archive()) == ([], FILES)


def test_a_restore_that_is_taken_back_knows_again_where_the_file_is(bench: CleaningBench) -> None:
    bench.after(9)
    restore(bench, "--version", "1", "--yes")
    restore(bench, "--version", "2")
    last = bench.ledger()[-1]
    assert (last["state"], last["reason"]) == ("archived", str(bench.archive / FILES[1]))
    assert not bench.after(10).anything_new
    assert bench.values(PLACES, "CID") == ["0", "1"]


def test_it_refuses_to_lose_the_rows_of_a_file_that_was_deleted(bench: CleaningBench) -> None:
    bench.set("DELETE")
    bench.after(9)
    found = restore(bench, "--version", "1", "--dry-run")
    assert found.plan.files_out[0].archived_to == "deleted by cloudFiles.cleanSource"
    assert not found.plan.files_out[0].still_in_landing
    assert found.next_steps[0].startswith("1 of the files are in the lake again when")
    with pytest.raises(RestoreRefusedError, match="gone from the landing folder"):
        restore(bench, "--version", "1")
    assert bench.values(PLACES, "CID") == ["0", "1"]


def test_the_doctor_finds_a_cleaned_lake_healthy(bench: CleaningBench) -> None:
    bench.after(9)
    assert '"is_healthy": true' in saleslake("doctor", lake=bench.lake, json_output=True)
