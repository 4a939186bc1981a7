"""`saleslake backfill`: what options leave out is loaded once, and nothing twice."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click import UsageError
from command_line import saleslake
from ingest_bench import EVERYTHING, PLACES, START, Bench, Row, StopError, read

from ingest.backfill import without_filters
from ingest.catalogue.tables import Catalogue
from ingest.loader import ingest
from ingest.options import read_options
from saleslake.errors import SettingError

FILES = [f"erp/LOC_A101/{day}.csv" for day in (1, 2, 3)]


class BackfillBench(Bench):
    """Files of three days, of which options leave some out; the command has the same catalogue."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        super().__init__(folder, EVERYTHING)
        self.lake.prepare()
        self.lake.mark("real")
        for module in ("backfilling", "ingesting"):
            patch.setattr(f"command.{module}.load_catalogue", lambda _: self.catalogue)

    def options(self, **written: str) -> None:
        names = {"includeExistingFiles": "cloudFiles.includeExistingFiles"}
        options, problems = read_options({names.get(k, k): v for k, v in written.items()})
        assert not problems
        tables = (
            replace(table, options=options) if table.name == PLACES else table
            for table in EVERYTHING.tables
        )
        self.catalogue = Catalogue(tuple(tables))

    def deliver(self) -> None:
        for day, path in enumerate(FILES, start=1):
            file = self.write(path, f"CID,CNTRY\n{day},DE\n")
            at = datetime.fromisoformat(f"2026-01-0{day}T12:00:00+00:00").timestamp()
            os.utime(file, (at, at))

    def backfill(self, *arguments: str, expect: int = 0) -> dict[str, object]:
        command = ["backfill", PLACES, *arguments, "--landing", str(self.landing)]
        found = json.loads(saleslake(*command, lake=self.lake, json_output=True, expect=expect))
        assert isinstance(found, dict)
        return found

    def foreseen(self, *arguments: str) -> list[tuple[str, str]]:
        before = self.versions()
        files = self.backfill("--dry-run", *arguments)["files"]
        assert isinstance(files, list)
        assert self.versions() == before
        return [(file["path"], file["outlook"]["will"]) for file in files]

    def deliveries(self) -> list[Row]:
        return read(self.lake.ops_table("full_deliveries"))

    def loaded(self) -> list[object]:
        return self.values(PLACES, "CID")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BackfillBench:
    made = BackfillBench(tmp_path, monkeypatch)
    made.deliver()
    return made


@pytest.mark.parametrize(
    "options",
    [
        {"pathGlobFilter": "3*"},
        {"modifiedAfter": "2026-01-03"},
        {"modifiedAfter": "2026-01-03", "pathGlobFilter": "3*", "includeExistingFiles": "true"},
    ],
)
def test_what_filters_leave_out_is_loaded_once(
    options: dict[str, str], bench: BackfillBench
) -> None:
    bench.options(**options)
    bench.ingest()
    assert bench.loaded() == ["3"]
    assert bench.foreseen() == [(FILES[0], "load"), (FILES[1], "load")]
    bench.backfill()
    assert bench.loaded() == ["1", "2", "3"]
    assert bench.states(FILES[0]) == ["left_out", "planned", "committed"]
    before = bench.versions()
    assert bench.foreseen() == []
    bench.backfill()
    assert not bench.ingest().anything_new
    assert bench.versions() == before


def test_a_range_of_times(bench: BackfillBench) -> None:
    bench.options(pathGlobFilter="x*")
    times = ("--from", "2026-01-01T12:00", "--to", "2026-01-02T12:00")
    assert bench.foreseen(*times) == [(FILES[0], "load")]
    bench.backfill(*times)
    assert bench.loaded() == ["1"]
    bench.backfill("--from", "2026-01-03")
    assert bench.loaded() == ["1", "3"]
    # What a backfill is not about stays as the options have it.
    bench.ingest()
    assert (bench.loaded(), bench.states(FILES[1])) == (["1", "3"], ["left_out"])


