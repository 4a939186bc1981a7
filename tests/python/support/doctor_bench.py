"""The doctor, asked as a user does, and the damage that it is asked about."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path

from command_line import saleslake
from delta_tables import commit_file
from deltalake import DeltaTable
from restore_bench import RestoreBench

from saleslake.lake import Lake


@dataclass(frozen=True)
class Found:
    """One finding of the doctor's JSON."""

    is_damage: bool
    problem: str
    repair: str
    table: str
    version: int | None
    file: str


def diagnose(lake: Lake, *, healthy: bool) -> list[Found]:
    text = saleslake("doctor", lake=lake, json_output=True, expect=0 if healthy else 30)
    told = json.loads(text)
    assert told["is_healthy"] is healthy
    for finding in told["findings"]:
        # Every command says of which lake: none of these is the default one.
        of_lake = f" --lake {lake.root}"
        assert finding["repair"].count("saleslake ") == finding["repair"].count(of_lake)
        finding["repair"] = finding["repair"].replace(of_lake, "")
    return [Found(**finding) for finding in told["findings"]]


def damage(lake: Lake) -> list[Found]:
    return [found for found in diagnose(lake, healthy=False) if found.is_damage]


def follow(repair: str, bench: RestoreBench) -> None:
    """Run the command that the doctor names."""
    program, *arguments = shlex.split(repair.split(", or ", maxsplit=1)[0])
    assert program == "saleslake"
    yes = ["--yes"] if arguments[0] == "restore" else []
    saleslake(*arguments, "--landing", str(bench.landing), *yes, lake=bench.lake)


def checkpoint(table: Path, version: int) -> Path:
    DeltaTable(table).create_checkpoint()
    return table / "_delta_log" / f"{version:020}.checkpoint.parquet"


def data_file(table: Path) -> Path:
    """The file that the newest version added."""
    (action,) = (
        json.loads(line)
        for line in commit_file(table, DeltaTable(table).version()).read_text().splitlines()
        if '"add"' in line
    )
    return table / str(action["add"]["path"])
