"""docs/schema-changes.md, written from what really happens to each change in each mode.

.venv/bin/python tests/python/support/evolution.py > docs/schema-changes.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from ingest_bench import PLACES
from typed_bench import TypedBench, parquet_bytes

from ingest.catalogue.tables import Format
from ingest.options.option import EVOLUTION_MODES
from ingest.options.values import Scalar

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


def _typed(data_type: pa.DataType, value: object) -> bytes:
    return parquet_bytes({"CID": ["2"], "n": pa.array([value], data_type)})


TYPED_BEFORE = parquet_bytes({"CID": ["1"], "n": pa.array([1], pa.int32())})
TYPED_CHANGES = {
    "a new column": parquet_bytes({"CID": ["2"], "n": pa.array([2], pa.int32()), "x": [0.5]}),
    "a narrower type (smallint)": _typed(pa.int16(), 2),
    "a wider type (bigint), a value that int holds": _typed(pa.int64(), 2),
    "a wider type (bigint), a value that int does not hold": _typed(pa.int64(), 2**40),
    "a wider type (double)": _typed(pa.float64(), 2.5),
    "another type (string), a number": _typed(pa.string(), "2"),
    "another type (string), no number": _typed(pa.string(), "many"),
    "another type (a list)": _typed(pa.list_(pa.int32()), [2]),
}
INFERRED_BEFORE = "CID,n\n1,1\n"
INFERRED_CHANGES = {
    "a leading zero": "CID,n\n2,007\n",
    "a fraction": "CID,n\n2,2.5\n",
    "no number": "CID,n\n2,many\n",
    "too large": "CID,n\n2," + "9" * 30 + "\n",
    "an empty value": "CID,n\n2,\n",
}


@dataclass(frozen=True)
class Section:
    """Changes to one kind of table.

    Attributes:
        title: its heading.
        text: what the table is.
        form: of its files.
        options: of the table, beside the mode.
        before: an ordinary file.
        changes: changed files by what changed.
        column: the column that they are about.
    """

    title: str
    text: str
    form: Format
    options: Mapping[str, Scalar]
    before: str | bytes
    changes: Mapping[str, str | bytes]
    column: str


SECTIONS = [
    Section(
        "Text columns",
        "A table of CID and CNTRY. Text holds every value, of whatever type.",
        "csv",
        {},
        BEFORE,
        CHANGES,
        "CNTRY",
    ),
    Section(
        "Parquet",
        "A table of CID (string) and n (int). A value that its column holds exactly is loaded; "
        "any other is null there and in `_rescued_data`.",
        "parquet",
        {},
        TYPED_BEFORE,
        TYPED_CHANGES,
        "n",
    ),
    Section(
        "Typed columns of text files",
        "A csv table with `cloudFiles.inferColumnTypes`, in which n is bigint by its first file. "
        "The same holds for types that `cloudFiles.schemaHints` gives.",
        "csv",
        {"cloudFiles.inferColumnTypes": True},
        INFERRED_BEFORE,
        INFERRED_CHANGES,
        "n",
    ),
]
_HEAD = """\
# What becomes of a file whose columns changed

Written by `tests/python/support/evolution.py`, which delivers each file to a table with the
business key CID, in each mode of `cloudFiles.schemaEvolutionMode`
([loader-options.md](loader-options.md)). Columns are found by name.
"""


def page() -> str:
    """Return the page."""
    return "\n".join([_HEAD, *(line for section in SECTIONS for line in _section(section))])


def _section(section: Section) -> Iterator[str]:
    yield f"## {section.title}\n"
    yield f"{section.text}\n"
    yield "| change | " + " | ".join(EVOLUTION_MODES) + " |"
    yield "|---" * (1 + len(EVOLUTION_MODES)) + "|"
    for change, content in section.changes.items():
        told = [outcome(section, content, mode) for mode in EVOLUTION_MODES]
        yield f"| {change} | " + " | ".join(told) + " |"
    yield ""


def outcome(section: Section, content: str | bytes, mode: str) -> str:
    """Deliver a changed file after an ordinary one, and say in words what became of it."""
    options = {**section.options, "cloudFiles.schemaEvolutionMode": mode}
    with TemporaryDirectory() as folder:
        columns = ("CID", section.column)
        bench = TypedBench(Path(folder), section.form, options, columns=columns)
        bench.deliver("1", section.before)
        before = bench.types()
        result = bench.deliver("2", content)
        if result.set_aside:
            return f"set aside: {result.set_aside[0].reason}"
        row = next(row for row in bench.rows(PLACES) if row["batch_id"] == 2)
        told = [f"{name} is added" for name in result.new_columns]
        after = bench.types()
        told += [f"{name} becomes {after[name]}" for name in before if after[name] != before[name]]
        if row["_rescued_data"]:
            told.append(f"_rescued_data: `{row['_rescued_data']}`")
        told += [f"{name} is null" for name in result.missing_columns]
        if row[section.column] is not None and not result.new_columns and not row["_rescued_data"]:
            told.append(f"loaded; {section.column} is `{row[section.column]}`")
        elif row[section.column] is None and section.column not in result.missing_columns:
            told.append(f"{section.column} is null")
        return "; ".join(told)


if __name__ == "__main__":
    sys.stdout.write(page())
