"""What follows the loading is foretold as it comes: held back, cleaned up, or no run at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cleaning_bench import FILES, CleaningBench, deliver
from command_line import saleslake
from ingest_bench import PLACES, START, Bench, of
from typed_bench import TypedBench

from command.status.known_files import read_batches, read_ledger
from command.status.next_landing import NextLanding, next_landing
from ingest.catalogue.tables import Catalogue, DeliverySet
from ingest.explain import explain
from ingest.ledger.full_deliveries import accept
from ingest.outlook import FileOutlook, foresee
from maintenance.raw_batches import existing_ledger
from saleslake.errors import CatalogueError, LedgerError

HEADER = "CID,CNTRY\n"


def foretold(bench: Bench, days: float = 0, base: datetime = START) -> dict[str, FileOutlook]:
    ledger = existing_ledger(bench.lake, bench.catalogue, base + timedelta(days=days))
    files = foresee(bench.landing, bench.lake, bench.catalogue, ledger)
    return {file.path: file for file in files}


def then(bench: Bench, days: float = 0, base: datetime = START) -> Mapping[str, str | None]:
    return {path: file.outlook.then for path, file in foretold(bench, days, base).items()}


def full(bench: Bench, delivery_set: DeliverySet = "file") -> Bench:
    (table,) = (table for table in bench.catalogue.tables if table.name == PLACES)
    bench.catalogue = Catalogue(
        (replace(table, delivery="full", delivery_set=delivery_set, largest_deleted_share=0.5),)
    )
    return bench


def write(bench: Bench, path: str, content: str, day: int) -> None:
    file, at = bench.write(f"erp/LOC_A101/{path}", HEADER + content), 1_700_000_000 + day * 86_400
    os.utime(file, (at, at))


def held(bench: Bench) -> list[str]:
    return [one.reason for one in of(bench.ingest(), PLACES).held_back]


def test_a_short_delivery_is_foretold_and_explained_until_it_is_accepted(tmp_path: Path) -> None:
    bench = full(Bench(tmp_path))
    write(bench, "1.csv", "A1,\nA2,\n A3 ,\nA4,\n,\n", 1)
    assert set(then(bench).values()) == {None}
    bench.ingest()
    write(bench, "2.csv", "A1,\nA3,\n,\n", 2)  # half of them: allowed
    write(bench, "3.csv", "A1,\n", 3)  # compared with the one before, which is not loaded either
    write(bench, "4.csv", "A9,\n", 4)
    reason = "lacks 1 of 1 keys of the delivery before (100.0%; 50.0% is allowed)"
    path = "erp/LOC_A101/4.csv"
    told = then(bench)
    assert [one for one, text in told.items() if text] == [path]
    assert told[path] == (
        f"then its delivery is HELD BACK, and nothing of it counts: it {reason}; "
        f"if it is right: saleslake accept {PLACES}"
    )
    assert held(bench) == [reason]
    found = explain(path, bench.landing, bench.lake, bench.catalogue, None).held_back
    assert found is not None
    assert (found.delivery, found.state, found.reason, found.is_open) == (
        *(path, "held_back", reason, True),
    )
    bench.lake.mark("real")
    accept(bench.lake, bench.catalogue, PLACES, "run", datetime.now(UTC))
    bench.ingest()
    assert explain(path, bench.landing, bench.lake, bench.catalogue, None).held_back is None


def test_a_folder_with_a_file_that_is_set_aside_is_incomplete(tmp_path: Path) -> None:
    bench = full(Bench(tmp_path), "folder")
    write(bench, "1.csv", "A1,\nA2,\nA3,\n", 1)
    write(bench, "2.csv", 'A4,"', 1)
    told = then(bench)["erp/LOC_A101/1.csv"]
    (reason,) = held(bench)
    assert told == (
        f"then its delivery is INCOMPLETE, and what it lacks is not deleted: it {reason}; "
        f"if it is right: saleslake accept {PLACES}"
    )


def test_keys_of_a_typed_table_are_compared_as_the_run_does(tmp_path: Path) -> None:
    bench = full(TypedBench(tmp_path, "csv", {"cloudFiles.schemaHints": "CID decimal(9,2)"}))
    write(bench, "1.csv", "1,\n2.5,\n3.0,\n", 1)
    bench.ingest()
    write(bench, "2.csv", "1.00,\n3,\n", 2)
    assert set(then(bench).values()) == {None}
    assert held(bench) == []
    write(bench, "3.csv", "7,\n", 3)
    assert str(then(bench)["erp/LOC_A101/3.csv"]).count("lacks 2 of 2 keys") == 1
    assert held(bench)[0].startswith("lacks 2 of 2 keys")


@pytest.mark.parametrize("mode", ["MOVE", "DELETE"])
def test_what_is_cleaned_up_is_foretold(mode: str, tmp_path: Path) -> None:
    bench = CleaningBench(tmp_path, mode)
    deliver(bench)
    bench.write("erp/LOC_A101/3.csv", HEADER + "7,DE\n")
    now = datetime.now(UTC)
    assert set(then(bench, 1, now).values()) == {None}
    told = then(bench, 9, now)
    place = f"moved to {bench.archive}" if mode == "MOVE" else "deleted"
    assert {path for path, text in told.items() if text} == set(FILES)
    assert {told[path] for path in FILES} == {f"then {place} (cloudFiles.cleanSource)"}
    known = read_ledger(bench.lake)
    for days, count in ((1, 0), (9, 2)):
        at = now + timedelta(days=days)
        found = next_landing(bench.landing, bench.lake, bench.catalogue, known, at)
        assert found == NextLanding(None, count)
    bench.after(9)
    assert bench.in_landing() == ["erp/LOC_A101/3.csv"]


def test_what_is_cleaned_up_at_once_is_foretold(tmp_path: Path) -> None:
    bench = CleaningBench(tmp_path, retention="0 days")
    bench.write(FILES[0], HEADER + "1,DE\n")
    bench.write(FILES[1], HEADER + "2,DE\nbad\n")  # stays, to be mended
    told = then(bench, 1, datetime.now(UTC))
    assert [path for path, text in told.items() if text] == FILES[:1]
    bench.after(1)
    assert bench.in_landing() == FILES[1:]


def test_a_lost_ledger_stops_a_dry_run_and_is_explained(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    write(bench, "1.csv", "1,DE\n", 1)
    bench.ingest()
    bench.lake.mark("real")
    known, ledger = read_batches(bench.lake), existing_ledger(bench.lake, bench.catalogue, START)
    assert known is not None
    assert ledger is not None
    for table in ("loc_a101", "cust_az12"):
        assert known.loaded_batch_id("erp", table) == ledger.loaded_batch_id("erp", table)
    assert known.last_batch_id == ledger.last_batch_id == 1
    shutil.rmtree(bench.lake.ops_table("ingested_files"))
    landing = ["--landing", str(bench.landing)]
    with pytest.raises(LedgerError):
        saleslake("ingest", "--dry-run", *landing, lake=bench.lake)
    saleslake("ingest", "erp.cust_az12", "--dry-run", *landing, lake=bench.lake)
    file = "erp/LOC_A101/1.csv"
    text = saleslake("explain", file, *landing, lake=bench.lake)
    assert "the next run will STOP: In the lake" in text
    assert "it will STOP: In the lake" in saleslake("status", *landing, lake=bench.lake)


def test_a_hint_that_does_not_fit_stops_a_dry_run(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "csv", {"cloudFiles.schemaHints": "CID int"})
    bench.deliver("1", HEADER + "1,DE\n")
    bench.catalogue = TypedBench(tmp_path, "csv", {"cloudFiles.schemaHints": "CID date"}).catalogue
    with pytest.raises(CatalogueError, match="a column keeps its type"):
        foretold(bench)
