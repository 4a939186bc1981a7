"""What a catalogue file may say: the shape by pydantic, the meaning by the rules below it.

A table's options are Auto Loader's, by its names (``ingest.options``). Every problem is turned into
a CatalogueError that names file, line, the bad value, the valid ones and the nearest of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Annotated, get_args

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from pydantic_core import ErrorDetails

from ingest.catalogue.tables import Delivery, DeliverySet, Format, OnDuplicate, OnOverwrite
from ingest.catalogue.yaml_lines import Document, Location
from ingest.files.globs import glob_problem
from ingest.names import FORBIDDEN_IN_COLUMN, RESERVED_COLUMNS
from ingest.options import TableOptions, read_options
from ingest.options.hints import read_hints
from saleslake.errors import CatalogueError, did_you_mean

Texts = Annotated[tuple[str, ...], Field(min_length=1)]

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_CHOICES: dict[str, Sequence[str]] = {
    "format": get_args(Format),
    "delivery": get_args(Delivery),
    "delivery_set": get_args(DeliverySet),
    "on_duplicate": get_args(OnDuplicate),
    "on_overwrite": get_args(OnOverwrite),
}
_STRICT = ConfigDict(extra="forbid", strict=True)


@with_config(_STRICT)
@dataclass(frozen=True, kw_only=True)
class TableEntry:
    """One delivered table; DeliveredTable describes the settings."""

    table: str
    description: str
    patterns: Texts
    format: Format = "csv"
    options: dict[str, str | int | float | bool | None] = field(default_factory=dict)
    business_key: Texts
    delivery: Delivery = "incremental"
    delivery_set: DeliverySet | None = None
    largest_deleted_share: Annotated[float, Field(ge=0, le=1)] | None = None
    largest_rejected_count: Annotated[int, Field(ge=0)] | None = None
    largest_rejected_share: Annotated[float, Field(ge=0, le=1)] | None = None
    on_duplicate: OnDuplicate | None = None
    on_overwrite: OnOverwrite | None = None
    currency: str | None = None
    columns: Texts
    widths: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] | None = None


@with_config(_STRICT)
@dataclass(frozen=True)
class SourceEntry:
    """One catalogue file: a source and its tables.

    Attributes:
        source: name of the source.
        description: what the source is.
        identity_namespace: where its business ids have their meaning.
        folder: where its files are, relative to the landing folder.
        tables: its tables.
    """

    source: str
    description: str
    identity_namespace: str
    folder: str
    tables: Annotated[tuple[TableEntry, ...], Field(min_length=1)]


Problem = tuple[Location, str, str]
"""Where, what is wrong, and what to do."""


def validate(document: Document) -> SourceEntry:
    """Return the content of a catalogue file.

    Raises:
        CatalogueError: the first thing wrong in it, in order of lines.
    """
    try:
        # As JSON, because strict Python input would refuse YAML's lists and mappings.
        content = json.dumps(document.content, default=str)
        entry = TypeAdapter(SourceEntry).validate_json(content)
    except ValidationError as error:
        details = error.errors(include_url=False)
        places = [detail["loc"] for detail in details]
        found = [
            _shape_problem(detail)
            for detail in details
            # A list whose only entry is wrong looks empty.
            if not any(place[: len(detail["loc"])] == detail["loc"] != place for place in places)
        ]
        raise _first(document, found) from None
    found = [*_source_problems(entry)]
    for position, table in enumerate(entry.tables):
        found += [
            (("tables", position, *location), problem, remedy)
            for location, problem, remedy in _table_problems(table)
        ]
    if found:
        raise _first(document, found)
    return entry


def _first(document: Document, problems: list[Problem]) -> CatalogueError:
    # A misspelled setting is also a missing one; the misspelling says what to do.
    unknown = [problem for problem in problems if problem[1].startswith("unknown ")]
    line, problem, remedy = min(
        (document.line_of(location, of_key=bool(unknown)), problem, remedy)
        for location, problem, remedy in unknown or problems
    )
    return CatalogueError(document.file, line, problem, remedy)


def _shape_problem(detail: ErrorDetails) -> Problem:
    """Say in the catalogue's words what pydantic found."""
    location = detail["loc"]
    if "options" in location[:-1]:
        location = location[: location.index("options") + 2]
        return location, f"option '{location[-1]}' is no single value", "Write one value for it."
    setting = next((str(step) for step in reversed(location) if isinstance(step, str)), "the file")
    value = detail["input"]
    if detail["type"] == "unexpected_keyword_argument":
        valid = [setting.name for setting in fields(_entry_at(location))]
        remedy = f"Valid settings here: {', '.join(valid)}.{did_you_mean(setting, valid)}"
        return location, f"unknown setting '{setting}'", remedy
    if detail["type"] == "missing":
        return location, f"setting '{setting}' is missing", f"Write '{setting}: ...' here."
    if detail["type"] == "too_short":
        return location, f"{setting} is empty", "Write at least one."
    if setting in _CHOICES:
        valid = list(_CHOICES[setting])
        problem = f"{setting} is '{value}', which is not one of: {', '.join(valid)}"
        return location, problem, f"Write one of them.{did_you_mean(str(value), valid)}"
    shown = f"'{value}'" if isinstance(value, (str, int, float, bool)) else type(value).__name__
    hint = detail["msg"].replace("Input should be ", "")
    return location, f"{setting} is {shown}", f"Write {hint}."


