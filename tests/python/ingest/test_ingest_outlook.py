"""What a dry run foretells is what the run then does, whatever option decides about a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ingest_bench import ERP, PLACES, START, Bench

from ingest.catalogue.tables import Catalogue
from ingest.options import read_options
from ingest.outlook import foresee
from maintenance.raw_batches import existing_ledger

MODE = "cloudFiles.schemaEvolutionMode"
PLACE = "CID,CNTRY\n1,DE\n"
FILE = "erp/LOC_A101/2.csv"
STATE = {
    "load": "committed",
    "skip": "duplicate",
    "set_aside": "set_aside",
    "leave_out": "left_out",
}


def bench_with(folder: Path, **settings: object) -> Bench:
    """A bench whose table of places has other settings."""
    tables = [
        replace(table, **settings) if table.name == PLACES else table  # type: ignore[arg-type]
        for table in ERP.tables
    ]
    return Bench(folder, Catalogue(tuple(tables)))


def foretold(bench: Bench) -> tuple[str, str]:
    ledger = existing_ledger(bench.lake, bench.catalogue, START)
    files = foresee(bench.landing, bench.lake, bench.catalogue, ledger)
    outlook = next(file.outlook for file in files if file.path == FILE)
    return outlook.will, outlook.why


@pytest.mark.parametrize(
    ("options", "content", "will"),
    [
        (
            {"cloudFiles.schemaEvolutionMode": "failOnNewColumns"},
            "CID,CNTRY,x\n1,2,3\n",
            "set_aside",
        ),
        ({MODE: "rescue"}, "CID,CNTRY,x\n1,2,3\n", "load"),
        ({"pathGlobFilter": "1*"}, "CID,CNTRY\n2,FR\n", "leave_out"),
        ({}, PLACE, "skip"),
        ({}, "CID,CNTRY\n2,FR", "load"),
    ],
)
def test_a_second_file(options: dict[str, str], content: str, will: str, tmp_path: Path) -> None:
    bench = bench_with(tmp_path, options=read_options(options)[0])
    bench.write("erp/LOC_A101/1.csv", PLACE)
    bench.ingest()
    bench.write(FILE, content)
    assert foretold(bench)[0] == will
    bench.ingest()
    assert bench.states(FILE) == (["planned"] if will == "load" else []) + [STATE[will]]


def test_files_that_were_there_before_the_first_run(tmp_path: Path) -> None:
    options, _ = read_options({"cloudFiles.includeExistingFiles": False})
    bench = bench_with(tmp_path, options=options)
    bench.write(FILE, PLACE)
    will, why = foretold(bench)
    assert (will, "before the table's first run" in why) == ("leave_out", True)
    bench.ingest()
    assert bench.states(FILE) == ["left_out"]
    assert foretold(bench)[0] == "leave_out"


def test_new_columns_at_the_first_run_are_the_catalogues_matter(tmp_path: Path) -> None:
    options, _ = read_options({MODE: "failOnNewColumns"})
    bench = bench_with(tmp_path, options=options)
    bench.write(FILE, "CID,CNTRY,CITY\n1,DE,Bonn\n")
    assert foretold(bench) == (
        "set_aside",
        "brings new columns: CITY (cloudFiles.schemaEvolutionMode is failOnNewColumns)",
    )
    bench.ingest()
    assert bench.states(FILE) == ["set_aside"]
