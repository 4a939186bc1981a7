"""The files that the loader is measured on, and how its sides are run on them."""

from __future__ import annotations

import re
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from bench.__main__ import bench
from bench.errors import BenchmarkSetupError
from bench.files import SALES_FOLDER, Lines, choose_source, read_lines
from bench.loader.landing import in_sizes, write_one, write_parts, write_small
from bench.loader.names import (
    BARE_SOURCE,
    CLOUD_FILES,
    CLOUD_FILES_METADATA,
    DUCKDB_DELTA,
    SALESLAKE,
    SIDES,
    SPARK_CSV,
    SPARK_CSV_METADATA,
)
from bench.loader.session import folder_of
from bench.loader.sides import Landed, SaleslakeSide, landed, side_of
from ingest import delta
from ingest.catalogue.entries import load_catalogue


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Lines:
    folder = tmp_path_factory.mktemp("sample")
    return read_lines(choose_source(folder / "none", folder), load_catalogue())


def lines_of(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def test_parts_have_the_same_number_of_lines_and_no_line_twice(tmp_path: Path, own: Lines) -> None:
    number = own.num_rows * 2 + 5
    files = write_parts(own, tmp_path, number, 3)
    assert [file.parent for file in files] == [tmp_path / SALES_FOLDER] * 3
    parts = [lines_of(file) for file in files]
    assert {part[0] for part in parts} == {",".join(own.column_names)}
    sizes = [len(part) - 1 for part in parts]
    assert sum(sizes) == number
    assert max(sizes) - min(sizes) <= 1


def test_tables_are_cut_where_they_are_told() -> None:
    parts = iter([pa.table({"a": [1, 2, 3]}), pa.table({"a": [4]}), pa.table({"a": [5, 6]})])
    assert [part["a"].to_pylist() for part in in_sizes(parts, [2, 3, 1])] == [
        [1, 2],
        [3, 4, 5],
        [6],
    ]


def test_one_file_of_about_a_size(tmp_path: Path, own: Lines) -> None:
    file, lines = write_one(own, tmp_path, 3_000_000)
    assert file.stat().st_size == pytest.approx(3_000_000, rel=0.05)
    assert len(lines_of(file)) == lines + 1


def test_small_files_hold_one_line_each_and_none_twice(tmp_path: Path, own: Lines) -> None:
    number = own.num_rows + 10
    files = write_small(own, tmp_path, number)
    assert len({file.read_bytes() for file in files}) == len(set(files)) == number
    assert {len(lines_of(file)) for file in files} == {2}


def test_each_side_gets_files_a_folder_and_columns(tmp_path: Path) -> None:
    python = tmp_path / ".venv-bench" / "bin" / "python"
    with pytest.raises(BenchmarkSetupError):
        side_of(DUCKDB_DELTA, tmp_path, tmp_path, ("a", "b"))
    python.parent.mkdir(parents=True)
    python.touch()
    files = Path("/files")
    commands = {
        name: side_of(name, tmp_path, tmp_path / "own", ("a", "b")).run(files).command
        for name in SIDES.values()
    }
    given = [str(files / SALES_FOLDER), str(tmp_path / "own"), "a", "b"]
    assert commands[SALESLAKE][1:5] == ["-m", "command.cli", "ingest", "--landing"]
    assert commands[SPARK_CSV] == [sys.executable, "-m", "bench.loader.spark_csv", *given]
    with_files = [*given, "_metadata"]
    for name, module in (
        (SPARK_CSV_METADATA, "spark_csv"),
        (CLOUD_FILES_METADATA, "cloudfiles_stream"),
    ):
        assert commands[name] == [sys.executable, "-m", f"bench.loader.{module}", *with_files]
    assert commands[BARE_SOURCE][2:] == ["bench.loader.bare_source", *given]
    assert commands[CLOUD_FILES][2:] == ["bench.loader.cloudfiles_stream", *given]
    assert commands[DUCKDB_DELTA][0] == str(python)
    assert commands[DUCKDB_DELTA][3:] == given
    assert SaleslakeSide(tmp_path, tmp_path).dry_run(files).command[-1] == "--dry-run"


def test_folders_that_a_lake_may_be_in() -> None:
    names = {folder_of(Path("/x"), name).name for name in SIDES.values()}
    assert len(names) == len(SIDES)
    assert all(re.fullmatch("[a-z_]+", name) for name in names)


def test_a_table_s_rows_and_amounts(tmp_path: Path) -> None:
    sales = pa.RecordBatch.from_pydict({"sls_sales": pa.array(["12", "", None, "-2"], pa.string())})
    delta.ensure(tmp_path / "table", sales.schema, "sales", "")
    delta.append(tmp_path / "table", [sales], sales.schema)
    assert landed(tmp_path / "table") == Landed(4, Decimal(10))


def test_the_loader_s_command_has_options_of_its_own() -> None:
    runner = CliRunner()
    assert "--small-files" in runner.invoke(bench, ["loader", "--help"]).output
    assert "loader" in runner.invoke(bench, ["--help"]).output
