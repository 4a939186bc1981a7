"""What becomes of a table's options on Databricks, where Auto Loader itself reads the files.

The catalogue is read by the same code everywhere, so what it refuses is refused there too. This
says what becomes of the rest; ``ingest.databricks`` does it, docs/loader-options.md shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PASSED = "passed"
REFUSED = "refused"


@dataclass(frozen=True)
class OnDatabricks:
    """What becomes of one option of a table.

    Attributes:
        taken: passed, refused, or the values that are passed alone.
        note: what differs there, or why another value is refused; empty where nothing does.
        instead: what to write, where it is refused.
    """

    taken: str = PASSED
    note: str = ""
    instead: str = ""


_UNSEEN = "a file that it leaves out is not in the ledger, and is not loaded later either"
_CLEANED = (
    "Auto Loader moves or deletes a file once its batch is finished, without comparing hashes, "
    "and the ledger is not told"
)

BY_FIELD: Mapping[str, OnDatabricks] = {
    "delimiter": OnDatabricks(),
    "quote": OnDatabricks(),
    "escape": OnDatabricks(
        note="without one the quote is passed, which reads a doubled quote as one; "
        "with one a doubled quote is not understood"
    ),
    "encoding": OnDatabricks(
        "only `utf-8`, `latin-1`, `ascii`",
        "Spark reads files whose values may span lines in these alone, and makes a byte that "
        "means nothing a replacement character",
        "Convert the files to UTF-8 before they are delivered.",
    ),
    "header": OnDatabricks(note="without one the columns are given as a schema, and never grow"),
    "path_glob_filter": OnDatabricks(
        REFUSED,
        "it is the last part of each of the table's patterns there",
        "Write it as the last part of the patterns.",
    ),
    "modified_after": OnDatabricks(note=_UNSEEN),
    "modified_before": OnDatabricks(note=_UNSEEN),
    "include_existing_files": OnDatabricks(note=_UNSEEN),
    "partition_columns": OnDatabricks(note="their types are passed as schemaHints"),
    "clean_source": OnDatabricks(note=_CLEANED),
    "clean_source_retention": OnDatabricks(),
    "clean_source_destination": OnDatabricks(),
    "max_files_per_batch": OnDatabricks(),
    "max_bytes_per_batch": OnDatabricks(),
    "schema_evolution_mode": OnDatabricks(
        note="addNewColumnsWithTypeWidening is passed as addNewColumns: the raw table's columns "
        "are not widened there, and what they do not hold is kept in _rescued_data. none is passed "
        "as rescue; with failOnNewColumns the file stops its table",
    ),
    "infer_column_types": OnDatabricks(
        "only `false`",
        "Auto Loader reads 007 as 7",
        "Give the types that you want by cloudFiles.schemaHints.",
    ),
    "schema_hints": OnDatabricks(
        note="what fits is Spark's to say, so that 007 is 7 in a bigint column; "
        "_rescued_data does not say why a value is there"
    ),
    "multi_line": OnDatabricks(note="true for csv, always"),
}
"""By the fields of TableOptions; a test holds the two together."""
