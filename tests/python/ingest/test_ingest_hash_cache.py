"""Hashes are remembered only of files that did not change, and losing them is harmless."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from ingest_bench import START, Bench

from ingest.files import discovery, hash_cache
from ingest.files.discovery import discover
from ingest.files.hash_cache import (
    SETTLED_SECONDS,
    HashCache,
    as_text,
    from_text,
    open_cache,
    save_cache,
    trusted_devices,
)
from ingest.outlook import foresee
from maintenance.raw_batches import existing_ledger

PATH = "erp/LOC_A101.csv"
LATER = (SETTLED_SECONDS + 10) * 1_000_000_000


class Listings:
    """Listings of one landing folder, each with what the one before noted; counts the readings."""

    def __init__(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bench = bench
        self.known: dict[str, str] = {}
        self.read: list[str] = []
        self._original = discovery.hash_of
        monkeypatch.setattr(discovery, "hash_of", self._hash_of)

    def hashes(self, *, after: int = LATER, trusted: bool = True) -> dict[str, str]:
        """List the folder as if so many nanoseconds had gone by since now."""
        self.read.clear()
        devices = {self.bench.landing.stat().st_dev} if trusted else set[int]()
        cache = HashCache(self.known, devices, time.time_ns() + after)
        files = discover(self.bench.landing, self.bench.catalogue, cache)
        self.known = dict(cache.content)
        return {file.path: file.content_hash for file in files}

    def _hash_of(self, file: Path | str, size: int) -> str:
        self.read.append(Path(file).name)
        return self._original(file, size)


@pytest.fixture
def listings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Listings:
    bench = Bench(tmp_path)
    bench.write(PATH, "cid,cntry\n1,a\n")
    return Listings(bench, monkeypatch)


def test_a_file_that_rested_is_read_once(listings: Listings) -> None:
    first = listings.hashes()
    assert listings.read == ["LOC_A101.csv"]
    assert listings.hashes() == first
    assert listings.read == []


def test_an_overwritten_file_of_the_same_size_and_time_is_noticed(listings: Listings) -> None:
    first = listings.hashes()
    file = listings.bench.landing / PATH
    times = file.stat()
    file.write_text("cid,cntry\n1,b\n", encoding="utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (times.st_size, times.st_mtime_ns)
    assert listings.hashes() != first
    assert listings.read == ["LOC_A101.csv"]


def test_another_file_in_its_place_is_noticed(listings: Listings) -> None:
    first = listings.hashes()
    file = listings.bench.landing / PATH
    other = listings.bench.write("other", "cid,cntry\n1,b\n")
    os.utime(other, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    other.replace(file)
    assert listings.hashes()[PATH] != first[PATH]


def test_a_file_that_has_not_rested_is_read_again(listings: Listings) -> None:
    listings.hashes(after=0)
    assert listings.known == {}
    listings.hashes(after=(SETTLED_SECONDS - 10) * 1_000_000_000)
    assert listings.known == {}
    listings.hashes()
    assert list(listings.known) == [PATH]


def test_a_time_of_modification_in_the_future_does_not_matter(listings: Listings) -> None:
    os.utime(listings.bench.landing / PATH, (4e9, 4e9))
    listings.hashes()
    assert list(listings.known) == [PATH]


def test_nothing_is_remembered_of_a_device_that_is_not_trusted(listings: Listings) -> None:
    first = listings.hashes(trusted=False)
    assert listings.known == {}
    listings.hashes()
    assert listings.hashes(trusted=False) == first
    assert listings.read == ["LOC_A101.csv"]


def test_a_file_that_is_gone_is_forgotten(listings: Listings) -> None:
    listings.hashes()
    (listings.bench.landing / PATH).unlink()
    listings.hashes()
    assert listings.known == {}


def test_a_link_is_known_by_what_it_leads_to(listings: Listings) -> None:
    (listings.bench.landing / "link.csv").symlink_to(listings.bench.landing / PATH)
    first = listings.hashes()
    assert first["link.csv"] == first[PATH]
    (listings.bench.landing / PATH).write_text("cid,cntry\n1,b\n", encoding="utf-8")
    second = listings.hashes()
    assert second["link.csv"] == second[PATH] != first[PATH]


def test_the_cache_s_file_comes_back_as_it_was() -> None:
    content = {"crm/é\n.csv": "1:2:3:4:5 abc", "x y": "1:2:3:4:6 def"}
    assert from_text(as_text(content)) == content


@pytest.mark.parametrize("damaged", ["", "x", "\n{}", "ab\n{}"])
def test_a_damaged_file_is_an_empty_cache(damaged: str) -> None:
    assert from_text(damaged) == {}


def test_one_changed_character_is_damage() -> None:
    text = as_text({"x": "1:2:3:4:5 abc"})
    assert from_text(text.replace("abc", "abd")) == {}


def test_a_lake_keeps_its_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(tmp_path)
    file = bench.write(PATH, "cid,cntry\n1,a\n")
    devices = frozenset({file.stat().st_dev})
    monkeypatch.setattr(hash_cache, "_trusted_devices", lambda: devices)
    monkeypatch.setattr(time, "time_ns", lambda: file.stat().st_ctime_ns + LATER)
    cache = open_cache(bench.lake)
    (found,) = discover(bench.landing, bench.catalogue, cache)
    assert cache.is_changed
    save_cache(bench.lake, cache)
    again = open_cache(bench.lake)
    assert again.hash_of(PATH, file.stat()) == found.content_hash
    assert not again.is_changed


def test_a_dry_run_reads_no_file_that_did_not_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path)
    file = bench.write(PATH, "cid,cntry\n1,a\n")
    devices = frozenset({file.stat().st_dev})
    monkeypatch.setattr(hash_cache, "_trusted_devices", lambda: devices)
    monkeypatch.setattr(time, "time_ns", lambda: file.stat().st_ctime_ns + LATER)
    bench.ingest()
    monkeypatch.setattr(discovery, "hash_of", lambda *_: pytest.fail("it is known"))
    ledger = existing_ledger(bench.lake, bench.catalogue, START)
    (found,) = foresee(bench.landing, bench.lake, bench.catalogue, ledger)
    assert (found.path, found.outlook.will) == (PATH, "nothing")


def test_only_local_disks_are_trusted() -> None:
    mounts = (
        "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
        "28 27 0:25 / /mnt/share rw - nfs4 host:/share rw\n"
        "29 27 0:26 / /tmp rw - tmpfs tmpfs rw\n"
        "30 27 8:17 / /data\\040x rw - xfs /dev/sdb1 rw\n"
    )
    assert trusted_devices(mounts) == {os.makedev(254, 0), os.makedev(8, 17)}
    assert trusted_devices("") == frozenset()
