"""A lake with three batches of one raw table, and what must be true of it before and after."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from command_line import saleslake
from ingest_bench import PLACES, Bench

RAW_PLACES = "raw_erp.loc_a101"
FILES = [f"erp/LOC_A101/{number}.csv" for number in (1, 2, 3)]
"""File n is batch n, and makes version n of the table; version 0 is the empty table."""


@dataclass(frozen=True)
class FileOut:
    path: str
    batch_id: int
    rows: int
    still_in_landing: bool
    archived_to: str | None


@dataclass(frozen=True)
class Plan:
    to_version: int | None
    moved_aside: list[str]
    files_out: list[FileOut]
    files_back: list[str]
    unknown_batches: list[int]


@dataclass(frozen=True)
class Restored:
    """What the command says in JSON."""

    plan: Plan
    is_done: bool
    next_steps: list[str]


def restored(text: str) -> Restored:
    found = json.loads(text)
    plan = found["plan"]
    return Restored(
        Plan(
            plan["to_version"],
            plan["moved_aside"],
            [FileOut(**file) for file in plan["files_out"]],
            plan["files_back"],
            plan["unknown_batches"],
        ),
        found["is_done"],
        found["next_steps"],
    )


class RestoreBench(Bench):
    """Three batches, the second and third with a record that does not fit."""

    def __init__(self, folder: Path, runs: int = 0) -> None:
        super().__init__(folder)
        self.runs = runs

    def deliver(self) -> None:
        self.lake.prepare()
        self.lake.mark("real")
        self.write(FILES[0], "CID,CNTRY\n1,DE\n")
        self.ingest()
        self.write(FILES[1], "CID,CNTRY\n2,FR\nbad two\n")
        self.ingest()
        self.write(FILES[2], "CID,CNTRY,REGION\n3,IT,r\nbad three\n4,IT,s\n")
        self.ingest()

    def restore(self, *arguments: str, table: str = RAW_PLACES) -> Restored:
        command = ["restore", table, *arguments, "--landing", str(self.landing)]
        return restored(saleslake(*command, lake=self.lake, json_output=True))

    def loaded(self) -> list[tuple[str, ...]]:
        """The rows of the table, without what says when and in which batch they were loaded."""
        left_out = {"batch_id", "ingestion_timestamp", "_metadata"}
        return sorted(
            tuple(str(row[name]) for name in sorted(row) if name not in left_out)
            for row in self.rows(PLACES)
        )

    def quarantined(self) -> list[str]:
        return sorted(str(row["raw_record"]) for row in self.quarantine())

    def batches(self) -> list[int]:
        return sorted({int(str(row["batch_id"])) for row in self.rows(PLACES)})

    def last_states(self) -> dict[str, str]:
        """The state of each file of the table."""
        return {str(row["file_path"]): str(row["state"]) for row in self.ledger()}

    def version(self) -> int:
        return self.versions()[RAW_PLACES]


def assert_consistent(bench: RestoreBench) -> None:
    """Rows landed + rows quarantined = records in the files, and the doctor finds nothing."""
    found = json.loads(saleslake("doctor", lake=bench.lake, json_output=True))
    assert found["is_healthy"], found
    files = {path: len(path.read_text().splitlines()) - 1 for path in all_files(bench.landing)}
    assert len(bench.loaded()) + len(bench.quarantined()) == sum(files.values())


def all_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*.csv") if path.is_file()]
