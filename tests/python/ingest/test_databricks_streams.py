"""What Auto Loader is told of the catalogue's tables, and what of it is refused before."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from ingest_bench import EVERYTHING

from ingest.catalogue.tables import DeliveredTable
from ingest.databricks.landing import auto_loader
from ingest.databricks.refusals import refusals, require_possible
from ingest.databricks.streams import plan_streams
from ingest.options import TableOptions, read_options
from ingest.options.on_databricks import BY_FIELD
from ingest.options.values import Scalar
from saleslake.databricks_errors import SettingsRefusedError

LANDING, STATE = "/Volumes/main/sales/landing", "/Volumes/main/sales/raw_data"
TABLES = {table.name: table for table in EVERYTHING.tables}
TABLE = TABLES["erp.loc_a101"]
SHIPPED = {
    "cloudFiles.useStrictGlobber": "true",
    "cloudFiles.includeExistingFiles": "true",
    "cloudFiles.allowOverwrites": "true",
    "cloudFiles.partitionColumns": "",
    "cloudFiles.maxFilesPerTrigger": "1000",
    "cloudFiles.inferColumnTypes": "false",
    "cloudFiles.schemaEvolutionMode": "addNewColumns",
    "rescuedDataColumn": "_rescued_data",
    "readerCaseSensitive": "false",
}
TEXT = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": "_corrupt_record"}
OF_FORMAT = {
    "csv": TEXT
    | {
        "sep": ",",
        "quote": '"',
        "escape": '"',
        "header": "true",
        "encoding": "UTF-8",
        "multiLine": "true",
    },
    "json": TEXT | {"multiLine": "false"},
    "parquet": {},
}


def with_options(written: dict[str, Scalar], table: DeliveredTable = TABLE) -> DeliveredTable:
    options, problems = read_options(written, table.format)
    assert not problems
    return replace(table, options=options)


def options_of(table: DeliveredTable) -> dict[str, str]:
    return dict(plan_streams(table, LANDING, STATE)[0].options)


@pytest.mark.parametrize("name", TABLES)
def test_every_shipped_table_can_be_landed(name: str) -> None:
    table = TABLES[name]
    require_possible([table])
    streams = plan_streams(table, LANDING, STATE)
    file = table.patterns[0].rpartition("/")[2]
    folder, _, ending = file.partition(".")
    places = [(stream.path, stream.options["pathGlobFilter"]) for stream in streams]
    assert places == [
        (f"{LANDING}/{table.source}", file),
        (f"{LANDING}/{table.source}/{folder}", f"*.{ending}"),
    ]
    columns = ", ".join(f"`{column}` string" for column in [*table.columns, "_corrupt_record"])
    # Parquet's columns have types of their own.
    hints = {} if table.format == "parquet" else {"cloudFiles.schemaHints": columns}
    for stream in streams:
        assert stream.schema is None
        assert stream.options == SHIPPED | OF_FORMAT[table.format] | hints | {
            "cloudFiles.format": table.format,
            "pathGlobFilter": stream.options["pathGlobFilter"],
            "cloudFiles.schemaLocation": stream.schema_location,
        }
    homes = {place for stream in streams for place in (stream.schema_location, stream.checkpoint)}
    assert len(homes) == 4
    assert all(home.startswith(f"{STATE}/{table.source}/{table.table}/") for home in homes)


def test_a_stream_keeps_its_checkpoint_when_patterns_come_and_go() -> None:
    before = {stream.pattern: stream for stream in plan_streams(TABLE, LANDING, STATE)}
    more = replace(TABLE, patterns=("erp/new/*.csv", *reversed(TABLE.patterns)))
    for stream in plan_streams(more, LANDING, STATE)[1:]:
        assert stream.checkpoint == before[stream.pattern].checkpoint


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"sep": ";", "quote": "'"}, {"sep": ";", "quote": "'", "escape": "'"}),
        ({"quote": None}, {"quote": "", "escape": ""}),
        ({"escape": "\\"}, {"quote": '"', "escape": "\\"}),
        ({"encoding": "latin-1"}, {"encoding": "ISO-8859-1"}),
        ({"modifiedAfter": "2026-01-31"}, {"modifiedAfter": "2026-01-31 00:00:00.000000 UTC+0"}),
        ({"maxBytesPerTrigger": "1k"}, {"cloudFiles.maxBytesPerTrigger": "1024b"}),
        (
            {"cloudFiles.schemaEvolutionMode": "none"},
            {"cloudFiles.schemaEvolutionMode": "rescue"},
        ),
        (
            {"cloudFiles.schemaEvolutionMode": "addNewColumnsWithTypeWidening"},
            {"cloudFiles.schemaEvolutionMode": "addNewColumns"},
        ),
        (
            {
                "cloudFiles.cleanSource": "DELETE",
                "cloudFiles.cleanSource.retentionDuration": "8 days",
            },
            {
                "cloudFiles.cleanSource": "DELETE",
                "cloudFiles.cleanSource.retentionDuration": "8 days 0 seconds",
            },
        ),
        (
            {
                "cloudFiles.partitionColumns": "region, day date",
                "cloudFiles.schemaHints": "cid bigint, region string, more double",
            },
            {
                "cloudFiles.partitionColumns": "region,day",
                "cloudFiles.schemaHints": "`CID` bigint, `CNTRY` string, `region` string, "
                "`day` date, `more` double, `_corrupt_record` string",
            },
        ),
    ],
)
def test_options_by_auto_loader_s_names(
    written: dict[str, Scalar], expected: dict[str, str]
) -> None:
    options = options_of(with_options(written))
    assert {name: options[name] for name in expected} == expected


def test_files_without_a_header_have_a_schema_and_no_hints() -> None:
    (stream, _) = plan_streams(with_options({"header": False}), LANDING, STATE)
    assert stream.schema == "`CID` string, `CNTRY` string, `_corrupt_record` string"
    assert "cloudFiles.schemaHints" not in stream.options
    assert stream.options["cloudFiles.schemaEvolutionMode"] == "rescue"


def test_json_and_parquet_have_no_options_of_csv() -> None:
    json = options_of(replace(TABLE, format="json"))
    assert json["multiLine"] == "false"
    assert "sep" not in json
    parquet = options_of(replace(TABLE, format="parquet"))
    assert not {"sep", "multiLine", "mode"} & set(parquet)
    assert "cloudFiles.schemaHints" not in parquet


def test_a_pattern_of_ours_is_one_of_spark_s() -> None:
    (stream,) = plan_streams(replace(TABLE, patterns=("erp/[!a]?/x[!0-9].csv",)), LANDING, STATE)
    assert (stream.path, stream.options["pathGlobFilter"]) == (
        f"{LANDING}/erp/[^a]?",
        "x[^0-9].csv",
    )


@pytest.mark.parametrize(
    ("table", "setting"),
    [
        (replace(TABLE, format="fixed_width"), "format"),
        (replace(TABLE, delivery="full"), "delivery"),
        (replace(TABLE, on_duplicate="fail"), "on_duplicate"),
        (replace(TABLE, on_overwrite="fail"), "on_overwrite"),
        (replace(TABLE, largest_rejected_count=0), "largest_rejected_count"),
        (replace(TABLE, largest_rejected_share=0.5), "largest_rejected_share"),
        (replace(TABLE, patterns=("erp/**/x.csv",)), "patterns"),
        (replace(TABLE, patterns=("erp/{a}.csv",)), "patterns"),
        (with_options({"encoding": "cp1252"}), "encoding"),
        (with_options({"pathGlobFilter": "*.csv"}), "pathGlobFilter"),
        (with_options({"inferSchema": True}), "cloudFiles.inferColumnTypes"),
    ],
)
def test_what_auto_loader_cannot_do_is_refused(table: DeliveredTable, setting: str) -> None:
    (refusal,) = refusals(table)
    assert refusal.setting == setting
    assert refusal.problem
    assert refusal.remedy.endswith(".")


def test_all_refusals_are_told_at_once_with_their_places() -> None:
    full = replace(TABLE, delivery="full", on_duplicate="fail")
    with pytest.raises(SettingsRefusedError) as raised:
        require_possible([full, TABLES["crm.cust_info"]])
    first, *told, last = raised.value.cause.splitlines()
    assert first == "Auto Loader cannot keep these settings of the catalogue:"
    assert [line.partition(":")[0] for line in told] == ["  erp.loc_a101 (erp.yml"]
    assert last.startswith(f"  erp.loc_a101 (erp.yml:{TABLE.line}), on_duplicate: ")


class Reader:
    """Stands for ``spark.readStream``, and keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    @property
    def readStream(self) -> Reader:  # noqa: N802 - Spark's name
        return self

    def format(self, name: str) -> Reader:
        self.told.append(name)
        return self

    def options(self, **options: str) -> Reader:
        self.told.append(options)
        return self

    def schema(self, columns: str) -> Reader:
        self.told.append(columns)
        return self

    def load(self, path: str) -> list[object]:
        return [*self.told, path]


@pytest.mark.parametrize("header", [True, False])
def test_auto_loader_is_told_the_plan(header: bool) -> None:
    (plan, _) = plan_streams(with_options({"header": header}), LANDING, STATE)
    schema = [] if header else [plan.schema]
    assert auto_loader(Reader(), plan) == ["cloudFiles", plan.options, *schema, f"{LANDING}/erp"]


def test_the_reference_says_what_becomes_of_every_option() -> None:
    assert list(BY_FIELD) == [field.name for field in fields(TableOptions)]
