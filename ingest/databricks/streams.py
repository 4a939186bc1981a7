"""What Auto Loader is told of a table: one stream for each of its patterns. Touches no disk.

Auto Loader takes one folder and one pattern of names, and a table may have several, of different
depths. Each pattern has a folder of its own for its schema and its checkpoint, named by a hash of
the pattern, so that others may come and go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.catalogue.tables import DeliveredTable
from ingest.databricks.refusals import encoding_of_spark
from ingest.files.path_columns import path_types
from ingest.names import RESCUED_DATA
from ingest.options.hints import read_hints

CORRUPT_RECORD = "_corrupt_record"
"""The column in which Spark's readers keep a record that they cannot read, as it stands."""

_MODES = {
    "none": "rescue",  # Auto Loader drops with none what it keeps with rescue
    # Delta does not make a column of whole numbers one of fractions by itself, as it comes.
    "addNewColumnsWithTypeWidening": "addNewColumns",
}
"""Schema evolution modes that are passed as another one, with which no value is lost."""

Options = Mapping[str, str]


@dataclass(frozen=True)
class StreamPlan:
    """One stream of Auto Loader.

    Attributes:
        table: what its files are.
        pattern: of its files, relative to the landing folder.
        path: the folder that it lists.
        options: by Auto Loader's names.
        schema: the columns, where files do not name them; None where they do.
        schema_location: folder of its schema; Auto Loader's.
        checkpoint: folder of its checkpoint; Spark's and Auto Loader's.
    """

    table: DeliveredTable
    pattern: str
    path: str
    options: Options
    schema: str | None
    schema_location: str
    checkpoint: str


def plan_streams(table: DeliveredTable, landing: str, state: str) -> list[StreamPlan]:
    """Return the streams of a table, in the order of its patterns.

    Args:
        table: none of whose settings is refused.
        landing: the landing folder.
        state: the folder that holds what Auto Loader and Spark keep of all streams.
    """
    return [_plan(table, pattern, landing, state) for pattern in table.patterns]


def _plan(table: DeliveredTable, pattern: str, landing: str, state: str) -> StreamPlan:
    folder, _, name = pattern.rpartition("/")
    own = hashlib.sha256(pattern.encode()).hexdigest()[:8]
    home = f"{state}/{table.source}/{table.table}/{own}"
    has_names = table.options.header or table.format != "csv"
    options = {
        **_of_files(table, _glob(name)),
        **_of_schema(table, f"{home}/schema", has_names=has_names),
        **(_of_csv(table) if table.format == "csv" else {}),
        **_of_text(table),
    }
    return StreamPlan(
        table=table,
        pattern=pattern,
        path=_glob(f"{landing}/{folder}"),
        options=options,
        schema=None if has_names else _columns(_hints(table)),
        schema_location=f"{home}/schema",
        checkpoint=f"{home}/checkpoint",
    )


def _of_files(table: DeliveredTable, name: str) -> Options:
    options = table.options
    found = {
        "cloudFiles.format": table.format,
        "pathGlobFilter": name,
        "cloudFiles.useStrictGlobber": "true",
        "cloudFiles.includeExistingFiles": _shown(options.include_existing_files),
        "cloudFiles.allowOverwrites": _shown(table.on_overwrite == "reload"),
        # Empty: else Auto Loader takes whatever folders of a path look like a column.
        "cloudFiles.partitionColumns": ",".join(path_types(table)),
    }
    if options.modified_after is not None:
        found["modifiedAfter"] = _moment(options.modified_after)
    if options.modified_before is not None:
        found["modifiedBefore"] = _moment(options.modified_before)
    if options.clean_source != "OFF":
        retention = _interval(options.clean_source_retention)
        found["cloudFiles.cleanSource"] = options.clean_source
        found["cloudFiles.cleanSource.retentionDuration"] = retention
    if options.clean_source_destination is not None:
        found["cloudFiles.cleanSource.moveDestination"] = options.clean_source_destination
    if options.max_files_per_batch is not None:
        found["cloudFiles.maxFilesPerTrigger"] = str(options.max_files_per_batch)
    if options.max_bytes_per_batch is not None:
        found["cloudFiles.maxBytesPerTrigger"] = f"{options.max_bytes_per_batch}b"
    return found


def _of_schema(table: DeliveredTable, location: str, *, has_names: bool) -> Options:
    mode = _MODES.get(table.options.schema_evolution_mode, table.options.schema_evolution_mode)
    hints = _hints(table)
    found = {
        "cloudFiles.schemaLocation": location,
        "cloudFiles.inferColumnTypes": "false",
        # A given schema cannot grow.
        "cloudFiles.schemaEvolutionMode": mode if has_names else "rescue",
        "rescuedDataColumn": RESCUED_DATA,
        "readerCaseSensitive": "false",
    }
    if has_names and hints:  # no text at all is no list of columns to Spark
        found["cloudFiles.schemaHints"] = _columns(hints)
    return found


def _of_csv(table: DeliveredTable) -> Options:
    options = table.options
    quote = options.quote or ""
    return {
        "sep": options.delimiter,
        "quote": quote,
        # Spark's is a backslash: two quotes within quotes would be mis-split.
        "escape": options.escape or quote,
        "header": _shown(options.header),
        "encoding": encoding_of_spark(options.encoding) or options.encoding,
    }


def _of_text(table: DeliveredTable) -> Options:
    if table.format == "parquet":
        return {}
    return {
        "mode": "PERMISSIVE",
        "columnNameOfCorruptRecord": CORRUPT_RECORD,
        # Quoted values may span lines; and a file that is not split has its records in order.
        "multiLine": _shown(table.format == "csv" or table.options.multi_line),
    }


def _hints(table: DeliveredTable) -> dict[str, str]:
    """Return the type of every column that is known: text, unless the catalogue says more."""
    given = read_hints(table.options.schema_hints) if table.options.schema_hints else {}
    if table.format == "parquet":
        return {**path_types(table), **given}
    by_key = {name.lower(): data_type for name, data_type in given.items()}
    expected = {name: by_key.pop(name.lower(), "string") for name in table.columns}
    of_path = {name: by_key.pop(name.lower(), own) for name, own in path_types(table).items()}
    others = {name: data_type for name, data_type in given.items() if name.lower() in by_key}
    return {**expected, **of_path, **others, CORRUPT_RECORD: "string"}


def _columns(hints: Mapping[str, str]) -> str:
    return ", ".join(f"`{name.replace('`', '``')}` {own}" for name, own in hints.items())


def _glob(pattern: str) -> str:
    """Return a pattern of ours as Spark writes it."""
    return pattern.replace("[!", "[^")


def _shown(value: bool) -> str:
    return str(value).lower()


def _moment(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S.%f} UTC+0"


def _interval(value: timedelta) -> str:
    return f"{value.days} days {value.seconds} seconds"
