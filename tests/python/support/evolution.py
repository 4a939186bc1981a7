"""docs/schema-changes.md, written from what really happens to each change in each mode.

.venv/bin/python tests/python/support/evolution.py > docs/schema-changes.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest_bench import PLACES, Bench, of

from ingest.catalogue import Catalogue, load_catalogue
from ingest.options import read_options
from ingest.options.option import EVOLUTION_MODES

TABLE = next(table for table in load_catalogue().tables if table.name == PLACES)
BEFORE = "CID,CNTRY\n1,DE\n"
CHANGES = {
    "a new column": "CID,CNTRY,CITY\n2,FR,Lyon\n",
    "a column is missing": "CID\n2\n",
    "the business key is missing": "CNTRY\nFR\n",
    "columns in another order": "CNTRY,CID\nFR,2\n",
    "a column is renamed": "CID,COUNTRY\n2,FR\n",
    "names in another case": "cid,Cntry\n2,FR\n",
    "a value of another type": "CID,CNTRY\n2,33.5\n",
    "a wider value": "CID,CNTRY\n2," + "9" * 30 + "\n",
    "a column twice": "CID,CNTRY,CNTRY\n2,FR,FR\n",
    "a column without a name": "CID,CNTRY,\n2,FR,x\n",
}
_HEAD = """\
# What becomes of a file whose columns changed

Written by `tests/python/support/evolution.py`, which delivers each file to a table of CID (its
business key) and CNTRY, in each mode of `cloudFiles.schemaEvolutionMode`
([loader-options.md](loader-options.md)). Columns are found by name. Raw columns hold text, so that
a value of another type has its place.
"""


def page() -> str:
    """Return the page."""
    return "\n".join([_HEAD, *_table(), ""])


def _table() -> Iterator[str]:
    yield "| change | " + " | ".join(EVOLUTION_MODES) + " |"
    yield "|---" * (1 + len(EVOLUTION_MODES)) + "|"
    for change, content in CHANGES.items():
        yield (
            f"| {change} | " + " | ".join(outcome(content, mode) for mode in EVOLUTION_MODES) + " |"
        )


def outcome(content: str, mode: str) -> str:
    """Deliver a changed file after an ordinary one, and say in words what became of it."""
    with TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        options, _ = read_options({"cloudFiles.schemaEvolutionMode": mode})
        bench.catalogue = Catalogue((replace(TABLE, options=options),))
        bench.write("erp/LOC_A101/1.csv", BEFORE)
        bench.ingest()
        bench.write("erp/LOC_A101/2.csv", content)
        result = of(bench.ingest(), PLACES)
        if result.set_aside:
            return f"set aside: {result.set_aside[0].reason}"
        row = bench.rows(PLACES)[-1]
        assert row["CID"] == "2"
        told = [f"{name} is added" for name in result.new_columns]
        if row["_rescued_data"]:
            told.append(f"_rescued_data: `{row['_rescued_data']}`")
        told += [f"{name} is null" for name in result.missing_columns]
        if row["CNTRY"] is not None and not told:
            told.append(f"loaded; CNTRY is `{row['CNTRY']}`")
        return "; ".join(told)


if __name__ == "__main__":
    sys.stdout.write(page())
