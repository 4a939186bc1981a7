"""Values of cells are in the tables, and in nothing that a command prints or writes down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import saleslake
from ingest_bench import CUSTOMER_HEADER, EVERYTHING, Bench

PRIVATE = "Zwetschgenkuchen"


@pytest.mark.fault(28)
@pytest.mark.parametrize(
    "content",
    [
        CUSTOMER_HEADER + f"1,AW1,{PRIVATE},x,M,F,2026-01-01\n2,{PRIVATE}\n",
        f"{PRIVATE},b\n1,2\n",
        CUSTOMER_HEADER + f'1,AW1,"{PRIVATE}"x,M,F,2026-01-01\n',
        CUSTOMER_HEADER + f"1,AW1,{PRIVATE},x,M,F,2026-01-01".encode("utf-16").decode("latin-1"),
        CUSTOMER_HEADER + f"1,AW1,{PRIVATE}\0,x,M,F,2026-01-01\n",
        CUSTOMER_HEADER + f"1,AW1,{PRIVATE},x,M",
    ],
    ids=["misfit", "no header", "quotes", "encoding", "nul", "cut off"],
)
def test_no_value_of_a_cell_is_shown(content: str, tmp_path: Path) -> None:
    bench = Bench(tmp_path, EVERYTHING)
    bench.write("crm/cust_info.csv", content)
    where = ["--landing", str(bench.landing)]
    for command in (
        ["ingest", "--dry-run", *where],
        ["ingest", *where],
        ["ingest", "--format", "json", *where],
        ["explain", "crm/cust_info.csv", *where],
        ["status", *where],
    ):
        shown = saleslake(*command, lake=bench.lake, with_errors=True, expect=None)
        assert PRIVATE not in shown, command
    written = [file for file in bench.lake.ops.rglob("*") if file.suffix in {".jsonl", ".json"}]
    logs = [file for file in written if "_delta_log" not in file.parts]
    assert logs
    assert [file for file in logs if PRIVATE in file.read_text("utf-8")] == []
    events = bench.ledger()
    assert PRIVATE not in json.dumps(events, default=str)
