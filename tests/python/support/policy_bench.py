"""One table of a landing folder, with options and policies that a test chooses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ingest_bench import PLACES, Bench

from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue
from ingest.options import read_options
from ingest.options.values import Scalar

TABLE = next(table for table in load_catalogue().tables if table.name == PLACES)
ONE = "CID,CNTRY\n1,DE\n"
TWO = "CID,CNTRY\n2,FR\n"
WIDER = "CID,CNTRY,CITY\n3,DE,Köln\n4,DE,\n"


def bench_with(
    folder: Path, options: dict[str, Scalar] | None = None, **policies: str | float
) -> Bench:
    """One table with these options and policies."""
    bench = Bench(folder)
    change(bench, options, **policies)
    return bench


def change(bench: Bench, options: dict[str, Scalar] | None = None, **policies: str | float) -> None:
    read, problems = read_options(options or {})
    assert problems == ()
    table = replace(TABLE, options=read, **policies)  # type: ignore[arg-type]
    bench.catalogue = Catalogue((table,))


def loaded(bench: Bench) -> list[object]:
    return sorted(bench.values(PLACES, "CID"), key=str)


def left_out(bench: Bench) -> dict[str, str]:
    return {file.path: file.reason for file in bench.ingest().ignored}


def deliver(bench: Bench, name: str, content: str) -> Path:
    return bench.write(f"erp/LOC_A101/{name}", content)


def settle(bench: Bench) -> None:
    """A second run finds nothing to do."""
    before = bench.versions()
    assert not bench.ingest().anything_new
    assert bench.versions() == before
