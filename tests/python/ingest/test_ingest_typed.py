"""Typed columns when files change: a value is in its column exactly, or rescued with the reason."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from ingest_bench import PLACES, of
from ingest_bench import reasons as set_aside_reasons
from typed_bench import TypedBench, parquet_bytes

from ingest.options.option import EVOLUTION_MODES
from saleslake.errors import CatalogueError
from saleslake.lake import is_delta_table

MISMATCH = "type_mismatch"
WIDENING = {"cloudFiles.schemaEvolutionMode": "addNewColumnsWithTypeWidening"}
INFER = {"cloudFiles.inferColumnTypes": True}


def file_of(data_type: pa.DataType, *values: object) -> bytes:
    return parquet_bytes(
        {"CID": [str(at) for at in range(len(values))], "CNTRY": pa.array(values, data_type)}
    )


def misfit(text: str) -> dict[str, object]:
    return {"CNTRY": text, "_reasons": {"CNTRY": MISMATCH}}


@pytest.mark.parametrize("mode", EVOLUTION_MODES)
def test_a_narrower_type_and_values_that_fit_are_loaded(tmp_path: Path, mode: str) -> None:
    options = {"cloudFiles.schemaHints": "CNTRY bigint", "cloudFiles.schemaEvolutionMode": mode}
    bench = TypedBench(tmp_path, "parquet", options)
    bench.deliver("1", file_of(pa.int64(), 1))
    bench.deliver("2", file_of(pa.int16(), 2))
    bench.deliver("3", file_of(pa.float64(), 3.0))
    bench.deliver("4", file_of(pa.string(), "4"))
    assert bench.column("CNTRY") == [1, 2, 3, 4]
    assert bench.types()["CNTRY"] == "bigint"
    assert not any(bench.rescued())


@pytest.mark.parametrize("mode", [mode for mode in EVOLUTION_MODES if "Widening" not in mode])
def test_what_a_column_cannot_hold_is_rescued_in_every_mode(tmp_path: Path, mode: str) -> None:
    bench = TypedBench(
        tmp_path,
        "parquet",
        {"cloudFiles.schemaEvolutionMode": mode, "cloudFiles.schemaHints": "CNTRY int"},
    )
    bench.deliver("1", file_of(pa.int32(), 1))
    bench.deliver("2", file_of(pa.int64(), 2, 2**40))
    bench.deliver("3", file_of(pa.float64(), 2.5, float("nan"), None))
    bench.deliver("4", file_of(pa.string(), "x", "007", ""))
    bench.deliver("5", file_of(pa.list_(pa.int32()), [1]))
    result = bench.deliver("6", file_of(pa.binary(), b"\xff"))
    assert (result.rows_loaded, result.set_aside) == (1, [])
    assert bench.column("CNTRY") == [1, 2, *[None] * 9]
    expected = ["1099511627776", "2.5", "nan", None, "x", "007", None, "[1]", "/w=="]
    assert bench.rescued() == [
        None,
        None,
        *(misfit(text) if text else None for text in expected),
    ]


@pytest.mark.parametrize(
    ("before", "after", "widened", "values"),
    [
        ((pa.int32(), 1), (pa.int64(), 2**40), "bigint", [1, 2**40]),
        ((pa.float32(), 0.5), (pa.float64(), 0.1), "double", [0.5, 0.1]),
        ((pa.int32(), 1), (pa.float64(), 0.5), "double", [1.0, 0.5]),
        (
            (pa.decimal128(5, 2), Decimal("1.25")),
            (pa.decimal128(9, 4), Decimal("1.0625")),
            "decimal(9,4)",
            [Decimal("1.2500"), Decimal("1.0625")],
        ),
        (
            (pa.decimal128(9, 2), Decimal("1234567.25")),
            (pa.decimal128(5, 4), Decimal("1.0625")),
            "decimal(11,4)",
            [Decimal("1234567.2500"), Decimal("1.0625")],
        ),
    ],
)
def test_a_column_is_widened(
    tmp_path: Path,
    before: tuple[pa.DataType, object],
    after: tuple[pa.DataType, object],
    widened: str,
    values: list[object],
) -> None:
    bench = TypedBench(tmp_path, "parquet", WIDENING)
    bench.deliver("1", file_of(*before))
    bench.deliver("2", file_of(*after))
    assert bench.types()["CNTRY"] == widened
    assert bench.column("CNTRY") == values
    assert not any(bench.rescued())
    assert bench.column("batch_id") == [1, 2]
    versions = bench.versions()
    bench.ingest()
    assert bench.versions() == versions


def test_what_no_wider_type_holds_is_rescued(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "parquet", WIDENING)
    bench.deliver("1", file_of(pa.int64(), 1))
    bench.deliver("2", file_of(pa.float64(), 0.5))
    bench.deliver("3", file_of(pa.string(), "x"))
    assert bench.types()["CNTRY"] == "bigint"
    assert bench.rescued() == [None, misfit("0.5"), misfit("x")]


def test_widening_that_is_interrupted_is_done_once(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "parquet", WIDENING)
    bench.deliver("1", file_of(pa.int32(), 1))
    bench.write("erp/LOC_A101/2.csv", file_of(pa.int64(), 2**40))
    for step in ("planned", f"data:{PLACES}", f"quarantine:{PLACES}"):
        bench.interrupt(step)
    of(bench.ingest(), PLACES)
    assert bench.column("CNTRY") == [1, 2**40]


def test_files_of_one_batch_get_a_type_that_holds_them_all(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "parquet")
    bench.write("erp/LOC_A101/1.csv", parquet_bytes({"CID": [1], "a": [1], "b": [1]}))
    bench.write(
        "erp/LOC_A101/2.csv",
        parquet_bytes({"CID": pa.array([2], pa.int8()), "a": [1.5], "b": ["x"]}),
    )
    bench.ingest()
    assert bench.types() == {"CID": "bigint", "CNTRY": "string", "a": "string", "b": "string"}
    assert bench.column("a") == ["1", "1.5"]


def test_new_columns_are_rescued_as_text(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "parquet", {"cloudFiles.schemaEvolutionMode": "rescue"})
    bench.deliver("1", parquet_bytes({"CID": ["1"], "n": [1.5]}))
    assert bench.types() == {"CID": "string", "CNTRY": "string"}
    assert bench.rescued() == [{"n": "1.5", "_reasons": {"n": "new_column"}}]


def test_a_first_file_is_not_refused_for_its_columns(tmp_path: Path) -> None:
    options = {"cloudFiles.schemaEvolutionMode": "failOnNewColumns"}
    bench = TypedBench(tmp_path, "parquet", options)
    assert bench.deliver("1", parquet_bytes({"CID": [1], "CNTRY": ["DE"]})).rows_loaded == 1
    assert bench.deliver("2", parquet_bytes({"CID": [2], "n": [1]})).set_aside
    assert bench.column("CID") == [1]


def test_hints_type_the_columns_of_text_files(tmp_path: Path) -> None:
    hints = "CNTRY bigint, amount decimal(18,4), day date, at timestamp, is_new boolean"
    bench = TypedBench(tmp_path, "csv", {"cloudFiles.schemaHints": hints})
    bench.ingest()
    assert bench.types() == {"CID": "string", "CNTRY": "bigint"}
    result = bench.deliver(
        "1",
        "CID,CNTRY,amount,day,at,is_new\n"
        "01,1,12.5,2026-02-28,2026-01-31T18:00:00+01:00,True\n"
        '2,007,"1.234,56",2026-02-30,31.01.26,(12)\n'
        "3,,,,,\n",
    )
    assert result.rows_rescued == 1
    assert bench.column("CID") == ["01", "2", "3"]
    assert bench.column("CNTRY") == [1, None, None]
    assert bench.column("amount") == [Decimal("12.5"), None, None]
    reasons = dict.fromkeys(["CNTRY", "amount", "day", "at", "is_new"], MISMATCH)
    values = {"amount": "1.234,56", "day": "2026-02-30", "at": "31.01.26", "is_new": "(12)"}
    assert bench.rescued() == [None, {"CNTRY": "007", **values, "_reasons": reasons}, None]


def test_types_are_inferred_from_the_first_batch_but_for_the_key_and_then_hold(
    tmp_path: Path,
) -> None:
    bench = TypedBench(tmp_path, "csv", {**INFER, "cloudFiles.schemaHints": "hinted string"})
    bench.write("erp/LOC_A101/1.csv", "CID,CNTRY,hinted,zip\n1,49,1,10115\n2,,2,\n")
    bench.write("erp/LOC_A101/2.csv", "CID,n,zip\n3,1.50,01067\n")
    bench.ingest()
    assert bench.types() == {
        "CID": "string",
        "CNTRY": "bigint",
        "hinted": "string",
        "zip": "string",
        "n": "decimal(18,4)",
    }
    assert bench.column("CNTRY") == [49, None, None]
    assert bench.column("zip") == ["10115", "", "01067"]
    bench.deliver("3", "CID,CNTRY,n,x\n4,1,12.25,2026-01-31\n007,0815,1e3,2026-02-28\n")
    assert bench.column("CID")[3:] == ["4", "007"]
    assert bench.column("CNTRY")[3:] == [1, None]
    assert bench.types()["x"] == "date"
    reasons = {"CNTRY": MISMATCH, "n": MISMATCH}
    assert bench.rescued()[-1] == {"CNTRY": "0815", "n": "1e3", "_reasons": reasons}


def test_json_and_fixed_width_are_typed_too(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "json", INFER)
    bench.deliver("1", '{"CID": 1, "a": 1.5, "b": true, "c": [1]}\n{"CID": 2, "a": null}\n')
    assert bench.types() == {
        "CID": "string",
        "CNTRY": "string",
        "a": "decimal(18,4)",
        "b": "boolean",
        "c": "string",
    }
    assert bench.column("b") == [True, None]


def test_a_hint_at_another_type_than_a_column_has_is_refused(tmp_path: Path) -> None:
    TypedBench(tmp_path, "csv").deliver("1", "CID,CNTRY\n1,DE\n")
    bench = TypedBench(tmp_path, "csv", {"cloudFiles.schemaHints": "CID bigint"})
    with pytest.raises(CatalogueError, match="the type bigint, and the raw table has it as string"):
        bench.ingest()


def test_a_column_wider_than_its_hint_stays_so(tmp_path: Path) -> None:
    options = {**WIDENING, "cloudFiles.schemaHints": "CNTRY int"}
    bench = TypedBench(tmp_path, "parquet", options)
    bench.deliver("1", file_of(pa.int64(), 1, 2**40))
    assert bench.rescued() == [None, misfit("1099511627776")]
    bench.deliver("2", file_of(pa.int64(), 2**40))
    assert bench.types()["CNTRY"] == "bigint"
    bench.deliver("3", file_of(pa.int64(), 3))
    assert bench.column("CNTRY") == [1, None, 2**40, 3]


def test_a_file_whose_business_key_does_not_fit_is_set_aside(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "csv", {"cloudFiles.schemaHints": "CID bigint"})
    bench.write("erp/LOC_A101/1.csv", "CID,CNTRY\n1,DE\n2,FR\n")
    bench.write("erp/LOC_A101/2.csv", "CID,CNTRY\n3,DE\n007,FR\n")
    result = of(bench.ingest(), PLACES)
    assert set_aside_reasons(result) == {
        "erp/LOC_A101/2.csv": (
            "record 2: its CID, of the business key, is no bigint, which the table has it as"
        )
    }
    assert bench.values(PLACES, "CID") == [1, 2]
    before = bench.versions()
    bench.ingest()
    assert bench.versions() == before


ALL_MISFITS = "CID,CNTRY\n1,2,3\n"


def test_a_table_without_a_row_takes_its_types_later(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "csv", INFER)
    bench.deliver("1", "CID,CNTRY\n")
    assert not is_delta_table(bench.folder_of(PLACES))
    assert bench.deliver("2", ALL_MISFITS).rows_quarantined == 1
    assert bench.types() == {"CID": "string", "CNTRY": "string"}
    bench.deliver("3", "CID,CNTRY\n1,7\n")
    assert (bench.types()["CNTRY"], bench.column("CNTRY")) == ("bigint", [7])
    assert not bench.ingest().anything_new  # the batches are known as before


@pytest.mark.parametrize("first", [ALL_MISFITS, None])
def test_a_hint_can_be_mended_until_there_is_a_row(first: str | None, tmp_path: Path) -> None:
    def hinted(hints: str) -> TypedBench:
        found = TypedBench(tmp_path, "csv", {"cloudFiles.schemaHints": hints})
        found.runs = 5 * len(hints)
        return found

    bench = hinted("CID int, CNTRY int")
    if first is not None:
        bench.write("erp/LOC_A101/1.csv", first)
    bench.ingest()
    assert bench.types()["CNTRY"] == "int"
    bench = hinted("CID int, CNTRY string")
    bench.deliver("2", "CID,CNTRY\n1,DE\n")
    assert (bench.types()["CNTRY"], bench.column("CNTRY")) == ("string", ["DE"])
    with pytest.raises(CatalogueError, match="a column keeps its type"):
        hinted("CID string, CNTRY string").ingest()
