"""Samples for tests: small settings, and their files read without the code under test."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from sample import SampleSettings, settings_of, write_sample
from sample.world.world import World

Record = dict[str, str | None]

CLEAN = {"*": 0.0}
"""Rates without any dirt: for the truth, which dirt would only blur."""

FIRST, LAST = date(2023, 3, 1), date(2023, 6, 30)


def small(**changes: object) -> SampleSettings:
    """Return settings of a sample of four months that is made in a moment."""
    few = replace(settings_of("tiny"), order_lines=1_500, first_day=FIRST, last_day=LAST)
    return replace(few, **changes)  # type: ignore[arg-type]  # a wrong name fails the test


def clean_world(order_lines: int) -> World:
    """Return the world of four years with so many order lines."""
    return World(replace(settings_of("demo"), order_lines=order_lines, rates=CLEAN))


def digests(folder: Path) -> dict[str, str]:
    """Return what every file holds, by its path within the folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def records_of(folder: Path, file: str) -> list[Record]:
    """Return the records of a delivered file: the single one, or all in the folder of its name.

    Values of JSON and Parquet are texts too; a missing one is None.
    """
    whole = folder / file
    several = sorted((folder / file.rpartition(".")[0]).glob("*"))
    found: list[Record] = []
    for path in [*([whole] if whole.exists() else []), *several]:
        found += read_file(path)
    return found


def read_file(path: Path) -> list[Record]:
    """Return the records of one file, every value as text."""
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as stream:
            return list(csv.DictReader(stream))
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
    else:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line, parse_float=str) for line in lines]
    return [
        {name: None if value is None else str(value) for name, value in row.items()} for row in rows
    ]


@dataclass(frozen=True)
class Listed:
    """A fault as the ledger has it."""

    file: str
    line: int
    column: str
    true_value: str | None
    delivered_value: str | None
    kind: str


def listed_faults(folder: Path) -> list[Listed]:
    """Return the ledger of a sample's faults, of all its deliveries."""
    return [
        Listed(**{name: row[name] for name in Listed.__dataclass_fields__})
        for path in sorted((folder / "truth" / "faults").glob("*.parquet"))
        for row in pq.read_table(path).to_pylist()
    ]


def misplaced_faults(folder: Path, faults: Sequence[Listed]) -> list[Listed]:
    """Return the faults whose line and column do not hold what the ledger says."""
    files: dict[str, list[Record]] = {}
    wrong = []
    for fault in faults:
        if fault.file not in files:
            files[fault.file] = read_file(folder / "landing" / fault.file)
        first = 2 if fault.file.endswith(".csv") else 1
        record = files[fault.file][fault.line - first]
        if fault.column and (record[fault.column] or "") != (fault.delivered_value or ""):
            wrong.append(fault)
    return wrong


def write_small(folder: Path, *domains: str, **changes: object) -> Path:
    """Write a small sample of some domains and return its folder."""
    write_sample(folder, small(**changes), domains=domains)
    return folder
