"""What the options of one ``cloudFiles`` stream come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

from ingest.options import values
from ingest.options.option import Place
from ingest.options.registry import BY_NAME, OPTIONS
from ingest.options.table_options import (
    OptionProblem,
    TableOptions,
    contradictions,
    read_values,
)

REQUIRED = ("format", "schema_location")


@dataclass(frozen=True)
class StreamOptions:
    """How the files of a stream are found and read.

    Attributes:
        format: csv or json.
        schema_location: folder of its log of files and of its schemas.
        restart: what it does without a checkpoint, when it handed out files before.
        on_duplicate: what becomes of content that was delivered before under another path.
        on_overwrite: what becomes of new content under the path of an earlier file.
        table: what the catalogue's tables have too.
    """

    format: Literal["csv", "json"]
    schema_location: str
    restart: Literal["refuse", "continue", "again"] = "refuse"
    on_duplicate: Literal["skip", "load", "fail"] = "skip"
    on_overwrite: Literal["reload", "ignore", "fail"] = "reload"
    table: TableOptions = field(default_factory=TableOptions)


def read_stream_options(
    written: Mapping[str, values.Scalar],
) -> tuple[StreamOptions | None, tuple[OptionProblem, ...]]:
    """Return what a stream's options come to, and what is wrong with them.

    Args:
        written: names, in any case and by any of their aliases, and values.

    Returns:
        The options, None where something is wrong, and the problems.
    """
    formats = [value for name, value in written.items() if _field(name) == "format"]
    file_format = str(formats[0]).lower() if formats else "csv"
    read, problems, names = read_values(written, file_format, Place.STREAM)
    given = {_field(name) for name in written}
    problems += [_missing(name) for name in REQUIRED if name not in given]
    of_table = {known.name for known in fields(TableOptions)}
    # The registry's readers return what the fields take; a test holds the two together.
    table = TableOptions(**{name: read[name] for name in read if name in of_table})  # type: ignore[arg-type]
    problems += contradictions(table, names)
    if problems:
        return None, tuple(problems)
    own = {name: read[name] for name in read if name not in of_table}
    return StreamOptions(table=table, **own), ()  # type: ignore[arg-type]


def _field(name: str) -> str | None:
    option = BY_NAME.get(name.lower())
    return option.field if option else None


def _missing(field_name: str) -> OptionProblem:
    option = next(option for option in OPTIONS if option.field == field_name)
    return OptionProblem(option.name, f"option '{option.name}' is missing", option.why)
