"""Parquet: typed columns keep their types, and a damaged file is set aside before it is loaded."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest
import reader_bench
from ingest_bench import PLACES, of, reasons
from typed_bench import TypedBench, parquet_bytes, table_of

from ingest.readers import parquet, reader_of
from ingest.readers.base import CheckedFile, FileChangedError

TABLE = table_of("parquet")
refusal = partial(reader_bench.refusal, name="x.parquet", table=TABLE)
load = partial(reader_bench.load, name="x.parquet", table=TABLE)

UTC_TIME = datetime(2026, 1, 31, 18, 0, 0, 1, tzinfo=UTC)
LOCAL_TIME = datetime(2026, 1, 31, 18, 0, 0, 1)

KINDS: list[tuple[pa.DataType, object, str, object]] = [
    (pa.int8(), -1, "tinyint", -1),
    (pa.int32(), 7, "int", 7),
    (pa.int64(), 2**62, "bigint", 2**62),
    (pa.uint8(), 255, "smallint", 255),
    (pa.uint64(), 2**64 - 1, "decimal(20,0)", Decimal(2**64 - 1)),
    (pa.float32(), 0.5, "float", 0.5),
    (pa.float64(), 0.1, "double", 0.1),
    (pa.decimal128(18, 4), Decimal("1.5"), "decimal(18,4)", Decimal("1.5000")),
    (pa.bool_(), True, "boolean", True),
    (pa.date32(), date(2026, 2, 28), "date", date(2026, 2, 28)),
    (pa.timestamp("ms"), datetime(2026, 1, 1), "timestamp_ntz", datetime(2026, 1, 1)),
    (pa.timestamp("us"), LOCAL_TIME, "timestamp_ntz", LOCAL_TIME),
    (pa.timestamp("us", tz="Europe/Paris"), UTC_TIME, "timestamp", UTC_TIME),
    (pa.string(), "007", "string", "007"),
    (pa.large_string(), "", "string", ""),
    (pa.dictionary(pa.int8(), pa.string()), "x", "string", "x"),
    (pa.binary(), b"\xff", "binary", b"\xff"),
    (pa.binary(2), b"\xff\x00", "binary", b"\xff\x00"),
    (pa.time64("us"), time(18, 0), "string", "18:00:00.000000"),
    (pa.decimal256(40, 2), Decimal("1.50"), "string", "1.50"),
    (pa.list_(pa.int32()), [1, None], "string", "[1, null]"),
    (pa.map_(pa.string(), pa.int32()), [("k", 1)], "string", '[["k", 1]]'),
    (
        pa.struct([("a", pa.decimal128(5, 2)), ("b", pa.binary()), ("c", pa.float64())]),
        {"a": Decimal("1.50"), "b": b"\xff", "c": float("nan")},
        "string",
        '{"a": "1.50", "b": "/w==", "c": "nan"}',
    ),
    (pa.null(), None, "string", None),
]


@pytest.mark.parametrize(("given", "value", "name", "expected"), KINDS, ids=str)
def test_a_type_is_kept_and_what_delta_does_not_know_is_text(
    given: pa.DataType, value: object, name: str, expected: object, tmp_path: Path
) -> None:
    bench = TypedBench(tmp_path, "parquet")
    columns = {"CID": ["1", "2"], "CNTRY": pa.array([value, None], given)}
    assert bench.deliver("1", parquet_bytes(columns)).rows_loaded == 2
    assert bench.types() == {"CID": "string", "CNTRY": name}
    assert bench.column("CNTRY") == [expected, None]
    assert bench.rescued() == [None, None]


def test_a_table_is_created_by_its_first_file_and_new_columns_join_it(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "parquet", {"cloudFiles.schemaHints": "CNTRY string"})
    bench.ingest()
    assert not bench.folder_of(PLACES).exists()
    first = bench.deliver("1", parquet_bytes({"cid": [1, 2]}))
    assert (first.new_columns, first.missing_columns) == ([], ["CNTRY"])
    second = bench.deliver("2", parquet_bytes({"CID": [3], "CITY": ["Lyon"], "n": [2.5]}))
    assert second.new_columns == ["CITY", "n"]
    assert bench.types() == {"CID": "bigint", "CNTRY": "string", "CITY": "string", "n": "double"}
    assert bench.column("n") == [None, None, 2.5]
    before = bench.versions()
    bench.ingest()
    assert bench.versions() == before


def test_row_groups_are_read_in_small_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_PER_BATCH", 7)
    content = parquet_bytes({"CID": list(range(100))}, rows_per_group=30)
    checked, found = load(tmp_path, content)
    assert checked == CheckedFile(("CID",), 100, types=(pa.int64(),))
    assert found == [(number + 1, (number,)) for number in range(100)]


def test_progress_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROWS_PER_BATCH", 7)
    file = tmp_path / "x.parquet"
    file.write_bytes(parquet_bytes({"CID": list(range(100))}))
    told: list[int] = []
    reader_of(TABLE).check(file, told.append)
    assert told == sorted(told)
    assert (len(told), told[-1]) == (15, 2 * file.stat().st_size)


def whole() -> bytes:
    return parquet_bytes({"CID": [str(number) for number in range(5000)]}, rows_per_group=2500)


def with_a_wrong_byte(at: int) -> bytes:
    content = bytearray(whole())
    content[at] ^= 0xFF
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"CID,CNTRY\n1,DE\n", "the file is no Parquet file"),
        (whole()[:-100], "the file does not end as Parquet does: the upload was cut off"),
        (b"PAR1", "the file does not end as Parquet does: the upload was cut off"),
        (b"PAR1PAR1", "the file does not end as Parquet does: the upload was cut off"),
        (b"PAR1" + b"\xff" * 100 + b"PAR1", "the footer is damaged"),
        (with_a_wrong_byte(200), "row group 1 of 2 is damaged"),
        (with_a_wrong_byte(len(whole()) // 2 + 2000), "row group 2 of 2 is damaged"),
        (whole()[:-4] + b"PARE", "the file is encrypted"),
        (parquet_bytes({"x": [1]}), "none of the expected column names"),
        (parquet_bytes({"CNTRY": [1]}), "lacks the business key CID"),
        (
            parquet_bytes({"CID": pa.array([b"\xff"], pa.binary()).view(pa.string())}),
            "row group 1 of 1 is damaged",
        ),
    ],
)
def test_a_file_that_cannot_be_decoded_is_set_aside(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    assert reason in refusal(tmp_path, content)
    bench = TypedBench(tmp_path / "bench", "parquet")
    bench.deliver("0", parquet_bytes({"CID": ["1"]}))
    result = bench.deliver("1", content)
    assert reason in reasons(result)["erp/LOC_A101/1.csv"]
    assert bench.column("CID") == ["1"]


@pytest.mark.parametrize("content", [b"", parquet_bytes({"CID": pa.array([], pa.int32())})])
def test_a_file_without_records_is_empty(content: bytes, tmp_path: Path) -> None:
    assert load(tmp_path, content)[0].empty


def test_a_file_that_changed_after_its_check_is_told(tmp_path: Path) -> None:
    file = tmp_path / "x.parquet"
    file.write_bytes(parquet_bytes({"CID": [1]}))
    reader = reader_of(TABLE)
    checked = reader.check(file)
    content_hash = hashlib.sha256(file.read_bytes()).hexdigest()
    for content in (parquet_bytes({"CID": [2]}), b"x"):
        file.write_bytes(content)
        with pytest.raises(FileChangedError):
            list(reader.records(file, content_hash, checked))


def test_a_batch_that_was_interrupted_is_finished_with_the_same_types(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "parquet")
    bench.write("erp/LOC_A101/1.csv", parquet_bytes({"CID": [1], "n": [1.5]}))
    for step in ("planned", f"data:{PLACES}"):
        bench.interrupt(step)
    result = of(bench.ingest(), PLACES)
    assert (result.rows_loaded, bench.column("n")) == (1, [1.5])
    assert bench.types()["n"] == "double"
