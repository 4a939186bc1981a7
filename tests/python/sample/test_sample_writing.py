"""One seed gives the same bytes; a sample is whole or not there; nobody's files are touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from sample_bench import digests, read_file, records_of, small, write_small

from sample import settings_of, write_next_days, write_sample
from sample.domains.registry import DOMAINS
from sample.errors import SampleFolderError
from sample.output.folder import added_files, whole_folder

PROJECT = Path(__file__).parents[3]
KILLED = 9
_CHILD = """
import os, sys
from pathlib import Path
sys.path[:0] = {support!r}.split(":")
from sample_bench import small
from sample import write_next_days, write_sample

fatal, calls = int(sys.argv[2]), 0

def die_at(owner, name):
    real = getattr(owner, name)
    def call(*args, **options):
        global calls
        calls += 1
        if calls == fatal:
            os._exit(9)
        return real(*args, **options)
    setattr(owner, name, call)

die_at(os if sys.argv[3] == "fsync" else Path, sys.argv[3])
if sys.argv[4] == "next":
    write_next_days(Path(sys.argv[1]), 5)
else:
    write_sample(Path(sys.argv[1]), small(), domains=["crm", "erp"], force=True)
"""


def killed(folder: Path, *, at_call: int, of: str, call: str) -> int:
    """Write in a child process that dies at the nth call of a function; return its exit code."""
    support = str(PROJECT / "tests" / "python" / "support")
    code = _CHILD.format(support=support)
    return subprocess.run(
        [sys.executable, "-c", code, str(folder), str(at_call), of, call],
        check=False,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    ).returncode


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample of all domains and one later delivery, made in one process. Read only."""
    folder = tmp_path_factory.mktemp("whole") / "files"
    write_sample(folder, small(), processes=1)
    write_next_days(folder, 9, processes=1)
    return folder


@pytest.mark.parametrize(("chunk_rows", "processes"), [(61, 1), (200_000, 2)])
def test_bytes_depend_on_neither_chunks_nor_processes(
    whole: Path, tmp_path: Path, chunk_rows: int, processes: int
) -> None:
    folder = tmp_path / "files"
    write_sample(folder, small(chunk_rows=chunk_rows), processes=processes)
    write_next_days(folder, 9, processes=processes)
    assert digests(folder) == digests(whole)


def test_another_seed_gives_other_files(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_sample(folder, small(seed=4711), processes=1)
    ours, theirs = digests(folder / "landing"), digests(whole / "landing")
    same = {path for path in ours if ours[path] == theirs.get(path)}
    assert same <= {"erp/PX_CAT_G1V2.csv", "traffic/stores.csv"}


def test_all_domains_deliver(whole: Path) -> None:
    sources = {path.name for path in (whole / "landing").iterdir()}
    assert sources == set(DOMAINS)


def test_days_in_parts_bring_the_same_records(tmp_path: Path) -> None:
    for name, parts in (("one", [9]), ("three", [2, 4, 3])):
        folder = write_small(tmp_path / name, *DOMAINS, rates={"*": 0.0})
        for days in parts:
            write_next_days(folder, days)
    one, three = tmp_path / "one" / "landing", tmp_path / "three" / "landing"
    files = {path.relative_to(one) for path in one.rglob("*.*") if path.is_file()}
    tables = {path for path in files if len(path.parts) == 2}
    assert len(tables) > 5
    for path in tables:
        of_one, of_three = (
            Counter(tuple(row.items()) for row in records_of(folder, path.as_posix()))
            for folder in (one, three)
        )
        assert of_one == of_three, path


def test_modification_times_follow_the_deliveries(whole: Path) -> None:
    base = (whole / "landing" / "crm" / "sales_details.csv").stat().st_mtime
    later = (whole / "landing" / "crm" / "sales_details" / "2023-07-09.csv").stat().st_mtime
    assert later - base == 9 * 86_400


@pytest.mark.parametrize(("at_call", "of"), [(1, "fsync"), (5, "fsync"), (8, "rename")])
def test_a_killed_write_leaves_nothing_behind(tmp_path: Path, at_call: int, of: str) -> None:
    folder = tmp_path / "files"
    assert killed(folder, at_call=at_call, of=of, call="write") == KILLED
    assert not folder.exists()
    write_small(folder, "crm", "erp")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files"]


@pytest.mark.parametrize(("at_call", "of"), [(2, "fsync"), (1, "replace"), (6, "replace")])
def test_killed_days_are_the_same_when_they_are_made_again(
    tmp_path: Path, at_call: int, of: str
) -> None:
    folder = write_small(tmp_path / "files", "crm", "erp")
    twin = write_small(tmp_path / "twin", "crm", "erp")
    assert killed(folder, at_call=at_call, of=of, call="next") == KILLED
    write_next_days(folder, 5)
    write_next_days(twin, 5)
    assert digests(folder) == digests(twin)


def test_days_that_were_killed_leave_nothing_beside_fewer_days(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "files", "crm", "erp")
    twin = write_small(tmp_path / "twin", "crm", "erp")
    assert killed(folder, at_call=6, of="replace", call="next") == KILLED
    write_next_days(folder, 3)
    write_next_days(twin, 3)
    assert digests(folder) == digests(twin)


@pytest.mark.parametrize("stray", ["landing.csv", ".hidden", "landing/budget.csv"])
def test_a_folder_with_other_files_is_left_alone(tmp_path: Path, stray: str) -> None:
    folder = write_small(tmp_path / "files", "erp")
    (folder / stray).write_text("somebody's")
    before = digests(folder)
    with pytest.raises(SampleFolderError, match="holds files that no sample has"):
        write_sample(folder, small(), domains=["erp"], force=True)
    assert digests(folder) == before


def test_a_sample_is_replaced_only_by_force(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "files", "erp")
    before = digests(folder)
    with pytest.raises(SampleFolderError, match="holds a sample already"):
        write_sample(folder, small(seed=2), domains=["erp"])
    assert digests(folder) == before
    write_sample(folder, small(seed=2), domains=["erp"], force=True)
    assert digests(folder) != before


def test_a_sample_whose_place_cannot_be_taken_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_small(tmp_path / "files", "erp")
    before = digests(folder)
    rename = Path.rename

    def fails(path: Path, target: Path) -> Path:
        if path.name.endswith("-part") and target == folder:
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OSError, match="Input/output"):
        write_sample(folder, small(seed=2), domains=["erp"], force=True)
    assert digests(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["files"]


def test_days_are_never_added_to_real_files(tmp_path: Path) -> None:
    (tmp_path / "landing" / "crm").mkdir(parents=True)
    (tmp_path / "landing" / "crm" / "cust_info.csv").write_text("real")
    with pytest.raises(SampleFolderError, match=r"no sample\.json"):
        write_next_days(tmp_path, 7)
    assert [path.name for path in tmp_path.iterdir()] == ["landing"]


def test_a_full_disk_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    total, used, _ = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: SimpleNamespace(total=total, used=used, free=4096)
    )
    with pytest.raises(SampleFolderError, match="has 0 MB free, and the sample needs about"):
        write_sample(tmp_path / "files", settings_of("1M"))
    assert list(tmp_path.iterdir()) == []


