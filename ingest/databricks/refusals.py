"""What Auto Loader cannot do of a table's settings: told before any stream starts.

A setting that would be passed over in silence changes what a table holds, so it is refused instead,
with what to write. Touches no disk.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.catalogue.tables import DeliveredTable
from ingest.options.on_databricks import BY_FIELD
from saleslake.databricks_errors import SettingsRefusedError

_ENCODINGS = {"utf-8": "UTF-8", "iso8859-1": "ISO-8859-1", "ascii": "US-ASCII"}
_NOT_OF_SPARK = re.compile(r"\*\*|[{}\\]")
_STOPS = "a file that Auto Loader has read is not looked at again, so it cannot wait for anybody"


@dataclass(frozen=True)
class Refusal:
    """One setting that cannot be kept.

    Attributes:
        setting: its name in the catalogue.
        problem: why it cannot be.
        remedy: what to do.
    """

    setting: str
    problem: str
    remedy: str


def encoding_of_spark(name: str) -> str | None:
    """Return what Spark calls an encoding of Python, None where it cannot read it."""
    return _ENCODINGS.get(codecs.lookup(name).name)


def require_possible(tables: Iterable[DeliveredTable]) -> None:
    """Make sure that Auto Loader can keep all settings of some tables.

    Raises:
        SettingsRefusedError: with all that it cannot keep.
    """
    told = [
        f"{table.name} ({table.file.name}:{table.line}), {one.setting}: {one.problem}. {one.remedy}"
        for table in tables
        for one in refusals(table)
    ]
    if told:
        raise SettingsRefusedError(told)


def refusals(table: DeliveredTable) -> Iterator[Refusal]:
    """Yield what Auto Loader cannot do of a table's settings."""
    yield from _of_options(table)
    if table.format == "fixed_width":
        problem = "Auto Loader has no reader for fixed-width files"
        yield Refusal("format", problem, "Deliver csv, or land the table with saleslake ingest.")
    for pattern in table.patterns:
        if _NOT_OF_SPARK.search(pattern):
            problem = f"'{pattern}' means something else to Auto Loader, or nothing"
            yield Refusal("patterns", problem, "Write without ** { } \\: one pattern a depth.")
    if table.delivery == "full":
        problem = "what a full delivery lacks is decided by saleslake ingest alone"
        yield Refusal("delivery", problem, "Write incremental, or land it with saleslake ingest.")
    if table.on_duplicate == "fail":
        yield Refusal("on_duplicate", _STOPS, "Write skip or load.")
    if table.on_overwrite == "fail":
        yield Refusal("on_overwrite", _STOPS, "Write reload or ignore.")
    for setting in ("largest_rejected_count", "largest_rejected_share"):
        if getattr(table, setting) is not None:
            remedy = "Remove it, and test ops.quarantined_records in dbt."
            yield Refusal(setting, _STOPS, remedy)


def _of_options(table: DeliveredTable) -> Iterator[Refusal]:
    options = table.options
    refused = {
        "encoding": encoding_of_spark(options.encoding) is None,
        "pathGlobFilter": options.path_glob_filter is not None,
        "cloudFiles.inferColumnTypes": options.infer_column_types,
    }
    fields = ("encoding", "path_glob_filter", "infer_column_types")
    for (name, is_refused), field in zip(refused.items(), fields, strict=True):
        if is_refused:
            yield Refusal(name, BY_FIELD[field].note, BY_FIELD[field].instead)
