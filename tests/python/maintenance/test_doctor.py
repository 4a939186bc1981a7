"""Each damage is named with its table, file and version, and with the command that repairs it."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_line import saleslake
from delta_tables import commit_file, cut, make_table, tree, values
from deltalake import DeltaTable
from ingest_bench import PLACES
from restore_bench import FILES, RAW_PLACES, RestoreBench, assert_consistent

from maintenance.ledger_check import first_difference
from saleslake.errors import LakeMissingError, LakeVersionError, RestoreRefusedError
from saleslake.lake import Lake

LEDGER = "ops.ingested_files"


@dataclass(frozen=True)
class Found:
    """One finding of the doctor's JSON."""

    is_damage: bool
    problem: str
    repair: str
    table: str
    version: int | None
    file: str


def diagnose(lake: Lake, *, healthy: bool) -> list[Found]:
    text = saleslake("doctor", lake=lake, json_output=True, expect=0 if healthy else 30)
    told = json.loads(text)
    assert told["is_healthy"] is healthy
    return [Found(**finding) for finding in told["findings"]]


def damage(lake: Lake) -> list[Found]:
    return [found for found in diagnose(lake, healthy=False) if found.is_damage]


def follow(repair: str, bench: RestoreBench) -> None:
    """Run the command that the doctor names."""
    program, *arguments = shlex.split(repair.split(", or ", maxsplit=1)[0])
    assert program == "saleslake"
    saleslake(*arguments, "--landing", str(bench.landing), "--yes", lake=bench.lake)


@pytest.fixture(scope="module")
def four_versions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_table(tmp_path_factory.mktemp("gold") / "dim_date", 4)


@pytest.fixture
def bench(bench: RestoreBench, four_versions: Path) -> RestoreBench:
    """With a table of the warehouse of four versions."""
    shutil.copytree(four_versions, dates(bench))
    return bench


def dates(bench: RestoreBench) -> Path:
    return bench.lake.warehouse / "gold" / "dim_date"


def checkpoint(table: Path, version: int) -> Path:
    DeltaTable(table).create_checkpoint()
    return table / "_delta_log" / f"{version:020}.checkpoint.parquet"


def data_file(table: Path) -> Path:
    """The file that the newest version added."""
    (action,) = (
        json.loads(line)
        for line in commit_file(table, DeltaTable(table).version()).read_text().splitlines()
        if '"add"' in line
    )
    return table / str(action["add"]["path"])


def cut_at_a_line(table: Path, version: int) -> None:
    """What is left reads well: only the engine's own count of files tells."""
    entry = commit_file(table, version)
    files = len(DeltaTable(table).file_uris())
    entry.with_suffix(".crc").write_text(json.dumps({"numFiles": files}))
    entry.write_text(entry.read_text().splitlines()[0])


@dataclass(frozen=True)
class Case:
    name: str
    do: Callable[[RestoreBench], object]
    version: int | None
    file: str
    problem: str
    repair: str


