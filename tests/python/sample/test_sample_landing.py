"""The folder: same bytes for one seed, whole or not there, and nobody else's files touched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sample_reading import FILES, read_bytes

from sample import write_sample_landing
from sample.landing import MINIMUM_CUSTOMERS, MINIMUM_ORDERS, MODIFIED_AT

KILLED = 9
CHILD = """
import os, sys
from pathlib import Path
from sample import write_sample_landing

fatal, calls = int(sys.argv[2]), 0

def die_at(name):
    real = getattr(os, name)
    def call(*args, **options):
        global calls
        calls += 1
        if calls == fatal:
            os._exit(9)
        return real(*args, **options)
    setattr(os, name, call)

die_at(sys.argv[3])
write_sample_landing(Path(sys.argv[1]), seed=2)
"""


def kill_while_writing(folder: Path, *, at_call: int, of: str) -> int:
    """Write the sample in a child process that dies at the nth call of a function of os."""
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), str(at_call), of],
        check=False,
        cwd=Path(__file__).parents[3],
    ).returncode


def test_same_seed_gives_the_same_bytes_and_times(tmp_path: Path) -> None:
    first = write_sample_landing(tmp_path / "a", seed=5)
    second = write_sample_landing(tmp_path / "b", seed=5)

    assert read_bytes(tmp_path / "a") == read_bytes(tmp_path / "b")
    assert first.totals == second.totals
    for path in FILES:
        assert (tmp_path / "b" / path).stat().st_mtime == MODIFIED_AT.timestamp()


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    script = "import sys, pathlib, sample; sample.write_sample_landing(pathlib.Path(sys.argv[1]))"
    for hash_seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / hash_seed)],
            check=True,
            cwd=Path(__file__).parents[3],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
        )
    assert read_bytes(tmp_path / "1") == read_bytes(tmp_path / "2")


def test_another_seed_gives_other_files(tmp_path: Path) -> None:
    write_sample_landing(tmp_path / "a", seed=5)
    write_sample_landing(tmp_path / "b", seed=6)

    first, second = read_bytes(tmp_path / "a"), read_bytes(tmp_path / "b")
    assert {path for path in FILES if first[path] == second[path]} == set()


def test_the_folder_holds_the_six_files_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_sample_landing(tmp_path / "deep" / "landing")

    assert sorted(read_bytes(tmp_path / "deep" / "landing")) == sorted(FILES)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["landing"]


def test_writing_twice_and_then_with_another_seed_replaces_the_sample(tmp_path: Path) -> None:
    folder = tmp_path / "landing"
    folder.mkdir()
    write_sample_landing(folder, seed=5)
    first = read_bytes(folder)
    write_sample_landing(folder, seed=5)
    assert read_bytes(folder) == first

    write_sample_landing(folder, seed=6)
    assert read_bytes(folder) != first
    assert [path.name for path in tmp_path.iterdir()] == ["landing"]


def test_a_link_to_the_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_sample_landing(tmp_path / "link")

    assert (tmp_path / "link").is_symlink()
    assert sorted(read_bytes(tmp_path / "real")) == sorted(FILES)


@pytest.mark.parametrize("stray", ["crm/orders.csv", FILES[0], ".hidden"])
def test_a_folder_with_other_files_is_left_alone(tmp_path: Path, stray: str) -> None:
    write_sample_landing(tmp_path / "landing", seed=5)
    (tmp_path / "landing" / stray).write_text("somebody's data")
    before = read_bytes(tmp_path / "landing")

    with pytest.raises(FileExistsError, match="landing"):
        write_sample_landing(tmp_path / "landing", seed=6)
    assert read_bytes(tmp_path / "landing") == before


def test_real_files_of_the_same_names_are_left_alone(tmp_path: Path) -> None:
    for path in FILES:
        (tmp_path / "landing" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "landing" / path).write_text("id\n1\n")

    with pytest.raises(FileExistsError):
        write_sample_landing(tmp_path / "landing")
    assert set(read_bytes(tmp_path / "landing").values()) == {b"id\n1\n"}


def test_a_file_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "landing").write_text("somebody's data")
    with pytest.raises(FileExistsError):
        write_sample_landing(tmp_path / "landing")
    assert (tmp_path / "landing").read_text() == "somebody's data"


@pytest.mark.slow
@pytest.mark.parametrize(("at_call", "of"), [(1, "fsync"), (6, "fsync"), (6, "utime")])
def test_a_killed_first_write_leaves_no_folder(tmp_path: Path, at_call: int, of: str) -> None:
    folder = tmp_path / "landing"
    assert kill_while_writing(folder, at_call=at_call, of=of) == KILLED
    assert not folder.exists()

    write_sample_landing(folder)
    assert sorted(read_bytes(folder)) == sorted(FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["landing"]


@pytest.mark.slow
@pytest.mark.parametrize(("at_call", "of"), [(3, "fsync"), (1, "rename"), (2, "rename")])
def test_a_killed_replacement_leaves_the_old_folder_or_none(
    tmp_path: Path, at_call: int, of: str
) -> None:
    folder = tmp_path / "landing"
    write_sample_landing(folder, seed=1)
    before = read_bytes(folder)

    assert kill_while_writing(folder, at_call=at_call, of=of) == KILLED
    assert not folder.exists() or read_bytes(folder) == before

    write_sample_landing(folder, seed=1)
    assert read_bytes(folder) == before


def test_an_error_while_writing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_sample_landing(tmp_path / "landing")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("customers", "orders"), [(MINIMUM_CUSTOMERS - 1, 900), (400, MINIMUM_ORDERS - 1)]
)
def test_too_small_a_sample_is_refused(tmp_path: Path, customers: int, orders: int) -> None:
    with pytest.raises(ValueError, match="at least"):
        write_sample_landing(tmp_path / "landing", customers=customers, orders=orders)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seed", range(20))
def test_the_smallest_sample_has_room_for_all_dirt(tmp_path: Path, seed: int) -> None:
    summary = write_sample_landing(
        tmp_path, seed=seed, customers=MINIMUM_CUSTOMERS, orders=MINIMUM_ORDERS
    )
    assert (summary.totals.customers, summary.totals.orders) == (MINIMUM_CUSTOMERS, MINIMUM_ORDERS)
