"""The law of landing: every record is in the raw table or in the quarantine, once, for good."""

from __future__ import annotations

from collections import Counter

from ingest_bench import Bench


def assert_holds(bench: Bench, records: dict[str, int]) -> None:
    """Hold a bench whose files have been ingested against what they held.

    Args:
        bench: after a run.
        records: how many records each loaded file has, by its path.
    """
    found: Counter[str] = Counter()
    for table in bench.catalogue.tables:
        for row in bench.rows(table.name):
            origin = row["_metadata"]
            assert isinstance(origin, dict)
            found[str(origin["file_path"])] += 1
    found.update(str(row["file_path"]) for row in bench.quarantine())
    assert found == Counter(records)
    before = bench.versions()
    again = bench.ingest()
    assert (again.anything_new, bench.versions()) == (False, before)


def everything(bench: Bench, path: str) -> str:
    """What became of a file, in a word: its last state in the ledger."""
    return str(bench.states(path)[-1])
