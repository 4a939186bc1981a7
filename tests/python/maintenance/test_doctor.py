"""Each damage is named with its table, file and version, and with the command that repairs it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_line import saleslake
from delta_tables import commit_file, cut, make_table, tree, values
from deltalake import DeltaTable
from doctor_bench import checkpoint, damage, data_file, diagnose, follow
from ingest_bench import PLACES
from restore_bench import FILES, RestoreBench

from command.maintenance import of_lake
from saleslake.errors import LakeMissingError, LakeVersionError
from saleslake.lake import Lake


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


def test_every_command_of_a_repair_says_of_which_lake() -> None:
    repair = "saleslake restore gold.dim_date --version 2, or saleslake run --full-refresh"
    assert of_lake(repair, Path("/my shop")) == (
        "saleslake restore --lake '/my shop' gold.dim_date --version 2, "
        "or saleslake run --lake '/my shop' --full-refresh"
    )


@pytest.mark.fault(13)
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
