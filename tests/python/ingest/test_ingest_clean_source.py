"""cloudFiles.cleanSource: what leaves the landing folder, when, and that nothing is lost by it."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cleaning_bench
import pytest
from cleaning_bench import FILES, CleaningBench, deliver
from ingest_bench import PLACES, of
from killed_child import kill_at_each

from ingest.catalogue.tables import Catalogue
from ingest.files.discovery import hash_of
from ingest.files.verified_copy import copy_verified
from ingest.ledger.full_deliveries import accept
from ingest.options import read_options
from saleslake.errors import SettingError

STEPS = [
    "fsync@1",  # the first copy is written and not on disk
    "link@1",
    "fsync@3",
    f"copied:{PLACES}",
    f"archived:{PLACES}",
    f"cleaned:{PLACES}",
]


@pytest.fixture
def bench(tmp_path: Path) -> CleaningBench:
    made = CleaningBench(tmp_path)
    deliver(made)
    return made


def test_files_are_moved_after_the_retention_and_known_when_they_return(
    bench: CleaningBench,
) -> None:
    assert of(bench.after(7.9), PLACES).archived == []
    assert bench.in_landing() == FILES
    content = {path: (bench.landing / path).read_bytes() for path in FILES}
    modified = (bench.landing / FILES[0]).stat().st_mtime_ns
    assert of(bench.after(8.1), PLACES).archived == FILES
    assert (bench.in_landing(), bench.in_archive()) == ([], FILES)
    assert {path: (bench.archive / path).read_bytes() for path in FILES} == content
    assert (bench.archive / FILES[0]).stat().st_mtime_ns == modified
    assert bench.states(FILES[0]) == ["planned", "committed", "archived"]
    assert bench.ledger()[-1]["reason"] == str(bench.archive / FILES[1])
    before = bench.versions()
    assert not bench.after(9).anything_new
    bench.write(FILES[0], content[FILES[0]])
    bench.write("erp/LOC_A101/copy.csv", content[FILES[1]])
    result = of(bench.after(10), PLACES)
    assert (result.files_known, result.duplicates) == (1, ["erp/LOC_A101/copy.csv"])
    assert bench.values(PLACES, "CID") == ["0", "1"]
    assert bench.versions()["raw_erp.loc_a101"] == before["raw_erp.loc_a101"]


def test_files_are_deleted_and_the_ledger_says_so(tmp_path: Path) -> None:
    bench = CleaningBench(tmp_path, "DELETE")
    deliver(bench)
    assert of(bench.after(9), PLACES).archived == FILES
    assert (bench.in_landing(), bench.states(FILES[0])[-1]) == ([], "archived")
    assert bench.ledger()[-1]["reason"] == "deleted by cloudFiles.cleanSource"


def test_what_is_not_wholly_loaded_stays(tmp_path: Path) -> None:
    bench = CleaningBench(tmp_path, retention="0 days")
    bench.write("erp/LOC_A101/misfit.csv", "CID,CNTRY\n1,DE\nbad\n")
    bench.write("erp/LOC_A101/pdf.csv", b"%PDF")
    bench.write("erp/LOC_A101/one.csv", "CID,CNTRY\n2,DE\n")
    bench.write("erp/LOC_A101/two.csv", "CID,CNTRY\n2,DE\n")
    bench.write("erp/PX_CAT_G1V2.csv", "ID,CAT\n1,x\n")
    bench.write("notes.txt", "of no table")
    (bench.landing / "erp/LOC_A101/link.csv").symlink_to("misfit.csv")
    bench.after(0)
    bench.after(1)
    assert bench.in_archive() == ["erp/LOC_A101/one.csv"]
    bench.after(2)
    assert bench.in_archive() == ["erp/LOC_A101/one.csv"]
    assert len(bench.rows(PLACES)) == 2


def test_a_file_that_was_written_again_is_loaded_and_not_moved(bench: CleaningBench) -> None:
    bench.write(FILES[0], "CID,CNTRY\n7,FR\n")
    assert of(bench.after(9), PLACES).archived == [FILES[1]]
    assert bench.in_landing() == [FILES[0]]
    assert "7" in bench.values(PLACES, "CID")


def test_a_file_that_changes_while_it_is_moved_stays(
    bench: CleaningBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = "CID,CNTRY\n8,FR\n"

    def rewrite(step: str) -> None:
        if step == f"archived:{PLACES}":
            bench.write(FILES[0], new)

    assert of(bench.after(9, rewrite), PLACES).archived == [FILES[1]]
    assert (bench.landing / FILES[0]).read_text() == new
    bench.after(10)
    assert sorted(map(str, bench.values(PLACES, "CID"))) == ["0", "1", "8"]
    monkeypatch.setattr("ingest.files.verified_copy.hash_of", lambda _: "other")
    assert copy_verified(bench.landing / FILES[0], bench.archive / "x", "other") is None


def test_a_file_that_was_touched_after_it_was_loaded_waits_again(bench: CleaningBench) -> None:
    now = datetime.now(UTC) + timedelta(days=7)
    file = bench.landing / FILES[0]
    status = os.lstat(file)
    touched = replace_ctime(status, int(now.timestamp() * 1e9))
    original = Path.lstat
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Path, "lstat", lambda path: touched if path == file.resolve() else original(path)
        )
        assert of(bench.after(9), PLACES).archived == [FILES[1]]
        assert of(bench.after(16), PLACES).archived == [FILES[0]]


def replace_ctime(status: os.stat_result, nanoseconds: int) -> os.stat_result:
    """A status with another time of the last change, which no test can set otherwise."""
    values = {name: getattr(status, name) for name in dir(status) if name.startswith("st_")}
    return os.stat_result(tuple(status), {**values, "st_ctime_ns": nanoseconds})


def test_a_second_content_of_a_path_overwrites_nothing_in_the_archive(
    bench: CleaningBench,
) -> None:
    bench.after(9)
    other = bench.write(FILES[0], "CID,CNTRY\n9,FR\n")
    content_hash = hash_of(other)
    bench.after(0)
    bench.after(18)
    second = f"erp/LOC_A101/1.{content_hash[:12]}.csv"
    assert bench.in_archive() == sorted([*FILES, second])
    assert (bench.archive / FILES[0]).read_text() == "CID,CNTRY\n0,DE\n"
    assert (bench.archive / second).read_text() == "CID,CNTRY\n9,FR\n"


def test_content_that_came_back_is_in_the_archive_with_each_of_its_times(
    tmp_path: Path,
) -> None:
    bench = CleaningBench(tmp_path)
    contents = ["CID,CNTRY\n1,DE\n", "CID,CNTRY\n2,FR\n"] * 3
    for turn, content in enumerate(contents):
        os.utime(bench.write(FILES[0], content), (turn, turn))
        bench.after(10 * turn)
        assert of(bench.after(10 * turn + 9), PLACES).archived == [FILES[0]]
    kept = {(file.stat().st_mtime, file.read_text()) for file in bench.archive.rglob("*.csv")}
    assert kept == set(enumerate(contents))
    places = [row["archived_to"] for row in bench.ledger() if row["state"] == "archived"]
    assert [Path(str(place)).stat().st_mtime for place in places] == [0, 1, 2, 3, 4, 5]


def test_a_file_that_returned_is_recorded_where_it_went_last(bench: CleaningBench) -> None:
    bench.after(9)
    for path in FILES:
        (bench.archive / path).rename(bench.landing / path)
    bench.archive = bench.archive.with_name("second archive")
    bench.set("MOVE")
    assert of(bench.after(18), PLACES).archived == FILES
    archived = [row for row in bench.ledger() if row["state"] == "archived"]
    assert [row["archived_to"] for row in archived[2:]] == [
        str(bench.archive / path) for path in FILES
    ]
    before = bench.versions()
    bench.after(19)
    assert bench.versions() == before


def test_a_destination_that_cannot_be_written_is_told_and_stops_nothing(
    bench: CleaningBench,
) -> None:
    bench.archive.write_text("a file")
    bench.write("erp/PX_CAT_G1V2.csv", "ID,CAT\n1,x\n")
    result = bench.after(9)
    assert [entry.path for entry in of(result, PLACES).not_archived] == FILES
    assert (result.anything_failed, result.anything_set_aside) == (False, True)
    assert bench.in_landing() == [*FILES, "erp/PX_CAT_G1V2.csv"]
    assert bench.states(FILES[0])[-1] == "committed"
    bench.archive.unlink()
    assert of(bench.after(9), PLACES).archived == FILES


@pytest.mark.parametrize("place", ["landing", "landing/archive", "lake", "lake/raw", "link/x"])
def test_a_destination_where_files_would_be_found_again_is_refused(
    place: str, tmp_path: Path
) -> None:
    bench = CleaningBench(tmp_path)
    bench.lake.root.mkdir()
    (tmp_path / "link").symlink_to(bench.landing)
    bench.archive = tmp_path / place
    bench.set("MOVE")
    bench.write(FILES[0], "CID,CNTRY\n1,DE\n")
    with pytest.raises(SettingError, match=r"moveDestination of erp\.loc_a101"):
        bench.after(0)
    assert not bench.lake.ops.exists()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"cleanSource": "MOVE"}, "nothing says where to"),
        ({"cleanSource": "DELETE", "cleanSource.retentionDuration": "7 days"}, "more than 7 days"),
        ({"cleanSource.moveDestination": "/x"}, "cleanSource is OFF"),
        ({"cleanSource": "MOVE", "cleanSource.moveDestination": "x"}, "is 'x'"),
        ({"cleanSource": "DELETE", "cleanSource.retentionDuration": "8"}, "is '8'"),
    ],
)
def test_contradictions_are_refused(options: dict[str, str], problem: str) -> None:
    _, found = read_options({f"cloudFiles.{name}": value for name, value in options.items()})
    assert any(problem in f"{one.problem} {one.remedy}" for one in found)


@pytest.mark.parametrize(
    ("written", "days"),
    [("14 days", 14), ("2 weeks", 14), ("interval 1 month 1 day", 32), ("1 day 12 hours", 1.5)],
)
def test_lengths_of_time(written: str, days: float) -> None:
    options, problems = read_options({"cloudFiles.cleanSource.retentionDuration": written})
    assert (options.clean_source_retention, problems) == (timedelta(days=days), ())


def full(bench: CleaningBench) -> CleaningBench:
    """The same bench with places delivered in full."""
    bench.catalogue = Catalogue(
        tuple(
            replace(table, delivery="full", largest_deleted_share=0.5)
            if table.name == PLACES
            else table
            for table in bench.catalogue.tables
        )
    )
    return bench


def deliver_places(bench: CleaningBench, count: int, day: int) -> None:
    rows = "".join(f"{number},DE\n" for number in range(count))
    file = bench.write(f"erp/LOC_A101/{day}.csv", f"CID,CNTRY\n{rows}")
    os.utime(file, (day * 86_400, day * 86_400))


def test_a_full_delivery_counts_the_same_once_its_file_is_gone(tmp_path: Path) -> None:
    bench = full(CleaningBench(tmp_path))
    deliver_places(bench, 10, day=1)
    deliver_places(bench, 2, day=2)
    assert len(of(bench.after(0), PLACES).held_back) == 1
    # Held back, it stays; the first one goes.
    held = of(bench.after(9), PLACES)
    assert (held.archived, len(held.held_back)) == (["erp/LOC_A101/1.csv"], 1)
    bench.lake.mark("real")
    accept(bench.lake, bench.catalogue, PLACES, "accept", datetime.now(UTC))
    applied = of(bench.after(9), PLACES)
    assert (applied.archived, applied.held_back) == (["erp/LOC_A101/2.csv"], [])
    counted = bench.versions()["ops.full_deliveries"]
    assert bench.states("erp/LOC_A101/2.csv")[-2:] == ["accepted", "archived_accepted"]
    assert of(bench.after(11), PLACES).held_back == []
    assert bench.versions()["ops.full_deliveries"] == counted


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One lake for each step, each left behind by a process that was killed there."""
    return kill_at_each(cleaning_bench, STEPS, tmp_path_factory.mktemp("killed"))


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_killed_while_cleaning_up_and_run_again(killed: Path, step: str) -> None:
    bench = CleaningBench(killed / step)
    kept = {*bench.in_landing(), *(path for path in bench.in_archive() if ".part" not in path)}
    assert kept == set(FILES)
    bench.after(9)
    assert (bench.in_landing(), bench.in_archive()) == ([], FILES)
    assert [bench.states(path)[-1] for path in FILES] == ["archived", "archived"]
    assert bench.values(PLACES, "CID") == ["0", "1"]
    before = bench.versions()
    bench.after(10)
    assert bench.versions() == before
