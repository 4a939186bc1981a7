"""Tables as they were: versions at a moment, their rows, and files of them."""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command_line import saleslake
from delta_tables import age, commit_file, cut, make_table, values
from deltalake import DeltaTable, write_deltalake

from maintenance.as_of import parse_moment
from maintenance.export import check_output, write_rows
from saleslake.errors import (
    DamagedTableError,
    LakeMissingError,
    OutputError,
    UnknownTableError,
    UnknownVersionError,
)
from saleslake.lake import Lake

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CELLS = ["=1+1", "+A1", "-A1", "@x", "\tx", "-5", "-1,234.50", "+3", "1e-5", 'a"b', "", None, "-"]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Three versions of two days ago, and one of now."""
    lake = Lake(tmp_path / "lake")
    lake.prepare()
    lake.mark("real")
    table = lake.warehouse / "gold" / "dim_date"
    make_table(table, 3)
    age(table, days=2)
    make_table(table, 1)
    return lake


def moment(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20T12:00", NOON),
        ("2026-11-20 12:00:00", NOON),
        ("2026-11-20T12:00Z", NOON),
        ("2026-11-20T13:00+01:00", NOON),
        ("2026-11-20", NOON.replace(hour=0)),
    ],
)
def test_a_time_without_a_zone_is_utc(text: str, expected: datetime) -> None:
    found = parse_moment(text, datetime.now(UTC))
    assert (found, found.utcoffset()) == (expected, timedelta(0))


def test_now_is_now() -> None:
    assert parse_moment("now", NOON) == NOON


def test_the_lake_at_a_moment(lake: Lake) -> None:
    late = write_deltalake(lake.warehouse / "gold" / "late", pa.table({"a": [1]}))
    assert late is None
    found = json.loads(saleslake("as-of", moment(1), lake=lake, json_output=True))
    versions = {table["table"]: table["version"] for table in found["tables"]}
    assert versions["gold.dim_date"]["version"] == 2
    assert versions["gold.dim_date"]["rows"] == 3
    assert versions["gold.late"] is None
    text = saleslake("as-of", moment(1), lake=lake)
    assert "no table yet" in next(line for line in text.splitlines() if "gold.late" in line)


def test_the_versions_of_a_table(lake: Lake) -> None:
    found = json.loads(saleslake("as-of", "--table", "gold.dim_date", lake=lake, json_output=True))
    assert [version["rows"] for version in found["versions"]] == [1, 2, 3, 4]
    assert {version["operation"] for version in found["versions"]} == {"WRITE"}


def test_rows_by_moment_and_by_version_are_the_library_s(lake: Lake) -> None:
    for wanted in ([moment(1)], ["--version", "2"]):
        arguments = ["as-of", *wanted, "--table", "gold.dim_date", "--limit", "9"]
        found = json.loads(saleslake(*arguments, lake=lake, json_output=True))
        assert sorted(row["a"] for row in found["rows"]) == values(
            lake.warehouse / "gold" / "dim_date", 2
        )


def test_the_limit_is_kept(lake: Lake) -> None:
    text = saleslake("as-of", "now", "--table", "gold.dim_date", "--limit", "2", lake=lake)
    assert text.splitlines()[-1] == "2 of 4 rows"


def test_what_a_terminal_would_obey_is_written_out(lake: Lake) -> None:
    path = lake.warehouse / "gold" / "odd"
    write_deltalake(path, pa.table({"a\x1b[31m": ["x\x1b]0;title\x07\r\n\u202ey"]}))
    text = saleslake("as-of", "now", "--table", "gold.odd", lake=lake)
    assert "\x1b" not in text
    assert "\\x1b]0;title\\x07\\r\\n\\u202ey" in text


def test_unknown_table_version_and_lake(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(UnknownTableError, match=r"Did you mean 'gold\.dim_date'"):
        saleslake("as-of", "--table", "gold.dim_dat", lake=lake)
    with pytest.raises(UnknownVersionError, match=r"at version 9; .* versions 0 to 3"):
        saleslake("as-of", "--version", "9", "--table", "gold.dim_date", lake=lake)
    with pytest.raises(UnknownVersionError, match="versions 0 to 3"):
        saleslake("as-of", moment(5), "--table", "gold.dim_date", lake=lake)
    with pytest.raises(LakeMissingError, match="nowhere"):
        saleslake("as-of", "now", lake=Lake(tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()


def test_a_version_whose_files_were_deleted_says_which_are_there(lake: Lake) -> None:
    table = lake.warehouse / "gold" / "dim_date"
    DeltaTable(table).optimize.compact()
    DeltaTable(table).vacuum(0, dry_run=False, enforce_retention_duration=False)
    with pytest.raises(UnknownVersionError, match=r"3 of the data files of version 2 are gone.*4"):
        saleslake("as-of", "--version", "2", "--table", "gold.dim_date", lake=lake)
    found = json.loads(saleslake("as-of", moment(1), lake=lake, json_output=True))
    assert found["tables"][0]["note"] == "files deleted"


def test_a_damaged_end_is_no_older_version_in_disguise(lake: Lake) -> None:
    table = lake.warehouse / "gold" / "dim_date"
    commit_file(table, 3).write_bytes(b"")
    with pytest.raises(DamagedTableError, match=r"gold\.dim_date.*is empty"):
        saleslake("as-of", "now", "--table", "gold.dim_date", lake=lake)
    text = saleslake("as-of", "--version", "2", "--table", "gold.dim_date", lake=lake)
    assert text.splitlines()[-1] == "3 of 3 rows"
    assert "damaged after version 2" in saleslake("as-of", "now", lake=lake)
    for file in table.glob("*.parquet"):
        cut(file)
    listed = saleslake("as-of", "--table", "gold.dim_date", lake=lake)
    assert "3 files are gone: cannot be read" in listed


@pytest.mark.fault(27)
def test_a_csv_file_holds_every_row_and_no_formula(lake: Lake, tmp_path: Path) -> None:
    count = len(CELLS)
    table = pa.table(
        {
            "=text": CELLS,
            "amount": pa.array([Decimal("-1.5000")] * count, pa.decimal128(18, 4)),
            "number": [-7] * count,
            "nested": [{"cell": "=1+1"}] * count,
            "day": [date(2026, 1, 1)] * count,
        }
    )
    write_deltalake(lake.warehouse / "gold" / "odd", table)
    output = tmp_path / "odd.csv"
    arguments = ["as-of", "now", "--table", "gold.odd", "--output", str(output)]
    assert f"{count} rows of gold.odd version 0" in saleslake(*arguments, lake=lake)
    with output.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert header == ["'=text", "amount", "number", "nested", "day"]
    escaped = [f"'{cell}" for cell in CELLS[:5] if cell]
    assert [row[0] for row in rows] == [
        *escaped,
        *("-5", "-1,234.50", "+3", "1e-5", 'a"b', "", "", "'-"),
    ]
    assert {tuple(row[1:]) for row in rows} == {("-1.5000", "-7", '{"cell": "=1+1"}', "2026-01-01")}
    with pytest.raises(OutputError, match="is there already"):
        saleslake(*arguments, lake=lake)
    output.write_text("old", encoding="utf-8")
    saleslake(*arguments, "--force", lake=lake)
    assert output.read_text(encoding="utf-8") != "old"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["odd.csv"]


def test_a_parquet_file_equals_the_version(lake: Lake, tmp_path: Path) -> None:
    output = tmp_path / "dates.parquet"
    saleslake(
        *("as-of", "--version", "1", "--table", "gold.dim_date", "--output", str(output)),
        lake=lake,
    )
    assert {str(value) for value in pq.read_table(output)["a"].to_pylist()} == {"0", "1"}


@pytest.mark.parametrize("name", ["dates.xlsx", "no/dates.csv"])
def test_an_output_that_cannot_be_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        check_output(tmp_path / name, force=True)


def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    """The limit on the size of files stands for the disk; Python ignores its signal."""
    output = tmp_path / "rows.csv"
    output.write_text("as it was", encoding="utf-8")
    code = (
        "import resource, sys; from pathlib import Path; import pyarrow as pa\n"
        "from maintenance.export import write_rows; from saleslake.errors import OutputError\n"
        "table = pa.table({'a': [str(n) for n in range(100_000)]})\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "try:\n"
        "    write_rows(Path(sys.argv[1]), table.schema, table.to_batches(), lambda _: None)\n"
        "except OutputError as error:\n"
        "    sys.exit(error.exit_code if 'file too large' in str(error) else 1)\n"
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    done = subprocess.run([sys.executable, "-c", code, str(output)], check=False)
    assert done.returncode == OutputError.exit_code
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]
    assert output.read_text(encoding="utf-8") == "as it was"


def test_an_empty_table_has_a_header(tmp_path: Path) -> None:
    output = tmp_path / "none.csv"
    schema = pa.table({"a": ["x"], "day": [date(2026, 1, 1)]}).schema
    assert write_rows(output, schema, [], lambda _: None) == 0
    assert output.read_text(encoding="utf-8").strip() == '"a","day"'


def test_times_of_other_zones_are_shown_in_utc(lake: Lake) -> None:
    zone = timezone(timedelta(hours=5))
    text = saleslake("as-of", NOON.astimezone(zone).isoformat(), lake=lake)
    assert "as of 2026-11-20 12:00:00 UTC" in text
