"""Options by Auto Loader's names: what they come to, and what is refused with which words."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from ingest.options import TableOptions, read_options
from ingest.options.option import EVOLUTION_MODES, Place
from ingest.options.reference import markdown
from ingest.options.registry import BY_NAME, OPTIONS
from ingest.options.stream_options import StreamOptions, read_stream_options
from ingest.options.values import Scalar
from saleslake.settings import PROJECT_DIR


def test_every_field_has_its_option() -> None:
    honoured = [
        option.field for option in OPTIONS if option.field and option.is_honoured(Place.CATALOGUE)
    ]
    assert sorted(honoured) == sorted(field.name for field in fields(TableOptions))


def test_every_field_of_a_stream_has_its_option() -> None:
    honoured = [
        option.field for option in OPTIONS if option.field and option.is_honoured(Place.STREAM)
    ]
    names = {field.name for kind in (TableOptions, StreamOptions) for field in fields(kind)}
    only_of_tables = {option.field for option in OPTIONS if option.only_in is Place.CATALOGUE}
    assert sorted(honoured) == sorted(names - only_of_tables - {"table"})


def test_no_name_is_used_twice() -> None:
    names = [name.lower() for option in OPTIONS for name in (option.name, *option.aliases)]
    assert len(names) == len(set(names)) == len(BY_NAME)


def test_none_given() -> None:
    assert read_options({}) == (TableOptions(), ())


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("sep", ";", "delimiter", ";"),
        ("DELIMITER", "\t", "delimiter", "\t"),
        ("quote", None, "quote", None),
        ("quote", "", "quote", None),
        ("charset", "cp1252", "encoding", "cp1252"),
        ("header", "False", "header", False),
        ("pathGlobFilter", "*.csv", "path_glob_filter", "*.csv"),
        ("modifiedAfter", "2026-01-31", "modified_after", datetime(2026, 1, 31, tzinfo=UTC)),
        (
            "modifiedBefore",
            "2026-01-31T18:00:00+01:00",
            "modified_before",
            datetime(2026, 1, 31, 17, tzinfo=UTC),
        ),
        ("cloudFiles.includeExistingFiles", False, "include_existing_files", False),
        ("cloudFiles.maxFilesPerTrigger", 7, "max_files_per_batch", 7),
        ("maxBytesPerTrigger", "10g", "max_bytes_per_batch", 10 << 30),
        ("maxBytesPerTrigger", "500 MB", "max_bytes_per_batch", 500 << 20),
        ("maxBytesPerTrigger", 1000, "max_bytes_per_batch", 1000),
        ("cloudFiles.schemaEvolutionMode", "RESCUE", "schema_evolution_mode", "rescue"),
    ],
)
def test_honoured(name: str, value: Scalar, field: str, expected: object) -> None:
    options, problems = read_options({name: value})
    assert problems == ()
    assert getattr(options, field) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"delimeter": ";"}, "unknown option 'delimeter'. Did you mean 'delimiter'?"),
        ({"maxFilesPerTriger": 1}, "Did you mean 'cloudFiles.maxFilesPerTrigger'?"),
        ({"delimiter": "||"}, "delimiter is '||'. Write one ASCII character"),
        ({"delimiter": "§"}, "delimiter is '§'. Write one ASCII character"),
        ({"quote": ","}, "quote and delimiter are both ','"),
        ({"escape": '"'}, "escape and quote are both '\"'"),
        ({"encoding": "base64"}, "encoding is 'base64'. Write an encoding, such as utf-8"),
        ({"sep": ";", "delimiter": ","}, "given twice, first as 'sep'"),
        ({"header": 1}, "header is '1'. Write true or false"),
        ({"cloudFiles.maxFilesPerTrigger": 0}, "Write a whole number from 1"),
        ({"cloudFiles.maxFilesPerTrigger": True}, "Write a whole number from 1"),
        ({"cloudFiles.maxBytesPerTrigger": "much"}, "such as 512k, 100m or 10g"),
        ({"modifiedAfter": "yesterday"}, "a date or time such as 2026-01-31"),
        ({"pathGlobFilter": "a/b"}, "a pattern for file names"),
        ({"cloudFiles.schemaEvolutionMode": "evolve"}, ", ".join(EVOLUTION_MODES)),
        ({"nullValue": "-"}, "option 'nullValue' is refused: raw tables keep every value"),
        ({"enforceSchema": True}, "enforceSchema is 'True': Columns are found by the names"),
        ({"cloudFiles.schemaHints": "id"}, "such as id bigint, amount decimal(18,4)"),
        ({"cloudFiles.schemaHints": "id number"}, "Write types among: string, boolean"),
        ({"cloudFiles.schemaHints": "a decimal(39,2)"}, "at most 38 digits"),
        ({"cloudFiles.schemaHints": "id int, ID bigint"}, "one type for 'ID'"),
        ({"cloudFiles.schemaHints": "batch_id int"}, "names of delivered columns"),
        ({"cloudFiles.useNotifications": True}, "option 'cloudFiles.useNotifications' is refused"),
        ({"cloudFiles.allowOverwrites": True}, "Write on_overwrite: reload, ignore or fail"),
        (
            {"modifiedAfter": "2026-02-01", "modifiedBefore": "2026-01-01"},
            "modifiedBefore is not later than modifiedAfter",
        ),
    ],
)
def test_refused(written: dict[str, Scalar], expected: str) -> None:
    _, problems = read_options(written)
    told = [f"{problem.problem}. {problem.remedy}" for problem in problems]
    assert len(told) == 1
    assert expected in told[0].replace("Known options: docs/loader-options.md. ", "")


STREAM: dict[str, Scalar] = {"cloudFiles.format": "csv", "cloudFiles.schemaLocation": "/schema"}


def test_of_a_stream() -> None:
    """Spark passes names in lower case, and every value as text."""
    written = {"maxbytespertrigger": "1m", "saleslake.restart": "AGAIN", "sep": ";"}
    options, problems = read_stream_options(STREAM | written)
    table = TableOptions(delimiter=";", max_bytes_per_batch=1 << 20)
    assert problems == ()
    assert options == StreamOptions("csv", "/schema", restart="again", table=table)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"cloudFiles.format": "json"}, "option 'cloudFiles.schemaLocation' is missing"),
        ({"cloudFiles.schemaLocation": "/s"}, "option 'cloudFiles.format' is missing"),
        (STREAM | {"cloudFiles.format": "parquet"}, "Write one of: csv, json"),
        (STREAM | {"cloudFiles.format": "json", "sep": ";"}, "whose format is json"),
        (STREAM | {"cloudfiles.maxfilespertriger": "1"}, "'cloudFiles.maxFilesPerTrigger'?"),
        (STREAM | {"cloudFiles.allowOverwrites": "true"}, "for a stream saleslake.onOverwrite"),
        (STREAM | {"escape": '"'}, "escape and quote are both '\"'"),
        (STREAM | {"cloudFiles.schemaLocation": ""}, "Write the path of a folder"),
    ],
)
def test_refused_of_a_stream(written: dict[str, Scalar], expected: str) -> None:
    options, problems = read_stream_options(written)
    assert options is None
    (told,) = [f"{problem.problem}. {problem.remedy}" for problem in problems]
    assert expected in told


@pytest.mark.parametrize("name", ["cloudFiles.schemaLocation", "format", "saleslake.restart"])
def test_a_stream_s_option_is_refused_in_the_catalogue(name: str) -> None:
    _, (problem,) = read_options({name: "csv"})
    assert problem.problem.startswith(f"option '{name}' is refused: ")


def test_a_refused_option_s_value_is_not_shown() -> None:
    """It may be a connection string."""
    _, (problem,) = read_options({"cloudFiles.connectionString": "secret"})
    assert "secret" not in problem.problem + problem.remedy


def test_what_happens_anyway_may_be_written() -> None:
    assert read_options({"multiLine": True, "ignoreCorruptFiles": "false"})[1] == ()


def test_the_reference_is_up_to_date() -> None:
    page = PROJECT_DIR / "docs" / "loader-options.md"
    assert page.read_text(encoding="utf-8") == markdown()