def _entry_at(location: Location) -> type[TableEntry | SourceEntry]:
    return TableEntry if location[0] == "tables" else SourceEntry


def _source_problems(entry: SourceEntry) -> Iterator[Problem]:
    yield from _identifier(("source",), entry.source)
    yield from _identifier(("identity_namespace",), entry.identity_namespace)
    yield from _inside_landing(("folder",), entry.folder)
    names = [table.table for table in entry.tables]
    for position, name in enumerate(names):
        if name in names[:position]:
            problem = f"table '{name}' is given twice"
            yield ("tables", position, "table"), problem, "Give it another name or remove it."


def _table_problems(table: TableEntry) -> Iterator[Problem]:
    yield from _identifier(("table",), table.table)
    for position, pattern in enumerate(table.patterns):
        location: Location = ("patterns", position)
        yield from _inside_landing(location, pattern)
        if broken := glob_problem(pattern):
            yield location, f"pattern '{pattern}' {broken}", "Mend it; *, **, ? and [..] are known."
    yield from _delivery_problems(table)
    if table.currency is not None and not _CURRENCY.fullmatch(table.currency):
        problem = f"currency is '{table.currency}', which is no currency code"
        yield ("currency",), problem, "Write the three capital letters of ISO 4217, such as USD."
    yield from _column_problems(table.columns)
    yield from _width_problems(table)
    for position, name in enumerate(table.business_key):
        if name not in table.columns:
            problem = f"business_key names '{name}', which is not one of the columns"
            valid = list(table.columns)
            remedy = f"Columns: {', '.join(valid)}.{did_you_mean(name, valid)}"
            yield ("business_key", position), problem, remedy
    options, problems = read_options(table.options, table.format)
    for option in problems:
        yield ("options", option.name), option.problem, option.remedy
    yield from _partition_problems(table.columns, options)


def _delivery_problems(table: TableEntry) -> Iterator[Problem]:
    """Settings of the other kind of delivery."""
    foreign, remedy = ("delivery_set", "largest_deleted_share"), "or write 'delivery: full'."
    if table.delivery == "full":
        foreign, remedy = ("on_duplicate", "on_overwrite"), "for every full delivery is loaded."
    for setting in foreign:
        if getattr(table, setting) is not None:
            problem = f"{setting} is given for a table whose deliveries are {table.delivery}"
            yield (setting,), problem, f"Remove it, {remedy}"


def _width_problems(table: TableEntry) -> Iterator[Problem]:
    if table.format == "fixed_width" and table.widths is None:
        problem = "setting 'widths' is missing for a fixed-width table"
        yield ("format",), problem, "Write 'widths: [10, 5, ...]', one for each of the columns."
    elif table.format != "fixed_width" and table.widths is not None:
        problem = f"widths is given for a table whose format is {table.format}"
        yield ("widths",), problem, "Remove it, or write 'format: fixed_width'."
    elif table.widths is not None and len(table.widths) != len(table.columns):
        problem = (
            f"widths has {len(table.widths)} entries, and there are {len(table.columns)} columns"
        )
        yield ("widths",), problem, "Give one width for each of the columns, in their order."


def _column_problems(columns: Sequence[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for position, name in enumerate(columns):
        location: Location = ("columns", position)
        if not name or FORBIDDEN_IN_COLUMN.search(name):
            problem = f"column '{name}' is not a name that a Delta table can hold"
            yield location, problem, "Leave out white space and the characters , ; { } ( ) =."
        if name.lower() in RESERVED_COLUMNS:
            remedy = f"Reserved: {', '.join(sorted(RESERVED_COLUMNS))}."
            yield location, f"column '{name}' has a name that ingest adds itself", remedy
        if name.lower() in seen:
            problem = f"column '{name}' is given twice (names differ by more than case)"
            yield location, problem, "Remove one of them."
        seen.add(name.lower())


def _partition_problems(columns: Sequence[str], options: TableOptions) -> Iterator[Problem]:
    """Columns of the path that are columns of the file, too."""
    of_path = read_hints(options.partition_columns) if options.partition_columns else {}
    for position, name in enumerate(columns):
        if name.lower() in map(str.lower, of_path):
            problem = f"column '{name}' is one of cloudFiles.partitionColumns, too"
            yield ("columns", position), problem, "Keep it in one of them: file or path."


def _identifier(location: Location, name: str) -> Iterator[Problem]:
    if not _IDENTIFIER.fullmatch(name):
        problem = f"{location[-1]} '{name}' is not a valid name"
        yield location, problem, "Use lower-case letters, digits and _, a letter first."


def _inside_landing(location: Location, path: str) -> Iterator[Problem]:
    if not path or path.startswith("/") or path.endswith("/") or ".." in path.split("/"):
        problem = f"'{path}' is not a path inside the landing folder"
        yield location, problem, "Write it relative, without '..' and without a '/' at its ends."