WAREHOUSE = [
    Case(
        "newest commit cut",
        lambda b: cut(commit_file(dates(b), 3)),
        3,
        "_delta_log/00000000000000000003.json",
        "is cut off",
        "saleslake restore gold.dim_date --version 2, or saleslake run --full-refresh",
    ),
    Case(
        "newest commit empty",
        lambda b: commit_file(dates(b), 3).write_bytes(b""),
        3,
        "_delta_log/00000000000000000003.json",
        "is empty",
        "saleslake restore gold.dim_date --version 2, or saleslake run --full-refresh",
    ),
    Case(
        "commit cut at the end of a line",
        lambda b: cut_at_a_line(dates(b), 3),
        3,
        "_delta_log/00000000000000000003.json",
        "its last commit is cut off at the end of a line",
        "saleslake restore gold.dim_date --version 2, or saleslake run --full-refresh",
    ),
    Case(
        "gap in the versions",
        lambda b: commit_file(dates(b), 2).unlink(),
        2,
        "_delta_log/00000000000000000002.json",
        "is missing",
        "saleslake restore gold.dim_date --version 1, or saleslake run --full-refresh",
    ),
    Case(
        "checkpoint cut",
        lambda b: cut(checkpoint(dates(b), 3)),
        3,
        "_delta_log/00000000000000000003.checkpoint.parquet",
        "is cut off, or no Parquet file",
        "saleslake restore gold.dim_date --version 3, or saleslake run --full-refresh",
    ),
    Case(
        "data file missing",
        lambda b: data_file(dates(b)).unlink(),
        3,
        "part-00000",
        "this data file is missing",
        "saleslake restore gold.dim_date --version 2, or saleslake run --full-refresh",
    ),
    Case(
        "data file cut",
        lambda b: cut(data_file(dates(b))),
        3,
        "part-00000",
        "bytes instead of",
        "saleslake restore gold.dim_date --version 2, or saleslake run --full-refresh",
    ),
]


@pytest.mark.parametrize("case", WAREHOUSE, ids=lambda case: case.name)
def test_damage_in_the_warehouse(case: Case, bench: RestoreBench) -> None:
    case.do(bench)
    found, *others = damage(bench.lake)
    assert (found.table, found.version) == ("gold.dim_date", case.version)
    assert found.repair == case.repair
    assert found.file.startswith(case.file)
    assert case.problem in found.problem
    assert {other.repair for other in others} <= {case.repair}
    follow(case.repair, bench)
    diagnose(bench.lake, healthy=True)
    restored = int(case.repair.split(",")[0].rpartition(" ")[2])
    assert values(dates(bench)) == list(range(restored + 1))


def test_a_table_without_a_readable_version_is_built_anew(bench: RestoreBench) -> None:
    for version in range(4):
        commit_file(dates(bench), version).write_bytes(b"")
    assert {found.repair for found in damage(bench.lake)} == {"saleslake run --full-refresh"}


def test_a_snapshot_is_not_built_anew(bench: RestoreBench) -> None:
    table = make_table(bench.lake.warehouse / "snapshots" / "customers", 3)
    cut(commit_file(table, 2))
    (found,) = damage(bench.lake)
    assert found.repair == "saleslake restore snapshots.customers --version 1"


def lose_table(bench: RestoreBench) -> None:
    shutil.rmtree(bench.folder_of(PLACES))


def lose_log(bench: RestoreBench) -> None:
    for entry in (bench.folder_of(PLACES) / "_delta_log").iterdir():
        entry.write_bytes(b"")


def copied_back(bench: RestoreBench) -> None:
    """An older copy of the table's folder, put over it."""
    folder = bench.folder_of(PLACES)
    shutil.copytree(folder, bench.lake.root.parent / "copy")
    bench.write("erp/LOC_A101/4.csv", "CID,CNTRY\n5,ES\n")
    bench.ingest()
    shutil.rmtree(folder)
    (bench.lake.root.parent / "copy").rename(folder)


def taken_back_by_hand(bench: RestoreBench) -> None:
    """Delta's own restore: the transaction stays, so only the rows tell."""
    DeltaTable(bench.folder_of(PLACES)).restore(1)


RAW = [
    ("newest commit cut", lambda b: cut(commit_file(b.folder_of(PLACES), 3)), "--version 2"),
    ("data file missing", lambda b: data_file(b.folder_of(PLACES)).unlink(), "--version 2"),
    ("checkpoint cut", lambda b: cut(checkpoint(b.folder_of(PLACES), 3)), "--version 3"),
    ("checkpoint missing", lambda b: checkpoint(b.folder_of(PLACES), 3).unlink(), "--version 3"),
    ("taken back by hand", taken_back_by_hand, "--version 4"),
    ("older copy put over it", copied_back, "--version 3"),
    ("table missing", lose_table, "--from-landing"),
    ("no version readable", lose_log, "--from-landing"),
]


