"""cloudFiles.partitionColumns: columns that the folders of a path give."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from ingest_bench import ERP, PLACES, Bench, of, reasons
from replay_bench import ReplayBench, catalogue_of

from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue
from ingest.files.discovery import find
from ingest.options import read_options
from ingest.outlook import foresee
from ingest.raw.table import RawTable
from ingest.sampling import sample
from saleslake.errors import CatalogueError

PLACE = "CID,CNTRY\n1,DE\n"


def bench_with(folder: Path, columns: str, **written: str) -> Bench:
    """A bench whose places lie in folders of any depth."""
    bench = Bench(folder)
    change(bench, columns, **written)
    return bench


def change(bench: Bench, columns: str, **written: str) -> None:
    names = {f"cloudFiles.{name}": value for name, value in written.items()}
    options, problems = read_options({"cloudFiles.partitionColumns": columns, **names})
    assert not problems
    patterns = ("erp/places/**/*.csv",)
    tables = (
        replace(table, options=options, patterns=patterns) if table.name == PLACES else table
        for table in ERP.tables
    )
    bench.catalogue = Catalogue(tuple(tables))


def test_folders_give_columns_beside_those_of_the_file(tmp_path: Path) -> None:
    bench = bench_with(tmp_path, "region, month")
    bench.write("erp/places/region=EU/month=01/1.csv", PLACE)
    bench.write("erp/places/REGION=a%2Fb%20%C3%BC/month=__HIVE_DEFAULT_PARTITION__/2.csv", PLACE)
    bench.write("erp/places/month=02/other=x/region=/3.csv", PLACE + "2,FR\n")
    bench.write("erp/places/4.csv", PLACE.replace("DE", "IT"))
    bench.catalogue = Catalogue(
        tuple(replace(table, on_duplicate="load") for table in bench.catalogue.tables)
    )
    bench.ingest()
    assert bench.values(PLACES, "region") == [None, "a/b ü", "", "", "EU"]
    assert bench.values(PLACES, "month") == [None, None, "02", "02", "01"]
    assert bench.values(PLACES, "CNTRY") == ["IT", "DE", "DE", "FR", "DE"]
    assert "other" not in bench.rows(PLACES)[0]
    assert not bench.ingest().anything_new


def test_the_same_bytes_under_another_value_are_other_data(tmp_path: Path) -> None:
    bench = bench_with(tmp_path, "day date")
    bench.write("erp/places/day=2026-01-01/hour=1/x.csv", PLACE)
    bench.write("erp/places/day=2026-01-02/hour=1/x.csv", PLACE)
    # No column of the table tells these apart from the second.
    bench.write("erp/places/day=2026-01-02/hour=2/x.csv", PLACE)
    bench.write("erp/places/day=2026-01-02/hour=3/day=2026-01-02/x.csv", PLACE)
    foreseen = {
        one.path.removeprefix("erp/places/"): one.outlook.will
        for one in foresee(bench.landing, bench.lake, bench.catalogue, None)
    }
    assert foreseen == {
        "day=2026-01-01/hour=1/x.csv": "load",
        "day=2026-01-02/hour=1/x.csv": "load",
        "day=2026-01-02/hour=2/x.csv": "skip",
        "day=2026-01-02/hour=3/day=2026-01-02/x.csv": "set_aside",
    }
    result = of(bench.ingest(), PLACES)
    assert bench.values(PLACES, "day") == [date(2026, 1, 1), date(2026, 1, 2)]
    assert result.duplicates == ["erp/places/day=2026-01-02/hour=2/x.csv"]
    bench.write("erp/places/day=2026-01-03/x.csv", PLACE)
    bench.write("erp/places/day=2026-01-01/y.csv", PLACE)
    assert len(of(bench.ingest(), PLACES).duplicates) == 2
    assert bench.values(PLACES, "day") == [date(2026, 1, day) for day in (1, 2, 3)]


def test_a_duplicate_is_loaded_once_its_path_gives_something_else(tmp_path: Path) -> None:
    bench = bench_with(tmp_path, "")
    bench.write("erp/places/region=EU/1.csv", PLACE)
    bench.write("erp/places/region=US/1.csv", PLACE)
    bench.ingest()
    change(bench, "region")
    bench.ingest()
    assert bench.values(PLACES, "region") == [None, "US"]
    assert not bench.ingest().anything_new


def test_a_type_holds_what_it_can_and_rescues_the_rest(tmp_path: Path) -> None:
    bench = bench_with(tmp_path, "day date, n", schemaHints="n bigint")
    bench.write("erp/places/day=2026-01-31/n=7/1.csv", PLACE)
    bench.write("erp/places/day=30 February/n=007/2.csv", PLACE.replace("1", "2"))
    bench.ingest()
    assert bench.values(PLACES, "day") == [date(2026, 1, 31), None]
    assert bench.values(PLACES, "n")[0] == 7
    rescued = json.loads(str(bench.values(PLACES, "_rescued_data")[1]))
    assert rescued["day"] == "30 February"


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        (
            "erp/places/region=EU/1.csv",
            "CID,CNTRY,Region\n1,DE,x\n",
            "has a column 'region', which its path gives too (cloudFiles.partitionColumns)",
        ),
        ("erp/places/region=a/Region=b/1.csv", PLACE, "its path gives 'Region' twice"),
        (
            "erp/places/region=%FF/1.csv",
            PLACE,
            "its path's folder 'region=...' is not percent-encoded UTF-8",
        ),
    ],
)
def test_a_path_that_cannot_be_meant_sets_its_file_aside(
    path: str, content: str, reason: str, tmp_path: Path
) -> None:
    bench = bench_with(tmp_path, "region")
    bench.write(path, content)
    bench.write("erp/places/region=ok/2.csv", PLACE)
    assert reasons(of(bench.ingest(), PLACES)) == {path: reason}
    assert bench.values(PLACES, "region") == ["ok"]


@pytest.mark.parametrize("mode", ["rescue", "failOnNewColumns", "none"])
def test_they_are_no_new_columns_of_a_file(mode: str, tmp_path: Path) -> None:
    bench = bench_with(tmp_path, "region", schemaEvolutionMode=mode)
    bench.write("erp/places/region=EU/1.csv", PLACE)
    assert not bench.ingest().anything_set_aside
    assert bench.values(PLACES, "region") == ["EU"]
    assert bench.values(PLACES, "_rescued_data") == [None]


def test_a_table_that_is_there_gets_them_with_its_next_run(tmp_path: Path) -> None:
    bench = bench_with(tmp_path, "")
    bench.write("erp/places/region=EU/1.csv", PLACE)
    bench.ingest()
    assert "region" not in bench.rows(PLACES)[0]
    change(bench, "region")
    bench.write("erp/places/region=US/2.csv", PLACE.replace("1", "2"))
    bench.interrupt("planned")
    bench.ingest()
    assert bench.values(PLACES, "region") == [None, "US"]


def test_a_record_that_comes_out_of_the_quarantine_has_them_too(tmp_path: Path) -> None:
    bench = ReplayBench(tmp_path)

    def by_region() -> None:
        tables = (
            replace(
                table,
                options=replace(table.options, partition_columns="region string"),
                patterns=("erp/places/**/*.csv",),
            )
            if table.name == PLACES
            else table
            for table in bench.catalogue.tables
        )
        bench.catalogue = Catalogue(tuple(tables))

    bench.catalogue = catalogue_of("CID", "CNTRY")
    by_region()
    bench.write("erp/places/region=EU/1.csv", "1,DE\n2,FR,extra\n")
    bench.ingest()
    bench.catalogue = catalogue_of("CID", "CNTRY", "MORE")
    by_region()
    assert bench.replay().replayed == 1
    assert bench.values(PLACES, "MORE") == [None, "extra"]
    assert bench.values(PLACES, "region") == ["EU", "EU"]


def test_a_sample_shows_them(tmp_path: Path) -> None:
    bench = bench_with(tmp_path, "region")
    file = bench.write("erp/places/region=EU/1.csv", PLACE)
    found = find(file, bench.landing, bench.catalogue)
    table = next(table for table in bench.catalogue.tables if table.name == PLACES)
    shown = sample(found, RawTable(bench.folder_of(PLACES), table), 1)
    assert (shown.columns, shown.records) == (("CID", "CNTRY", "region"), (("1", "DE", "EU"),))
    assert shown.new_columns == ()


def test_a_sample_of_json_over_several_lines_has_the_first_records(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    options, _ = read_options({"multiLine": True}, "json")
    table = replace(ERP.tables[1], format="json", options=options, patterns=("erp/*.json",))
    bench.catalogue = Catalogue((table,))
    rows = [{"CID": str(number), "CNTRY": "DE"} for number in range(3)]
    file = bench.write("erp/1.json", json.dumps(rows, indent=1))
    found = find(file, bench.landing, bench.catalogue)
    shown = sample(found, RawTable(bench.folder_of(PLACES), table), 2)
    assert (shown.record_numbers, shown.is_whole) == ((1, 2), False)
    assert shown.records == (("0", "DE"), ("1", "DE"))


@pytest.mark.parametrize("written", ["region,,day", "day no_type", "batch_id", "a b c", "x, X"])
def test_what_names_no_columns_is_refused(written: str) -> None:
    assert read_options({"cloudFiles.partitionColumns": written})[1]


def test_a_column_of_file_and_path_is_refused_by_the_catalogue(tmp_path: Path) -> None:
    (tmp_path / "erp.yml").write_text(
        """
source: erp
description: d
identity_namespace: shop
folder: erp
tables:
  - table: places
    description: d
    patterns: ['*/*.csv']
    business_key: [cid]
    columns: [cid, region]
    options:
      cloudFiles.partitionColumns: Region
"""
    )
    with pytest.raises(CatalogueError, match=r"erp\.yml:11: column 'region' is one of cloudFiles"):
        load_catalogue(tmp_path)
