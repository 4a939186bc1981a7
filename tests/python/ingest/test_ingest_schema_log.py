"""Every version of a raw table's schema is recorded once, with the file that brought it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from command_line import saleslake
from ingest_bench import PLACES, START, Bench, read
from typed_bench import TypedBench, parquet_bytes

from ingest.raw import schema_log
from ingest.raw.schema_log import (
    Change,
    ColumnChange,
    SchemaVersion,
    changes_between,
    columns_after,
)
from saleslake.errors import LakeMissingError, SettingError

FOLDER = "erp/LOC_A101"
WIDENING = {"cloudFiles.schemaEvolutionMode": "addNewColumnsWithTypeWidening"}
Brief = tuple[int, str, str, str, str | None, str | None]


def log(bench: Bench) -> list[Brief]:
    """The log without times: version, column, change, type, file and type before."""
    rows = read(bench.lake.ops_table(schema_log.NAME))
    names = ("schema_version", "column_name", "change", "type", "file_path", "previous_type")
    return sorted(tuple(row[name] for name in names) for row in rows)  # type: ignore[misc]


def test_the_file_that_brought_a_column_is_named(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "csv")
    bench.write(f"{FOLDER}/1.csv", "CID,CNTRY\n1,DE\n")
    bench.write(f"{FOLDER}/2.csv", "CID,CITY\n2,Lyon\n")
    bench.ingest()
    expected: list[Brief] = [
        (1, "CID", "added", "string", None, None),
        (1, "CITY", "added", "string", f"{FOLDER}/2.csv", None),
        (1, "CNTRY", "added", "string", None, None),
    ]
    assert log(bench) == expected
    bench.deliver("3", "CID,city,CNTRY\n3,Oslo,NO\n")
    assert log(bench) == expected
    bench.deliver("4", "CID,x,y\n3,1,2\n")
    assert log(bench)[3:] == [
        (2, "x", "added", "string", f"{FOLDER}/4.csv", None),
        (2, "y", "added", "string", f"{FOLDER}/4.csv", None),
    ]


def test_types_and_the_file_that_widened_them(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "parquet", WIDENING)
    narrow = pa.array([1], pa.int32())
    bench.deliver("1", parquet_bytes({"CID": [1], "CNTRY": ["DE"], "n": narrow}))
    bench.write(f"{FOLDER}/2.csv", parquet_bytes({"CID": [2], "n": narrow}))
    bench.write(f"{FOLDER}/3.csv", parquet_bytes({"CID": [3], "n": [2**40]}))
    bench.ingest()
    assert log(bench) == [
        (1, "CID", "added", "bigint", f"{FOLDER}/1.csv", None),
        (1, "CNTRY", "added", "string", f"{FOLDER}/1.csv", None),
        (1, "n", "added", "int", f"{FOLDER}/1.csv", None),
        (2, "n", "widened", "bigint", f"{FOLDER}/3.csv", "int"),
    ]


@pytest.mark.parametrize("step", ["planned", "data", "quarantine"])
def test_an_interrupted_batch_is_one_version(tmp_path: Path, step: str) -> None:
    bench = TypedBench(tmp_path, "csv")
    bench.deliver("1", "CID,CNTRY\n1,DE\n")
    bench.write(f"{FOLDER}/2.csv", "CID,CITY\n2,Lyon\n3\n")
    bench.interrupt(step if step == "planned" else f"{step}:{PLACES}")
    bench.ingest()
    bench.ingest()
    assert log(bench)[2:] == [(2, "CITY", "added", "string", f"{FOLDER}/2.csv", None)]


def test_a_lake_from_before_the_log_has_columns_without_a_file(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "csv")
    bench.deliver("1", "CID,CNTRY,CITY\n1,DE,Ulm\n")
    shutil.rmtree(bench.lake.ops_table(schema_log.NAME))
    bench.deliver("2", "CID,CNTRY,CITY\n2,FR,Lyon\n")
    assert [row[4] for row in log(bench)] == [None] * 3
    bench.deliver("3", "CID,x\n3,1\n")
    assert log(bench)[3:] == [(2, "x", "added", "string", f"{FOLDER}/3.csv", None)]


def test_a_run_without_new_files_writes_nothing(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "csv")
    bench.ingest()
    assert not bench.lake.ops_table(schema_log.NAME).exists()
    bench.deliver("1", "CID,CNTRY\n1,DE\n")
    before = bench.versions()
    bench.ingest()
    assert bench.versions() == before


def test_versions_add_up_and_differ_by_what_changed() -> None:
    first = {"a": "int", "b": "string"}
    second = {"a": "bigint", "c": "date"}
    changes = [
        ColumnChange("a", Change.WIDENED, "bigint", "int"),
        ColumnChange("b", Change.REMOVED, "string"),
        ColumnChange("c", Change.ADDED, "date"),
    ]
    assert changes_between(first, second) == changes
    assert changes_between(second, second) == []
    back = ColumnChange("a", Change.RETYPED, "int", "bigint")
    assert changes_between(second, first)[0] == back
    versions = [
        SchemaVersion(number, number, START, tuple(found))
        for number, found in enumerate((changes_between({}, first), changes), start=1)
    ]
    assert columns_after(versions) == second


def test_the_command_shows_versions(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "parquet", WIDENING)
    with pytest.raises(LakeMissingError):
        saleslake("schema", PLACES, lake=bench.lake)
    bench.lake.root.mkdir()
    assert saleslake("schema", PLACES, lake=bench.lake).strip().endswith("schemas are recorded")
    bench.deliver("1", parquet_bytes({"CID": ["1"], "n": pa.array([1], pa.int32())}))
    bench.deliver("2", parquet_bytes({"CID": ["2"], "n": [2**40], "day": ["x"]}))
    assert saleslake("schema", PLACES, lake=bench.lake).splitlines() == [
        "erp.loc_a101: 4 columns",
        "Version 1, batch 1, 2026-01-01 01:00 UTC",
        f"  + CID    string         {FOLDER}/1.csv",
        "  + CNTRY  string",
        f"  + n      int            {FOLDER}/1.csv",
        "Version 2, batch 2, 2026-01-01 02:00 UTC",
        f"  + day    string         {FOLDER}/2.csv",
        f"  ~ n      int to bigint  {FOLDER}/2.csv",
    ]
    found = json.loads(saleslake("schema", PLACES, lake=bench.lake, json_output=True))
    types = {"CID": "string", "CNTRY": "string", "day": "string", "n": "bigint"}
    assert (found["table"], found["columns"]) == (PLACES, types)
    assert found["versions"][1]["changes"][1] == {
        "column": "n",
        "change": "widened",
        "type": "bigint",
        "previous_type": "int",
        "file_path": f"{FOLDER}/2.csv",
    }
    with pytest.raises(SettingError, match=r"erp\.loc_a101"):
        saleslake("schema", "erp.loc", lake=bench.lake)