def test_days_that_have_no_room_are_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_small(tmp_path / "files", "erp")
    before = digests(folder)
    total, used, _ = shutil.disk_usage(tmp_path)
    full = SimpleNamespace(total=total, used=used, free=4096)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    with pytest.raises(SampleFolderError, match="has 0 MB free, and the sample needs about"):
        write_next_days(folder, 7)
    assert digests(folder) == before


def test_two_writers_of_one_folder_do_not_take_each_other_s_files(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    with whole_folder(folder) as part:
        (part / "half.csv").write_text("id\n")
        with pytest.raises(SampleFolderError, match="is being written by another process"):
            write_small(folder, "erp")
        assert (part / "half.csv").exists()
    assert [path.name for path in folder.iterdir()] == ["half.csv"]
    assert [path.name for path in tmp_path.iterdir()] == ["files"]


def test_two_writers_of_days_do_not_take_each_other_s_files(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "files", "erp")
    with added_files(folder, date(2023, 6, 30)) as part:
        (part / "half.csv").write_text("id\n")
        with pytest.raises(SampleFolderError, match="is being written by another process"):
            write_next_days(folder, 7)
    assert (folder / "half.csv").read_text() == "id\n"


def test_what_a_killed_writer_left_is_no_part_of_a_sample(tmp_path: Path) -> None:
    leftover = tmp_path / ".files.saleslake-sample-part" / "landing"
    leftover.mkdir(parents=True)
    (leftover / "half.csv").write_text("id\n")
    (leftover.parent / "sample.json").write_text("{}")
    folder = write_small(tmp_path / "files", "erp")
    assert not list(folder.rglob("half.csv"))
    assert [path.name for path in tmp_path.iterdir()] == ["files"]


def test_a_disk_that_fills_up_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_small(tmp_path / "files", "erp")
    assert list(tmp_path.iterdir()) == []


def test_columns_change_from_one_delivery_on(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "files", "crm")
    table = "crm.cust_info"
    write_next_days(folder, 9, drifts=[f"{table}:renamed", f"{table}:widened"])
    write_next_days(folder, 9, drifts=[f"{table}:new_column"])
    later = folder / "landing" / "crm" / "cust_info"
    first, second = (read_file(later / f"2023-07-{day}.csv")[0] for day in ("09", "18"))
    assert "cst_surname" in first
    assert "cst_lastname" not in first
    assert str(first["cst_id"]).endswith(".00")
    assert set(second) - set(first) == {"cst_loyalty_tier"}
    before = read_file(folder / "landing" / "crm" / "cust_info.csv")[0]
    assert "cst_surname" not in before
