"""Tables that dbt built, and ingest's own: what a restore does to them, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from command_line import saleslake
from delta_tables import commit_file, cut, make_table, tree, values, version_of
from deltalake import DeltaTable, write_deltalake
from restore_bench import RestoreBench

from saleslake.build_state import BuildState, read_state, write_state
from saleslake.errors import DamagedTableError, RestoreRefusedError, UnknownTableError
from saleslake.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    lake.prepare()
    lake.mark("real")
    make_table(lake.warehouse / "gold" / "dim_date", 4)
    write_state(lake, BuildState("abc", "embedded", {}, {"gold.dim_date": 3}))
    return lake


def test_a_table_is_as_it_was_and_the_next_build_starts_from_raw(lake: Lake) -> None:
    dates = lake.warehouse / "gold" / "dim_date"
    text = saleslake("restore", "gold.dim_date", "--version", "1", lake=lake)
    assert "as of version 1 (2 rows)" in text
    assert "the next saleslake run builds all tables again" in text
    assert values(dates) == [0, 1]
    assert values(dates, 3) == [0, 1, 2, 3]
    assert version_of(dates) == 4
    assert read_state(lake) is None
    assert not lake.pending_restore.exists()


def test_columns_come_back_too(lake: Lake) -> None:
    dates = lake.warehouse / "gold" / "dim_date"
    write_deltalake(dates, pa.table({"b": ["x"]}), mode="overwrite", schema_mode="overwrite")
    saleslake("restore", "gold.dim_date", "--version", "3", lake=lake)
    assert [field.name for field in DeltaTable(dates).schema().fields] == ["a"]
    assert values(dates) == [0, 1, 2, 3]


def test_a_damaged_newest_version_is_moved_aside(lake: Lake) -> None:
    dates = lake.warehouse / "gold" / "dim_date"
    damaged = commit_file(dates, 3)
    cut(damaged)
    half = damaged.read_bytes()
    saleslake("restore", "gold.dim_date", "--version", "2", lake=lake)
    assert version_of(dates) == 2
    assert values(dates) == [0, 1, 2]
    (kept,) = (lake.damaged / "gold.dim_date").glob("*/*.json")
    assert kept.read_bytes() == half
    make_table(dates, 1)
    assert version_of(dates) == 3


def test_a_damaged_table_goes_back_further_too(lake: Lake) -> None:
    dates = lake.warehouse / "gold" / "dim_date"
    cut(commit_file(dates, 3))
    saleslake("restore", "gold.dim_date", "--version", "0", lake=lake)
    assert (version_of(dates), values(dates)) == (3, [0])


def test_a_moment_at_the_damaged_end_is_not_guessed(lake: Lake) -> None:
    cut(commit_file(lake.warehouse / "gold" / "dim_date", 3))
    before = tree(lake.root)
    with pytest.raises(DamagedTableError, match="is cut off"):
        saleslake("restore", "gold.dim_date", "--time", "now", lake=lake)
    assert tree(lake.root) == before


def test_the_ledger_is_restored_only_to_repair_it(bench: RestoreBench) -> None:
    before = tree(bench.lake.root)
    with pytest.raises(RestoreRefusedError, match="records what happened and is not damaged"):
        bench.restore("--version", "2", table="ops.ingested_files")
    cut(commit_file(bench.lake.ops_table("ingested_files"), 6))
    with pytest.raises(RestoreRefusedError, match=r"newest whole version \(5\)"):
        bench.restore("--version", "2", table="ops.ingested_files")
    assert set(tree(bench.lake.root)) == set(before)
    bench.restore("--version", "5", table="ops.ingested_files")
    assert DeltaTable(bench.lake.ops_table("ingested_files")).version() == 5


def test_a_raw_table_waits_for_a_damaged_ledger(bench: RestoreBench) -> None:
    cut(commit_file(bench.lake.ops_table("quarantined_records"), 2))
    before = tree(bench.lake.root)
    with pytest.raises(DamagedTableError, match=r"ops\.quarantined_records"):
        bench.restore("--version", "1")
    assert tree(bench.lake.root) == before


def test_only_raw_tables_come_from_the_landing_folder(lake: Lake) -> None:
    with pytest.raises(RestoreRefusedError, match="only raw tables"):
        saleslake("restore", "gold.dim_date", "--from-landing", lake=lake)
    with pytest.raises(UnknownTableError, match="raw_web"):
        saleslake("restore", "raw_web.clicks", "--from-landing", lake=lake)