@pytest.mark.parametrize(
    ("do", "repair"), [case[1:] for case in RAW], ids=[case[0] for case in RAW]
)
def test_damage_of_a_raw_table_is_repaired_without_loss(
    do: Callable[[RestoreBench], object], repair: str, bench: RestoreBench
) -> None:
    do(bench)
    found = damage(bench.lake)
    assert {one.table for one in found} == {RAW_PLACES}
    assert {one.repair for one in found} == {f"saleslake restore {RAW_PLACES} {repair}"}
    follow(found[0].repair, bench)
    last = max(int(str(row["batch_id"] or 0)) for row in bench.ledger())
    assert (bench.ingest().batch_id or last + 1) == last + 1
    assert_consistent(bench)


@pytest.mark.parametrize("how", ["newest commit cut", "data file missing"])
def test_a_damaged_ledger_is_repaired_and_the_raw_table_follows(
    how: str, bench: RestoreBench
) -> None:
    """Its last event says that a batch is committed; without it the batch is finished again."""
    ledger = bench.lake.ops_table("ingested_files")
    cut(commit_file(ledger, 6)) if how == "newest commit cut" else data_file(ledger).unlink()
    found = damage(bench.lake)
    assert {(one.table, one.repair) for one in found} == {
        (LEDGER, f"saleslake restore {LEDGER} --version 5")
    }
    follow(found[0].repair, bench)
    bench.ingest()
    assert_consistent(bench)


def test_a_ledger_that_went_back_too_far(bench: RestoreBench) -> None:
    """The raw table holds a batch of which the ledger knows nothing."""
    rows = bench.loaded()
    for version in (5, 6):  # planned and committed of batch 3
        commit_file(bench.lake.ops_table("ingested_files"), version).unlink()
    (found,) = damage(bench.lake)
    assert (found.table, found.repair) == (
        RAW_PLACES,
        f"saleslake restore {RAW_PLACES} --version 2",
    )
    assert "holds batches up to 3, and the ledger knows them up to 2" in found.problem
    follow(found.repair, bench)
    assert bench.ingest().batch_id == 4
    assert bench.loaded() == rows
    assert_consistent(bench)


def test_a_lost_ledger(bench: RestoreBench) -> None:
    rows = bench.loaded()
    shutil.rmtree(bench.lake.ops_table("ingested_files"))
    (found,) = damage(bench.lake)
    assert found.repair == f"saleslake restore {RAW_PLACES} --version 0"
    follow(found.repair, bench)
    assert bench.ingest().batch_id == 4
    assert bench.loaded() == rows
    assert_consistent(bench)


def test_a_lost_ledger_whose_files_are_gone(bench: RestoreBench) -> None:
    """Nobody but the rows knows the files: what has none to be loaded from is told all the same."""
    shutil.rmtree(bench.lake.ops_table("ingested_files"))
    (bench.landing / FILES[1]).unlink()
    with pytest.raises(RestoreRefusedError, match="1 of its files are gone"):
        bench.restore("--version", "0")
    told = bench.restore("--version", "0", "--dry-run")
    assert {(file.path, file.rows, file.still_in_landing) for file in told.plan.files_out} == {
        (FILES[0], 1, True),
        (FILES[1], 1, False),
        (FILES[2], 2, True),
    }
    assert told.plan.unknown_batches == [1, 2, 3]
    bench.restore("--version", "0", "--yes")
    bench.ingest()
    assert sorted(bench.values(PLACES, "CID"), key=str) == ["1", "3", "4"]
    assert_consistent(bench)


def test_a_ledger_that_was_lost_after_all_rows_were_taken_out(bench: RestoreBench) -> None:
    """The table's transaction alone says which numbers are used."""
    bench.restore("--version", "0")
    shutil.rmtree(bench.lake.ops_table("ingested_files"))
    (found,) = damage(bench.lake)
    follow(found.repair, bench)
    diagnose(bench.lake, healthy=True)
    assert bench.ingest().batch_id == 4
    assert_consistent(bench)


