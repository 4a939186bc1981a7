"""`saleslake watch`: new files as they come, none that is half written, and nothing for nothing."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click import UsageError
from command_line import saleslake
from ingest_bench import EVERYTHING, PLACES, Bench

from command.progress import Progress
from command.watching import Round, Watch, seconds_of
from command.watching_text import round_text
from ingest.files.listing import Seen, listing_of, unsettled
from saleslake.errors import LandingMissingError, SettingError
from saleslake.lake import Lake
from saleslake.settings import Settings

FIRST, SECOND = "erp/LOC_A101/1.csv", "erp/LOC_A101/2.csv"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, EVERYTHING)


def watch(
    bench: Bench, *between: Callable[[], object], tables: tuple[str, ...] = ()
) -> tuple[list[Round], int]:
    """Look once, and once more after each of some actions."""
    told: list[Round] = []
    actions = iter(between)
    settings = Settings.from_environment({}, landing=str(bench.landing), lake=str(bench.lake.root))
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        made = Watch(
            settings,
            tables,
            Progress(nowhere),
            every=0.2,
            build=False,
            tell=told.append,
            sleep=lambda _: (next(actions)(), None)[1],
        )
        code = made.run(len(between) + 1)
    return told, code


def nothing() -> None:
    """Change nothing."""


def write(bench: Bench, path: str, content: str) -> Callable[[], object]:
    return lambda: bench.write(path, content)


def loaded(rounds: list[Round]) -> list[tuple[int, int]]:
    """The number of each round that loaded something, and how many files."""
    return [
        (done.number, sum(table.files_loaded for table in done.tables))
        for done in rounds
        if done.tables
    ]


def runs(bench: Bench) -> int:
    """How many rounds did look into files: each leaves a log."""
    return len(list(bench.lake.logs.glob("*.jsonl")))


def test_a_file_is_loaded_at_the_look_that_finds_it_unchanged(bench: Bench) -> None:
    rounds, code = watch(
        bench,
        write(bench, FIRST, "CID,CNTRY\n1,DE\n"),
        nothing,
        nothing,
        write(bench, SECOND, "CID,CN"),
        write(bench, SECOND, "CID,CNTRY\n2,F"),
        write(bench, SECOND, "CID,CNTRY\n2,FR\n"),
        nothing,
        nothing,
    )
    assert (loaded(rounds), code) == ([(3, 1), (8, 1)], 0)
    assert bench.values(PLACES, "CNTRY") == ["DE", "FR"]
    assert bench.states(SECOND) == ["planned", "committed"]


def test_files_that_are_there_for_long_are_loaded_at_the_first_look(bench: Bench) -> None:
    bench.write(FIRST, "CID,CNTRY\n1,DE\n")
    time.sleep(0.25)
    assert loaded(watch(bench)[0]) == [(1, 1)]


def test_nothing_is_read_or_written_while_nothing_changes(bench: Bench) -> None:
    bench.write(FIRST, "CID,CNTRY\n1,DE\n")
    versions: list[dict[str, int]] = []
    rounds, _ = watch(
        bench, nothing, nothing, lambda: versions.append(bench.versions()), nothing, nothing
    )
    assert (loaded(rounds), runs(bench)) == ([(2, 1)], 1)
    assert versions == [bench.versions()]


def test_a_file_that_is_set_aside_is_named_once_and_by_the_exit_code(bench: Bench) -> None:
    rounds, code = watch(
        bench,
        write(bench, FIRST, "%PDF-1.7"),
        nothing,
        write(bench, SECOND, "CID,CNTRY\n1,DE\nbad\n"),
        nothing,
    )
    assert [[note.subject for note in done.notes] for done in rounds] == [[FIRST], []]
    assert [done.exit_code for done in rounds] == [3, 3]
    assert code == 3
    text = round_text(rounds[1])
    assert text.endswith("UTC  1 file loaded, 1 record (erp.loc_a101 1); 1 record quarantined")
    assert "SET ASIDE erp/LOC_A101/1.csv: the file is a PDF document" in round_text(rounds[0])


def test_only_the_tables_asked_for(bench: Bench) -> None:
    bench.write("erp/PX_CAT_G1V2.csv", "ID,CAT\n1,x\n")
    rounds, _ = watch(bench, write(bench, FIRST, "CID,CNTRY\n1,DE\n"), nothing, tables=(PLACES,))
    assert [[table.table for table in done.tables] for done in rounds] == [[PLACES]]


def test_it_waits_for_a_lake_in_use_and_says_so_once(bench: Bench) -> None:
    bench.lake.prepare()
    bench.write(FIRST, "CID,CNTRY\n1,DE\n")
    with (bench.lake.state / "lock").open("a+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        rounds, code = watch(
            bench, nothing, nothing, nothing, lambda: fcntl.flock(held, fcntl.LOCK_UN)
        )
    assert [bool(done.waits_for) for done in rounds] == [True, False]
    assert (loaded(rounds), code) == ([(5, 1)], 0)
    assert "waiting: The lake" in round_text(rounds[0])


def test_a_table_that_was_stopped_is_tried_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.write(FIRST, "CID,CNTRY\n1,DE\n")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ingest.raw.table.RawTable.write", refuse)
    rounds, code = watch(bench, nothing, monkeypatch.undo)
    assert [(done.files_outstanding, done.exit_code) for done in rounds] == [(1, 1), (0, 0)]
    assert (loaded(rounds), code) == ([(3, 1)], 1)


def test_an_empty_folder_is_watched_and_a_missing_one_is_not(bench: Bench) -> None:
    assert watch(bench, nothing) == ([], 0)
    assert not bench.lake.ops.exists()
    bench.landing.rmdir()
    with pytest.raises(LandingMissingError):
        watch(bench)


def test_a_file_is_settled_when_it_is_old_or_as_at_the_look_before() -> None:
    old, new = Seen(1, 10, 10, 1), Seen(1, 10, 99, 2)
    assert unsettled({"old": old, "new": new}, {}, since=50) == {"new"}
    assert unsettled({"new": new}, {"new": new}, since=50) == set()
    assert unsettled({"new": new}, {"new": Seen(0, 10, 98, 2)}, since=50) == {"new"}


def test_a_listing_has_the_paths_of_discovery(bench: Bench) -> None:
    for name in ("a b/%#=.csv", "ü/_x.csv", ".hidden", "new\nline"):
        bench.write(name, "x")
    (bench.landing / "gone").symlink_to("nowhere")
    assert set(listing_of(bench.landing)) == {"a b/%#=.csv", "ü/_x.csv", ".hidden", "new\nline"}
    assert listing_of(bench.landing / "nowhere") == {}


@pytest.mark.parametrize(("text", "seconds"), [("10s", 10), ("1.5m", 90), ("2h", 7200), ("3", 3)])
def test_lengths_of_time(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "0s", "10 days", "-1s"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(SettingError, match="--every"):
        seconds_of(text)


def test_json_lines(bench: Bench) -> None:
    bench.write(FIRST, "CID,CNTRY\n1,DE\n")
    command = ["watch", "--landing", str(bench.landing), "--every", "0.2s", "--rounds", "3"]
    lines = saleslake(*command, lake=bench.lake, json_output=True).splitlines()
    (done,) = map(json.loads, lines)
    assert done["tables"] == [
        {"table": PLACES, "files_loaded": 1, "rows_loaded": 1, "rows_quarantined": 0}
    ]
    with pytest.raises(UsageError, match="name no TABLE"):
        saleslake("watch", PLACES, "--build", lake=bench.lake)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_in_order(number: int, code: int, bench: Bench) -> None:
    bench.write(FIRST, "CID,CNTRY\n1,DE\n")
    # A child of a background job is deaf to SIGINT.
    start = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from command.cli.main import main; main()"
    )
    command = [sys.executable, "-c", start, "watch", "--every", "0.1s", "--format", "json"]
    folders = ["--landing", str(bench.landing), "--lake", str(bench.lake.root)]
    with subprocess.Popen(
        [*command, *folders], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert json.loads(child.stdout.readline())["tables"][0]["rows_loaded"] == 1
        child.send_signal(number)
        out, err = child.communicate(timeout=30)
    assert child.returncode == code
    (error,) = map(json.loads, out.splitlines())
    assert error["error"]["code"] == code
    assert err.splitlines()[-1].endswith("run again to go on where it stopped.")
    assert Lake(bench.lake.root).lock_holder() is None
