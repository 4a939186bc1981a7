"""Every entry of the landing folder is listed: with its table, or with the reason why not."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ingest_bench import EVERYTHING, Bench

from ingest.files import discovery
from ingest.files.discovery import DeliveredFile, discover
from ingest.files.globs import compile_glob


def listed(bench: Bench) -> dict[str, DeliveredFile]:
    return {file.path: file for file in discover(bench.landing, bench.catalogue)}


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("a/x.csv", "a/x.csv", True),
        ("a/x.csv", "a/X.csv", False),
        ("a/x.csv", "a/xxcsv", False),
        ("a/*.csv", "a/b c%#=é\n.csv", True),
        ("a/*.csv", "a/b/c.csv", False),
        ("a/*.csv", "a/.b.csv", False),
        ("a/*.csv", "a/_b.csv", True),
        ("a/**/*.csv", "a/x.csv", True),
        ("a/**/*.csv", "a/b/c/x.csv", True),
        ("a/**/*.csv", "a/.b/x.csv", False),
        ("a/?.csv", "a/b.csv", True),
        ("a/?.csv", "a/.csv", False),
        ("a/x[0-9].csv", "a/x7.csv", True),
        ("a/x[!0-9].csv", "a/x7.csv", False),
        ("a/x[!0-9]y", "a/x/y", False),
    ],
)
def test_patterns(pattern: str, path: str, matches: bool) -> None:
    assert bool(compile_glob(pattern).fullmatch(path)) is matches


def test_both_shapes_and_what_matches_nothing(tmp_path: Path) -> None:
    bench = Bench(tmp_path, EVERYTHING)
    paths = ["crm/cust_info.csv", "crm/cust_info/2026 é.csv", "erp/LOC_A101.csv"]
    strangers = ["crm/CUST_INFO.csv", "crm/cust_info/x.csv.part", "crm/cust_info/.x.csv", "_x.tmp"]
    for path in [*paths, *strangers]:
        bench.write(path, "x")
    found = listed(bench)
    assert list(found) == sorted([*paths, *strangers])
    assert [str(file.table and file.table.name) for file in found.values() if file.table] == [
        "crm.cust_info",
        "crm.cust_info",
        "erp.loc_a101",
    ]
    assert {found[path].reason for path in strangers} == {"matches no catalogue pattern"}


def test_describes_a_file(tmp_path: Path) -> None:
    bench = Bench(tmp_path, EVERYTHING)
    path = bench.write("crm/cust_info.csv", b"abc")
    os.utime(path, ns=(0, 1_700_000_000_123_456_789))
    file = listed(bench)["crm/cust_info.csv"]
    assert file.name == "cust_info.csv"
    assert file.size == 3
    assert file.content_hash == hashlib.sha256(b"abc").hexdigest()
    assert file.modified_at == datetime(2023, 11, 14, 22, 13, 20, 123456, tzinfo=UTC)


@pytest.mark.fault(25)
def test_links_and_other_things_are_listed_and_never_opened(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("secret", "utf-8")
    real = bench.write("erp/real.csv", "abc")
    folder = bench.landing / "erp"
    (folder / "LOC_A101.csv").symlink_to(real)
    (folder / "CUST_AZ12.csv").symlink_to(outside / "secret.csv")
    (folder / "PX_CAT_G1V2").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere.csv").symlink_to(folder / "absent")
    os.mkfifo(folder / "LOC_A101.fifo")
    found = listed(bench)
    assert found["erp/LOC_A101.csv"].reason is None
    assert found["erp/LOC_A101.csv"].size == 3
    assert {path: file.reason for path, file in found.items() if not file.content_hash} == {
        "erp/CUST_AZ12.csv": "symbolic link that leaves the landing folder",
        "erp/PX_CAT_G1V2": "symbolic link that leaves the landing folder",
        "erp/loop": "symbolic link to a folder",
        "erp/nowhere.csv": "symbolic link that leads nowhere",
        "erp/LOC_A101.fifo": "not a regular file",
    }


@pytest.mark.fault(24)
def test_a_name_that_is_no_utf8_is_listed(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with open(os.fsencode(bench.landing) + b"/\xff.csv", "wb"):  # noqa: PTH123
        pass
    assert listed(bench)["\\xff.csv"].reason == "its name is not valid UTF-8"


def test_a_file_that_cannot_be_opened_does_not_hide_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", "x")
    bench.write("erp/PX_CAT_G1V2.csv", "x")
    refuse(monkeypatch, "LOC_A101.csv")
    found = listed(bench)
    assert found["erp/LOC_A101.csv"].unreadable
    assert found["erp/LOC_A101.csv"].reason == "cannot be opened: permission denied"
    assert found["erp/PX_CAT_G1V2.csv"].reason is None


def refuse(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Deny access to a file; tests may run as root, whom permissions do not stop."""
    original = discovery.hash_of

    def hash_of(file: Path | str, size: int) -> str:
        if Path(file).name == name:
            raise PermissionError(13, "Permission denied")
        return original(file, size)

    monkeypatch.setattr(discovery, "hash_of", hash_of)