def test_a_missing_marker(bench: RestoreBench) -> None:
    bench.lake.marker.unlink()
    (found,) = damage(bench.lake)
    assert "sample and real data could be mixed" in found.problem
    bench.lake.mark("real")
    diagnose(bench.lake, healthy=True)


def test_leftovers_and_half_made_tables_are_notes_that_maintain_clears(
    bench: RestoreBench,
) -> None:
    (bench.lake.removed / "gold.old-1").mkdir(parents=True)
    (bench.lake.state / "build.json.part").write_text("{")
    (bench.lake.warehouse / "gold" / "begun" / "_delta_log").mkdir(parents=True)
    aside = bench.lake.damaged / "gold.dim_date" / "run-1"
    aside.mkdir(parents=True)
    found = diagnose(bench.lake, healthy=True)
    assert {(one.file, one.is_damage) for one in found} == {
        ("ops/removed/gold.old-1", False),
        ("ops/state/build.json.part", False),
        ("warehouse/gold/begun", False),
        ("ops/damaged/gold.dim_date/run-1", False),
    }
    assert sum("saleslake maintain" in one.repair for one in found) == 3


def test_history_that_is_lost_is_a_note(bench: RestoreBench) -> None:
    checkpoint(dates(bench), 3)
    cut(commit_file(dates(bench), 1))
    (found,) = diagnose(bench.lake, healthy=True)
    assert (found.table, found.version, found.is_damage) == ("gold.dim_date", 1, False)
    assert "version 1 cannot be read any more" in found.problem


def test_a_healthy_lake_and_nothing_is_changed(bench: RestoreBench) -> None:
    before = tree(bench.lake.root)
    assert diagnose(bench.lake, healthy=True) == []
    text = saleslake("doctor", lake=bench.lake)
    assert text.splitlines()[-1] == "healthy"
    assert tree(bench.lake.root) == before


def test_a_batch_that_waits_to_be_finished_is_no_damage(bench: RestoreBench) -> None:
    bench.write("erp/LOC_A101/4.csv", "CID,CNTRY\n5,ES\n")
    bench.interrupt(f"data:{PLACES}")
    diagnose(bench.lake, healthy=True)
    (bench.landing / FILES[0]).unlink()
    diagnose(bench.lake, healthy=True)


@pytest.mark.parametrize(
    "command",
    [
        ["doctor"],
        ["maintain"],
        ["as-of", "now"],
        ["as-of", "--table", "gold.dim_date"],
        ["restore", "gold.dim_date", "--version", "1"],
    ],
)
def test_a_lake_of_a_newer_version_or_none_at_all(command: list[str], tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    with pytest.raises(LakeMissingError):
        saleslake(*command, lake=lake)
    assert not lake.root.exists()
    lake.root.mkdir()
    lake.marker.write_text('{"kind": "real", "format_version": 99}')
    with pytest.raises(LakeVersionError, match="99, newer than ours"):
        saleslake(*command, lake=lake)
    assert [path.name for path in lake.root.iterdir()] == ["lake.json"]


@pytest.mark.parametrize(
    ("expected", "rows", "planned", "difference"),
    [
        ({1: 2}, {1: 2}, set(), None),
        ({1: 2}, {}, set(), "batch 1 has 0 rows in it, and 2 in the ledger"),
        ({1: 2}, {1: 3}, set(), "batch 1 has 3 rows in it, and 2 in the ledger"),
        ({}, {1: 3}, set(), "batch 1 has 3 rows in it, and 0 in the ledger"),
        ({}, {1: 3}, {1}, None),
        ({1: 0}, {}, set(), None),
    ],
)
def test_where_the_ledger_and_a_table_differ(
    expected: dict[int, int], rows: dict[int, int], planned: set[int], difference: str | None
) -> None:
    assert first_difference(expected, rows, planned) == difference
