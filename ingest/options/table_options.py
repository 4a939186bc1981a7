"""What the options of one table come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.options import values
from ingest.options.option import Group, Option, Place
from ingest.options.registry import BY_NAME
from saleslake.errors import did_you_mean

SHORTEST_BEFORE_DELETE = timedelta(days=7)
"""As in Auto Loader: a file is deleted only after more than this."""


@dataclass(frozen=True)
class TableOptions:
    """How a table's files are found and read.

    Attributes:
        delimiter: one ASCII character between fields.
        quote: one ASCII character around fields, doubled inside them; None when there is none.
        escape: one ASCII character before a character to be taken literally, or None.
        encoding: a Python codec name.
        header: whether the first record holds the column names; else they are the catalogue's.
        path_glob_filter: pattern of the names of the files that are loaded; None for all.
        modified_after: only files changed after this time, UTC; None for all.
        modified_before: only files changed before this time, UTC; None for all.
        include_existing_files: whether files are loaded that were there before the table's first
            run.
        partition_columns: columns that paths give, and their types; None for none.
        clean_source: what becomes of a loaded file in the landing folder: OFF, MOVE or DELETE.
        clean_source_retention: how long it stays there after its commit.
        clean_source_destination: the absolute path of the folder that MOVE moves to.
        max_files_per_batch: how many files are one batch at most; None for no limit.
        max_bytes_per_batch: from how many bytes of files on a batch is full; None for no limit.
        schema_evolution_mode: what becomes of new columns, one of the registry's EVOLUTION_MODES.
        infer_column_types: whether columns of text files get the types of their values.
        schema_hints: types of columns, as ``hints.read_hints`` reads them; None for none.
        multi_line: whether a JSON file is an array, or objects that span lines.
    """

    delimiter: str = ","
    quote: str | None = '"'
    escape: str | None = None
    encoding: str = "utf-8"
    header: bool = True
    path_glob_filter: str | None = None
    modified_after: datetime | None = None
    modified_before: datetime | None = None
    include_existing_files: bool = True
    partition_columns: str | None = None
    clean_source: str = "OFF"
    clean_source_retention: timedelta = timedelta(days=30)
    clean_source_destination: str | None = None
    max_files_per_batch: int | None = 1000
    max_bytes_per_batch: int | None = None
    schema_evolution_mode: str = "addNewColumns"
    infer_column_types: bool = False
    schema_hints: str | None = None
    multi_line: bool = False

    @property
    def adds_columns(self) -> bool:
        """Whether the raw table gets the columns that it does not have."""
        return self.schema_evolution_mode.startswith("addNewColumns")

    @property
    def widens_columns(self) -> bool:
        """Whether a column of the raw table gets a wider type when one is delivered."""
        return self.schema_evolution_mode == "addNewColumnsWithTypeWidening"

    @property
    def refuses_columns(self) -> bool:
        """Whether a file with columns that the raw table does not have is set aside."""
        return self.schema_evolution_mode == "failOnNewColumns"


@dataclass(frozen=True)
class OptionProblem:
    """What is wrong with an option, and what to do; ``name`` as it was written."""

    name: str
    problem: str
    remedy: str


def read_options(
    written: Mapping[str, values.Scalar], file_format: str = "csv"
) -> tuple[TableOptions, tuple[OptionProblem, ...]]:
    """Return what a table's options come to, and what is wrong with them, in their order.

    Args:
        written: names, in any case and by any of their aliases, and values.
        file_format: of the table's files.
    """
    read, problems, names = read_values(written, file_format, Place.CATALOGUE)
    # The registry's readers return what the fields take; a test holds the two together.
    options = TableOptions(**read)  # type: ignore[arg-type]
    return options, (*problems, *contradictions(options, names))


def read_values(
    written: Mapping[str, values.Scalar], file_format: str, place: Place
) -> tuple[dict[str, values.Value], list[OptionProblem], dict[str, str]]:
    """Return the values by the fields they fill, what is wrong, and the names by fields.

    Args:
        written: names, in any case and by any of their aliases, and values.
        file_format: of the files.
        place: where they are written.
    """
    read: dict[str, values.Value] = {}
    problems: list[OptionProblem] = []
    names: dict[str, str] = {}
    for name, value in written.items():
        option = BY_NAME.get(name.lower())
        problem = _problem_of(option, name, value, names, place)
        if problem:
            problems.append(problem)
        elif option and option.group is Group.CSV and file_format != "csv":
            text = f"option '{name}' is given for files whose format is {file_format}"
            problems.append(OptionProblem(name, text, "Remove it: it is for csv files."))
        elif option and option.group is Group.TEXT and file_format == "parquet":
            text = f"option '{name}' is given for files whose format is {file_format}"
            problems.append(OptionProblem(name, text, "Remove it: it is for text files."))
        elif option and option.field == "multi_line" and not _may_span(value, file_format):
            text = f"{name} is '{value}' for files whose format is {file_format}"
            problems.append(OptionProblem(name, text, "Remove it: the format says it."))
        elif option and option.field and option.read:
            read[option.field] = option.read(value)
            names[option.field] = name
    return read, problems, names


def _may_span(value: values.Scalar, file_format: str) -> bool:
    """Tell whether multiLine may have a value: true is what csv is, and json may be either."""
    return file_format == "json" or values.boolean(value) == (file_format == "csv")


def _problem_of(
    option: Option | None,
    name: str,
    value: values.Scalar,
    names: Mapping[str, str],
    place: Place,
) -> OptionProblem | None:
    if option is None:
        valid = [known.name for known in dict.fromkeys(BY_NAME.values())]
        remedy = f"Known options: docs/loader-options.md.{did_you_mean(name, valid)}"
        return OptionProblem(name, f"unknown option '{name}'", remedy)
    if option.read is None or option.is_refused(place):
        problem = f"option '{name}' is refused: {option.why_refused(place)}"
        return OptionProblem(name, problem, option.instead)
    if option.field is not None and option.field in names:
        problem = f"option '{name}' is given twice, first as '{names[option.field]}'"
        return OptionProblem(name, problem, "Keep one of the two.")
    try:
        read = option.read(value)
    except ValueError as error:
        return OptionProblem(name, f"{name} is '{value}'", f"Write {error}.")
    if option.only is not None and read != option.only:
        return OptionProblem(name, f"{name} is '{value}': {option.why}", option.instead)
    return None


def contradictions(options: TableOptions, names: Mapping[str, str]) -> Iterator[OptionProblem]:
    """Yield what is wrong with options that are right each for itself.

    Args:
        options: what they come to.
        names: as they were written, by fields.
    """
    for setting in ("quote", "escape"):
        if getattr(options, setting) == options.delimiter:
            problem = f"{setting} and delimiter are both '{options.delimiter}'"
            name = names.get(setting) or names["delimiter"]
            yield OptionProblem(name, problem, "Give them different characters.")
    if options.escape is not None and options.escape == options.quote:
        problem = f"escape and quote are both '{options.quote}'"
        remedy = "Leave escape out: a doubled quote is always understood."
        yield OptionProblem(names["escape"], problem, remedy)
    yield from _cleaning_problems(options, names)
    after, before = options.modified_after, options.modified_before
    if after is not None and before is not None and after >= before:
        yield OptionProblem(
            names["modified_before"],
            "modifiedBefore is not later than modifiedAfter, so that no file can be between them",
            "Mend one of the two.",
        )


def _cleaning_problems(options: TableOptions, names: Mapping[str, str]) -> Iterator[OptionProblem]:
    mode, retention = options.clean_source, options.clean_source_retention
    destination = "clean_source_destination"
    if mode == "MOVE" and options.clean_source_destination is None:
        problem = "cloudFiles.cleanSource is MOVE, and nothing says where to"
        remedy = "Write cloudFiles.cleanSource.moveDestination: /path/of/a/folder."
        yield OptionProblem(names["clean_source"], problem, remedy)
    if mode != "MOVE" and destination in names:
        problem = f"{names[destination]} is given, and cloudFiles.cleanSource is {mode}"
        yield OptionProblem(names[destination], problem, "Write MOVE, or remove it.")
    if mode == "DELETE" and retention <= SHORTEST_BEFORE_DELETE:
        problem = "cloudFiles.cleanSource is DELETE, and the retention is no more than 7 days"
        name = names.get("clean_source_retention") or names["clean_source"]
        yield OptionProblem(name, problem, "Write a longer one, or MOVE, which has no limit.")
