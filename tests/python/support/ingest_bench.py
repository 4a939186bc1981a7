"""A landing folder and a lake for tests, read without the code under test where that matters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable

from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue
from ingest.loader import ingest
from ingest.result import IngestResult, TableResult
from saleslake.lake import Lake

Row = dict[str, object]

START = datetime(2026, 1, 1, tzinfo=UTC)

PLACES = "erp.loc_a101"
CATEGORIES = "erp.px_cat_g1v2"
CUSTOMERS = "crm.cust_info"
CUSTOMER_HEADER = (
    "cst_id,cst_key,cst_firstname,cst_lastname,cst_marital_status,cst_gndr,cst_create_date\n"
)


EVERYTHING = load_catalogue()
ERP = Catalogue(tuple(table for table in EVERYTHING.tables if table.source == "erp"))
"""Three tables instead of six: tables that no test looks at cost time too."""


class StopError(BaseException):
    """Stands for a kill: nothing in the code under test may catch it."""


class Bench:
    """One landing folder, one lake; every run is an hour after the one before."""

    def __init__(self, folder: Path, catalogue: Catalogue | None = None) -> None:
        self.landing = folder / "landing"
        self.landing.mkdir(parents=True, exist_ok=True)
        self.lake = Lake(folder / "lake")
        self.catalogue = catalogue or ERP
        self.runs = 0

    def write(self, path: str, content: str | bytes) -> Path:
        file = self.landing / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def ingest(self, checkpoint: Callable[[str], None] | None = None) -> IngestResult:
        self.runs += 1
        return ingest(
            self.landing,
            self.lake,
            self.catalogue,
            run_id=f"run-{self.runs}",
            now=START + timedelta(hours=self.runs),
            checkpoint=checkpoint,
        )

    def interrupt(self, at: str) -> None:
        """Run ingest and end it right after a step, as a kill would."""

        def stop(step: str) -> None:
            if step == at:
                raise StopError

        try:
            self.ingest(stop)
        except StopError:
            return
        raise AssertionError(f"the run never came to step {at}")

    def folder_of(self, table: str) -> Path:
        source, name = table.split(".")
        return self.lake.raw_table(source, name)

    def rows(self, table: str) -> list[Row]:
        return read(self.folder_of(table))

    def values(self, table: str, column: str) -> list[object]:
        """A column in the order of files and records."""
        return [row[column] for row in self.rows(table)]

    def ledger(self) -> list[Row]:
        rows = read(self.lake.ops_table("ingested_files"))
        return sorted(rows, key=lambda row: int(str(row["sequence"])))

    def states(self, path: str) -> list[object]:
        """The events of a file, the oldest first."""
        return [row["state"] for row in self.ledger() if row["file_path"] == path]

    def quarantine(self) -> list[Row]:
        return read(self.lake.ops_table("quarantined_records"))

    def versions(self) -> dict[str, int]:
        return {
            f"{table.schema}.{table.name}": DeltaTable(table.path).version()
            for table in self.lake.tables()
        }


def read(folder: Path) -> list[Row]:
    """All rows of a Delta table; raw rows in the order of files and records."""
    table: pa.Table = DeltaTable(folder).to_pyarrow_table()
    rows: list[Row] = table.to_pylist()
    return sorted(rows, key=_place)


def _place(row: Row) -> tuple[str, int]:
    origin = row.get("_metadata")
    if not isinstance(origin, dict):
        return "", 0
    return str(origin["file_path"]), int(str(origin["row_number"]))


def of(result: IngestResult, table: str) -> TableResult:
    return next(found for found in result.tables if found.name == table)


def reasons(result: TableResult) -> dict[str, str]:
    return {entry.path: entry.reason for entry in result.set_aside}
