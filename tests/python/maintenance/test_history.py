"""A table through its versions, compared with what the library says of each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from delta_tables import age, commit_file, make_table
from deltalake import DeltaTable, write_deltalake

from maintenance.history import Version, damage_of, read_history, version_at


@pytest.fixture(scope="module")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Appends, a merge, a delete, a compaction, an overwrite and a restore."""
    table = make_table(tmp_path_factory.mktemp("eventful") / "t", 4, rows=10)
    source = pa.table({"a": [3, 100]})
    DeltaTable(table).merge(source, "t.a = s.a", "s", "t").when_matched_update(
        {"a": "s.a"}
    ).when_not_matched_insert({"a": "s.a"}).execute()
    DeltaTable(table).delete("a > 30")
    DeltaTable(table).optimize.compact()
    write_deltalake(table, pa.table({"a": [1, 2]}), mode="overwrite")
    DeltaTable(table).restore(3)
    return table


def test_every_version_has_the_library_s_rows_and_files(eventful: Path) -> None:
    history = read_history(eventful)
    assert [version.version for version in history.versions] == list(range(9))
    for version in history.versions:
        table = DeltaTable(eventful, version=version.version)
        assert version.rows == table.to_pyarrow_table().num_rows
        assert version.files == len(table.file_uris())
        assert version.is_whole
    operations = [version.operation for version in history.versions]
    assert operations[-5:] == ["MERGE", "DELETE", "OPTIMIZE", "WRITE", "RESTORE"]


def test_from_a_checkpoint_on_it_is_the_same(eventful: Path, tmp_path: Path) -> None:
    import shutil

    table = tmp_path / "t"
    shutil.copytree(eventful, table)
    whole = read_history(table)
    for version in range(3, 8):
        DeltaTable(table, version=version).create_checkpoint()
    for version in range(3):
        commit_file(table, version).unlink()
    history = read_history(table)
    assert [version.version for version in history.versions] == list(range(3, 9))
    for now, before in zip(history.versions, whole.versions[3:], strict=True):
        assert (now.rows, now.files, now.size) == (before.rows, before.files, before.size)
    assert history.current == whole.current


def test_a_bad_pointer_does_not_hide_what_an_older_checkpoint_tells(tmp_path: Path) -> None:
    table = make_table(tmp_path / "t", 4)
    DeltaTable(table).create_checkpoint()
    make_table(table, 2)
    for version in range(3):
        commit_file(table, version).unlink()
    DeltaTable(table).create_checkpoint()
    (table / "_delta_log" / f"{5:020}.checkpoint.parquet").unlink()
    history = read_history(table)
    assert [(version.version, version.rows) for version in history.versions] == [
        (3, 4),
        (4, 5),
        (5, 6),
    ]
    assert "_last_checkpoint of its log" in (damage_of(history) or "")


def test_missing_and_cut_files_break_the_versions_that_need_them(tmp_path: Path) -> None:
    table = make_table(tmp_path / "t", 4)
    first, *_, last = [table / name for name in read_history(table).current]
    first.unlink()
    last.write_bytes(b"short")
    history = read_history(table)
    assert [version.missing for version in history.versions] == [1, 1, 1, 2]
    assert history.newest_whole is None
    assert history.oldest_kept is None
    assert "is missing" in (damage_of(history) or "")
    assert sorted(history.broken.values())[0].startswith("has 5 bytes instead of")


def test_values_and_partitions_with_odd_characters(tmp_path: Path) -> None:
    table = tmp_path / "t"
    for number in range(2):
        rows = pa.table(
            {"a": [number, 2], "p": ["x y%20=ä", "b/c"], "s": ["a\u2028b\x85\x1c", "x"]}
        )
        write_deltalake(table, rows, mode="append", partition_by=["p"])
    write_deltalake(table, rows.slice(0, 1), mode="overwrite")
    history = read_history(table)
    assert (history.log.damage, [version.rows for version in history.versions]) == ((), [2, 4, 1])
    assert all(version.is_whole for version in history.versions)
    on_disk = {str(path.relative_to(table)) for path in table.rglob("*.parquet")}
    assert history.needed_since(0) == on_disk
    assert len(history.current) == 1


def test_versions_need_their_files_until_they_are_replaced(tmp_path: Path) -> None:
    table = make_table(tmp_path / "t", 2)
    DeltaTable(table).optimize.compact()
    history = read_history(table)
    assert history.needed_since(1) == set(history.removed_by)
    assert history.needed_since(2) == set(history.current)


def test_a_moment_falls_on_the_last_version_before_it(tmp_path: Path) -> None:
    table = make_table(tmp_path / "t", 2)
    age(table, days=2)
    make_table(table, 1)
    history = read_history(table)
    now = datetime.now(UTC)
    numbers = {
        days: found.version if (found := history.at(now - timedelta(days=days))) else None
        for days in (0, 1, 3)
    }
    assert numbers == {0: 2, 1: 1, 3: None}


def test_a_clock_that_was_set_back_does_not_turn_versions_around(tmp_path: Path) -> None:
    table = make_table(tmp_path / "t", 3)
    log = commit_file(table, 2)
    later = commit_file(table, 1)
    age(table, days=1)
    log_text = log.read_text()
    times = [version.written_at for version in read_history(table).versions]
    assert times == sorted(times)
    # The second commit says it is of the far future: the third cannot be older than it.
    stamp = read_history(table).versions[1].written_at
    milliseconds = int(stamp.timestamp() * 1000)
    later.write_text(
        later.read_text().replace(
            f'"timestamp": {milliseconds}', f'"timestamp": {milliseconds + 10**9}'
        )
    )
    assert log.read_text() == log_text
    second, third = read_history(table).versions[1:]
    assert second.written_at > stamp + timedelta(days=10)
    assert third.written_at == second.written_at


def test_the_version_at_a_moment_is_the_last_one_not_after_it() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    versions = [
        Version(n, start + timedelta(hours=hour), "WRITE", 1, 1, 1, 0)
        for n, hour in enumerate([0, 1, 1])
    ]
    assert version_at(versions, start - timedelta(seconds=1)) is None
    assert version_at(versions, start) == versions[0]
    assert version_at(versions, start + timedelta(hours=1)) == versions[2]
