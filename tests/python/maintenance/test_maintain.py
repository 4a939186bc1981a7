"""Maintenance: fewer and fewer old files, the same rows, every kept version readable."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from command_line import saleslake
from delta_tables import age, commit_file, cut, make_table, tree, values, version_of, write
from deltalake import DeltaTable

from maintenance.history import read_history
from maintenance.maintain import Maintainer, Maintenance
from maintenance.removal import Kept, ProjectTables
from maintenance.retention import check_retention
from maintenance.upkeep import Rules, Upkeep
from saleslake.build_state import (
    DIFFERS,
    BuildState,
    read_state,
    split_versions,
    table_versions,
    write_state,
)
from saleslake.errors import RetentionError
from saleslake.lake import Lake

PROJECT = ProjectTables(
    tables=frozenset({("gold", "dim_date"), ("gold", "fact_sales")}),
    schemas=frozenset({"gold", "silver"}),
    delivered=frozenset({("raw_crm", "cust_info")}),
)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    lake.prepare()
    lake.mark("real")
    return lake


@pytest.fixture
def dates(lake: Lake) -> Path:
    return lake.warehouse / "gold" / "dim_date"


def maintain(
    lake: Lake,
    *,
    days: int = 7,
    dry_run: bool = False,
    step: Callable[[str], None] = lambda _: None,
) -> Maintenance:
    rules = Rules(days, datetime.now(UTC), dry_run)
    with lake.lock():
        return Maintainer(lake, PROJECT, rules, lambda *_: None, step).run()


def of(result: Maintenance, name: str) -> Upkeep:
    return next(table for table in result.tables if table.table == name)


def test_small_files_become_one_and_the_rows_stay(lake: Lake, dates: Path) -> None:
    make_table(dates, 9)
    result = of(maintain(lake), "gold.dim_date")
    assert (result.files_before, result.files_after, result.bytes_freed) == (9, 1, 0)
    assert (result.oldest_version, result.newest_version) == (0, 9)
    assert values(dates) == list(range(9))
    assert values(dates, 3) == [0, 1, 2, 3]


def test_few_small_files_are_not_worth_it(lake: Lake, dates: Path) -> None:
    make_table(dates, 7)
    assert of(maintain(lake), "gold.dim_date").files_after == 7
    assert version_of(dates) == 6


def test_what_was_replaced_long_ago_goes_and_what_is_kept_stays(lake: Lake, dates: Path) -> None:
    make_table(dates, 3)
    write(dates, [100], mode="overwrite")
    write(dates, [200], mode="overwrite")
    age(dates, days=8)
    write(dates, [300], mode="overwrite")
    age(dates, days=1)
    (dates / "part-of-a-killed-write.parquet").write_bytes(b"x" * 99)
    gone = sum(size for name, size in tree(dates).items() if name.startswith("part-00000"))
    result = of(maintain(lake), "gold.dim_date")
    # Version 4 was the newest one a week ago; what was replaced before that is gone.
    assert result.oldest_version == 4
    assert (values(dates, 4), values(dates)) == ([200], [300])
    assert result.files_deleted == 4
    left = sum(size for name, size in tree(dates).items() if name.startswith("part-00000"))
    assert result.bytes_freed == gone - left
    assert (dates / "part-of-a-killed-write.parquet").exists()
    age(dates, days=8)
    maintain(lake)
    assert not (dates / "part-of-a-killed-write.parquet").exists()


def test_a_longer_retention_is_kept_after_a_checkpoint_forgot_its_files(
    lake: Lake, dates: Path
) -> None:
    """A checkpoint forgets after a week what was removed; a plain vacuum would take it."""
    make_table(dates, 2)
    age(dates, days=40)
    write(dates, [100], mode="overwrite")
    age(dates, days=10)
    DeltaTable(dates).create_checkpoint()
    assert DeltaTable(dates).vacuum(30 * 24, enforce_retention_duration=False, full=True)
    result = of(maintain(lake, days=30), "gold.dim_date")
    assert (result.files_deleted, result.oldest_version) == (0, 0)
    assert values(dates, 1) == [0, 1]


def test_strangers_go_while_files_of_kept_versions_stay(lake: Lake, dates: Path) -> None:
    make_table(dates, 2)
    (dates / "stranger.parquet").write_bytes(b"x")
    age(dates, days=40)
    write(dates, [100], mode="overwrite")
    age(dates, days=10)
    DeltaTable(dates).create_checkpoint()
    result = of(maintain(lake, days=30), "gold.dim_date")
    assert (result.files_deleted, (dates / "stranger.parquet").exists()) == (1, False)
    assert values(dates, 1) == [0, 1]


def test_a_checkpoint_is_written_when_it_pays(lake: Lake, dates: Path) -> None:
    make_table(dates, 9)
    assert of(maintain(lake), "gold.dim_date").has_checkpoint  # 9 appends and a compaction
    assert (dates / "_delta_log" / f"{9:020}.checkpoint.parquet").exists()
    assert not of(maintain(lake), "gold.dim_date").has_checkpoint


def test_log_entries_go_after_thirty_days_from_a_checkpoint_on(lake: Lake, dates: Path) -> None:
    make_table(dates, 4)
    DeltaTable(dates).create_checkpoint()
    make_table(dates, 2)
    age(dates, days=31)
    make_table(dates, 1)
    dry = of(maintain(lake, dry_run=True), "gold.dim_date")
    result = of(maintain(lake), "gold.dim_date")
    assert (dry.log_entries_deleted, result.log_entries_deleted) == (3, 3)
    # A month ago version 5 was the newest: it is read from the checkpoint of version 3.
    assert (result.oldest_version, result.newest_version) == (3, 6)
    assert not commit_file(dates, 2).exists()
    assert len(values(dates, 5)) == 6
    assert len(values(dates)) == 7
    assert read_history(dates).log.damage == ()
    assert of(maintain(lake), "gold.dim_date").log_entries_deleted == 0


def test_a_month_is_the_longest_retention(lake: Lake) -> None:
    with pytest.raises(click.UsageError, match=r"0<=x<=30"):
        saleslake("maintain", "--retention-days", "31", lake=lake)


def test_a_second_maintenance_finds_nothing_to_do(lake: Lake, dates: Path) -> None:
    make_table(dates, 12)
    age(dates, days=40)
    make_table(dates, 12)
    (lake.removed / "half").mkdir(parents=True)
    maintain(lake)
    before = tree(lake.root)
    result = maintain(lake)
    assert tree(lake.root) == before
    assert (result.bytes_freed, result.removed, result.leftovers) == (0, (), ())


def test_a_dry_run_touches_nothing_and_tells_what_would_be_done(lake: Lake, dates: Path) -> None:
    make_table(dates, 9)
    write(dates, [1], mode="overwrite")
    make_table(dates, 8)
    age(dates, days=8)
    make_table(lake.warehouse / "gold" / "old_model", 1)
    (lake.removed / "half").mkdir(parents=True)
    (lake.removed / "half" / "file").write_bytes(b"x" * 10)
    before = tree(lake.root)
    dry = maintain(lake, dry_run=True)
    assert tree(lake.root) == before
    real = maintain(lake)
    assert (dry.removed, dry.leftovers) == (real.removed, real.leftovers)
    assert dry.bytes_freed == real.bytes_freed > 0
    assert [table.files_after for table in dry.tables] == [1]
    assert [table.has_checkpoint for table in dry.tables] == [True]
    assert [table.files_after for table in real.tables] == [1]


def test_only_tables_that_nothing_makes_any_more_are_removed(lake: Lake, dates: Path) -> None:
    make_table(dates, 1)
    gone = make_table(lake.warehouse / "gold" / "old_model", 1)
    others = make_table(lake.warehouse / "sandbox" / "mine", 1)
    history = make_table(lake.warehouse / "snapshots" / "old_snapshot", 1)
    raw = make_table(lake.raw_table("web", "clicks"), 1)
    make_table(lake.raw_table("crm", "cust_info"), 1)
    ledger = make_table(lake.ops_table("ingested_files"), 1)
    half = lake.warehouse / "gold" / "fact_sales"
    (half / "_delta_log" / "_staged_commits").mkdir(parents=True)
    theirs = lake.warehouse / "sandbox" / "begun"
    (theirs / "_delta_log").mkdir(parents=True)
    result = maintain(lake)
    assert result.removed == ("gold.old_model", "warehouse/gold/fact_sales (half made)")
    assert [kept.name for kept in result.kept] == [
        "raw_web.clicks",
        "sandbox.mine",
        "snapshots.old_snapshot",
    ]
    assert Kept("raw_web.clicks", "not in the catalogue; holds delivered data") in result.kept
    assert not gone.exists()
    assert not half.exists()
    assert all(path.exists() for path in (dates, others, history, raw, ledger, theirs))
    assert list(lake.removed.iterdir()) == []


def test_a_damaged_table_is_left_alone_and_named_and_the_others_go_on(
    lake: Lake, dates: Path
) -> None:
    make_table(dates, 9)
    cut(commit_file(dates, 8))
    sales = make_table(lake.warehouse / "gold" / "fact_sales", 9)
    before = tree(dates)
    result = maintain(lake)
    assert [table.table for table in result.problems] == ["gold.dim_date"]
    assert "00000000000000000008.json of its log is cut off" in (result.problems[0].problem or "")
    assert tree(dates) == before
    assert len(DeltaTable(sales).file_uris()) == 1


@pytest.mark.parametrize("days", [0, 6])
def test_a_short_retention_is_refused_unless_forced(days: int) -> None:
    with pytest.raises(RetentionError, match=f"{days} days is less than 7"):
        check_retention(days, force=False)
    check_retention(days, force=True)
    check_retention(7, force=False)


def state_of(lake: Lake) -> BuildState:
    raw, warehouse = split_versions(table_versions(lake))
    return BuildState("abc", "embedded", raw, warehouse)


def test_the_build_s_state_is_carried_forward(lake: Lake, dates: Path) -> None:
    make_table(dates, 9)
    make_table(lake.raw_table("crm", "cust_info"), 9)
    make_table(lake.warehouse / "gold" / "old_model", 1)
    write_state(lake, state_of(lake))
    maintain(lake)
    assert version_of(dates) == 9
    assert read_state(lake) == state_of(lake)
    assert (state_of(lake).raw, state_of(lake).warehouse) == (
        {"raw_crm.cust_info": 9},
        {"gold.dim_date": 9},
    )


def test_tables_that_were_changed_from_outside_stay_so(lake: Lake, dates: Path) -> None:
    """A compaction must not bring a version number back to the recorded one."""
    make_table(dates, 9)
    state = state_of(lake)
    write_state(lake, BuildState("abc", "embedded", {}, {"gold.dim_date": 9}))
    maintain(lake)
    assert version_of(dates) == 9
    assert read_state(lake) is None
    assert state.warehouse == {"gold.dim_date": 8}


def test_new_files_stay_new(lake: Lake) -> None:
    raw = make_table(lake.raw_table("crm", "cust_info"), 9)
    write_state(lake, BuildState("abc", "embedded", {"raw_crm.cust_info": 9}, {}))
    maintain(lake)
    assert version_of(raw) == 9
    state = read_state(lake)
    assert state is not None
    assert state.raw == {"raw_crm.cust_info": DIFFERS}


def test_tables_of_an_empty_lake(lake: Lake) -> None:
    shutil.rmtree(lake.warehouse)
    assert maintain(lake).tables == ()
