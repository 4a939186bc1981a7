"""Runs ingest and is killed by SIGKILL at a step, once for each step named.

Called as a script with a folder that holds one ``<step>/landing`` for each step. Every run is a
child process of its own, forked before anything was opened, because imports take the most time.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
from ingest_bench import Bench
from killed_child import fork_for_each, kill_at


def deliver_first(bench: Bench) -> None:
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\nbad\n")
    bench.write("erp/PX_CAT_G1V2.csv", "ID,CAT\n1,x\n")


def deliver_second(bench: Bench) -> None:
    """Late files with a new column, bad records, two tables and a stranger."""
    bench.write("erp/LOC_A101/late.csv", "CID,CNTRY,REGION\n2,DE,r\nbad again\n3,FR,s\n")
    bench.write("erp/LOC_A101/later.csv", "CID,CNTRY\n4,FR\nCID,CNTRY\n")
    bench.write("erp/PX_CAT_G1V2/late.csv", "ID,CAT\n2,y\n")
    bench.write("notes.txt", "x")


def run_until(bench: Bench, step: str) -> None:
    deliver_first(bench)
    bench.ingest()
    deliver_second(bench)
    bench.ingest(kill_at(step))


def main(root: Path, steps: list[str]) -> int:
    pa.array([0])  # imports pandas where it is installed: once, rather than in every child
    return fork_for_each(steps, lambda step: run_until(Bench(root / step), step))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