def test_existing_files_of_a_table_without_a_run_and_the_rest_stays_left_out(
    bench: BackfillBench,
) -> None:
    bench.options(includeExistingFiles="false")
    assert bench.foreseen("--to", "2026-01-02") == [(FILES[0], "load")]
    bench.backfill("--to", "2026-01-02")
    assert bench.loaded() == ["1"]
    bench.write("erp/LOC_A101/new.csv", "CID,CNTRY\n9,FR\n")
    bench.ingest()
    assert bench.loaded() == ["1", "9"]
    assert bench.states(FILES[1]) == ["left_out"]
    bench.backfill()
    assert bench.loaded() == ["1", "2", "3", "9"]


def test_files_that_a_run_would_load_are_not_its_business(bench: BackfillBench) -> None:
    bench.options(pathGlobFilter="1*")
    assert bench.foreseen() == [(FILES[1], "load"), (FILES[2], "load")]
    bench.backfill()
    assert bench.loaded() == ["2", "3"]
    bench.ingest()
    assert bench.loaded() == ["1", "2", "3"]


def test_a_file_that_cannot_be_loaded_is_set_aside_as_ever(bench: BackfillBench) -> None:
    bench.write(FILES[0], "%PDF")
    bench.options(pathGlobFilter="x*")
    assert bench.foreseen()[0] == (FILES[0], "set_aside")
    bench.backfill(expect=3)
    assert (bench.loaded(), bench.states(FILES[0])[-1]) == (["2", "3"], "set_aside")


def test_a_full_delivery_is_decided_by_its_time_whenever_it_is_loaded(
    bench: BackfillBench,
) -> None:
    def as_full() -> None:
        tables = (
            replace(table, delivery="full") if table.name == PLACES else table
            for table in bench.catalogue.tables
        )
        bench.catalogue = Catalogue(tuple(tables))

    bench.options(pathGlobFilter="3*")
    as_full()
    bench.ingest()
    bench.backfill("--to", "2026-01-02", expect=3)
    assert bench.loaded() == ["1", "3"]
    (newest,) = [row for row in bench.deliveries() if row["file_path"] == FILES[2]]
    assert (newest["delivery_number"], newest["state"]) == (2, "held_back")


def test_what_cannot_be_meant(bench: BackfillBench) -> None:
    with pytest.raises(UsageError, match="no file can be between"):
        bench.backfill("--from", "2026-01-02", "--to", "2026-01-02")
    with pytest.raises(SettingError, match="TABLE is 'erp'"):
        saleslake("backfill", "erp", "--landing", str(bench.landing), lake=bench.lake)


@pytest.mark.parametrize("step", ["planned", f"data:{PLACES}", f"quarantine:{PLACES}"])
def test_a_backfill_that_was_killed_is_finished_by_the_next_run(
    step: str, bench: BackfillBench
) -> None:
    bench.options(pathGlobFilter="3*")
    bench.ingest()
    as_it_is, wanted = bench.catalogue, set(FILES[:2])

    def stop(reached: str) -> None:
        if reached == step:
            raise StopError

    with pytest.raises(StopError):
        ingest(
            bench.landing,
            bench.lake,
            without_filters(as_it_is, PLACES),
            run_id="killed",
            now=START,
            tables=(PLACES,),
            wanted=wanted.__contains__,
            checkpoint=stop,
        )
    bench.ingest()
    assert bench.loaded() == ["1", "2", "3"]
    assert [bench.states(path)[-1] for path in FILES] == ["committed"] * 3
    assert bench.foreseen() == []


def test_for_people(bench: BackfillBench) -> None:
    landing = ["--landing", str(bench.landing)]
    text = saleslake("backfill", PLACES, "--dry-run", *landing, lake=bench.lake)
    assert text.strip() == f"{bench.landing} holds no file of {PLACES} that its options leave out."
    bench.options(pathGlobFilter="3*")
    lines = saleslake("backfill", PLACES, *landing, lake=bench.lake).splitlines()
    assert lines[0] == "2 files loaded, 2 records."


def test_the_interval_of_auto_loader_is_accepted() -> None:
    assert read_options({"cloudFiles.backfillInterval": "1 week"})[1] == ()
    assert read_options({"cloudFiles.backfillInterval": "weekly"})[1] != ()
