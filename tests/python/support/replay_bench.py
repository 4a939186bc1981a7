"""A lake with quarantined records, and options that make some of them fit."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ingest_bench import ERP, PLACES, START, Bench, StopError
from killed_child import fork_for_each, kill_at

from ingest.catalogue.tables import Catalogue
from ingest.quarantine.replay import ReplayedTable, replay

FILE = "erp/LOC_A101.csv"
CONTENT = "1,DE\n2,FR,extra\nshort\n3,IT\n4,ES,more\n"
"""Five records without a header; one fits with two columns or three, two only with three."""


def catalogue_of(*columns: str) -> Catalogue:
    """The places are delivered without a header, in these columns."""
    tables = tuple(
        replace(table, columns=columns, options=replace(table.options, header=False))
        if table.name == PLACES
        else table
        for table in ERP.tables
    )
    return Catalogue(tables)


class ReplayBench(Bench):
    """A bench that can replay; its catalogue says two columns until it is mended."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, catalogue_of("CID", "CNTRY"))

    def deliver(self) -> None:
        self.write(FILE, CONTENT)
        self.ingest()

    def mend(self) -> None:
        """Let the catalogue say three columns."""
        self.catalogue = catalogue_of("CID", "CNTRY", "REGION")

    def replay(
        self, checkpoint: Callable[[str], None] = lambda _: None, *, with_closed: bool = False
    ) -> ReplayedTable:
        self.runs += 1
        done = replay(
            self.lake,
            self.catalogue,
            run_id=f"run-{self.runs}",
            now=START + timedelta(hours=self.runs),
            with_closed=with_closed,
            checkpoint=checkpoint,
        )
        return next(table for table in done if table.table == PLACES)

    def replay_until(self, step: str) -> None:
        """Replay and end it right after a step, as a kill would."""

        def stop(reached: str) -> None:
            if reached == step:
                raise StopError

        try:
            self.replay(stop)
        except StopError:
            return
        raise AssertionError(f"the replay never came to step {step}")

    def waiting(self) -> list[object]:
        rows = [row for row in self.quarantine() if row["replay_batch_id"] is None]
        return sorted((row["raw_record"] for row in rows), key=str)


def main(root: Path, steps: list[str]) -> int:
    """Leave a lake for each step, whose replay was killed there."""

    def run_until(step: str) -> None:
        bench = ReplayBench(root / step)
        bench.deliver()
        bench.mend()
        bench.replay(kill_at(step))

    return fork_for_each(steps, run_until)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
