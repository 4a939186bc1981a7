"""JSON over several lines: arrays and objects, read piece by piece."""

from __future__ import annotations

import gzip
import io
import json
from functools import partial
from pathlib import Path

import pytest
import reader_bench
from hypothesis import given
from hypothesis import strategies as st
from ingest_bench import PLACES, of
from reader_bench import A_VALUE
from typed_bench import TypedBench, table_of

from ingest.options import read_options
from ingest.readers import json_documents
from ingest.readers.json_documents import documents_of

OPTIONS = {"multiLine": True}
TABLE = table_of("json", OPTIONS)
load = partial(reader_bench.load, name="x.json", table=TABLE)
refusal = partial(reader_bench.refusal, name="x.json", table=TABLE)

TWO = [(1, ("1", "1.10")), (2, ("2", '{"a": [1,\n 2]}'))]


@pytest.mark.parametrize(
    "content",
    [
        '[{"CID": 1,\n"CNTRY": 1.10},\n\n{"CID": "2", "CNTRY": {"a": [1,\n 2]}}]',
        '\ufeff[\n{"CID": 1, "CNTRY": 1.10} ,{"CID": "2", "CNTRY": {"a": [1,\n 2]}}\n]\n',
        '{"CID": 1,\n"CNTRY": 1.10}\n{"CID": "2", "CNTRY": {"a": [1,\n 2]}}\n',
        ' {"CID": 1,\r\n"CNTRY": 1.10}{"CID": "2", "CNTRY": {"a": [1,\n 2]}}',
    ],
)
def test_arrays_and_objects_are_records(content: str, tmp_path: Path) -> None:
    checked, found = load(tmp_path, content)
    assert (checked.columns, checked.rejected, found) == (("CID", "CNTRY"), (), TWO)
    assert load(tmp_path, gzip.compress(content.encode()), name="x.json.gz")[1] == TWO


def test_one_object_is_one_record(tmp_path: Path) -> None:
    assert load(tmp_path, '{\n "CID": "7"\n}')[1] == [(1, ("7",))]


def test_what_is_no_object_goes_to_the_quarantine_with_its_line(tmp_path: Path) -> None:
    content = (
        '[\n{"CID": 1},\n[\n1],\n "x", 12,\n{"CID": 2,\n"CID": 3}, null, NaN,\n{"CID": 4}\n]\n'
    )
    checked, found = load(tmp_path, content)
    assert found == [(1, ("1",)), (8, ("4",))]
    assert [
        (record.record_number, record.line_number, record.reason_code, record.raw_record)
        for record in checked.rejected
    ] == [
        (2, 3, "json_no_object", "[\n1]"),
        (3, 5, "json_no_object", '"x"'),
        (4, 5, "json_no_object", "12"),
        (5, 6, "json_repeated_key", '{"CID": 2,\n"CID": 3}'),
        (6, 7, "json_no_object", "null"),
        (7, 7, "json_invalid", "NaN"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('[{"CID": 1},\n{"CID": "Miller', "line 2: no valid JSON from here to the end"),
        ('[{"CID": 1}\n', "line 2: the array is not closed, so the upload was cut off"),
        ('[{"CID": 1},', "line 1: no valid JSON from here to the end of the file"),
        ('[{"CID": 1},]', "line 1: no valid JSON from here to the end of the file"),
        ('[{"CID": 1}\n{"CID": 2}]', "line 2: there is no comma between the records"),
        ('[{"CID": 1}]\n{"CID": 2}', "line 2: there is text after the end of the array"),
        ('{"CID": 1}\n{Miller}', "line 2: no valid JSON from here to the end of the file"),
        ('{"CID": 1}\n,\n{"CID": 2}', "line 2: no valid JSON from here to the end of the file"),
        ("[" * 100_000, "line 1: no valid JSON from here to the end of the file"),
        ("CID,CNTRY\n1,Miller\n", "line 1: no valid JSON from here to the end of the file"),
        ("[1, 2]", "line 1: no JSON object"),
        (b'[{"CID": "\xff"}]', "line 1: bytes that are not valid utf-8"),
        ('[{"CNTRY": 1}]', "lacks the business key CID"),
    ],
)
def test_a_file_whose_records_cannot_be_told_apart_is_set_aside(
    content: str | bytes, reason: str, tmp_path: Path
) -> None:
    assert reason in refusal(tmp_path, content)


def test_a_record_that_is_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_documents, "MAX_RECORD", 1000)
    monkeypatch.setattr("ingest.readers.bytes.READ_SIZE", 100)
    content = json.dumps([{"CID": 1}, {"CID": A_VALUE * 500}])
    assert "a record longer than" in refusal(tmp_path, content)


@pytest.mark.parametrize("content", ["", " \n", "[]", "[\n]\n"])
def test_a_file_without_records_is_empty(content: str, tmp_path: Path) -> None:
    assert load(tmp_path, content)[0].empty


RECORDS = st.lists(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=6,
    ),
    max_size=6,
)


@given(RECORDS, st.integers(1, 40), st.sampled_from([None, 1]), st.booleans(), st.booleans())
def test_records_are_those_of_python_wherever_the_text_is_cut(
    records: list[object], size: int, indent: int | None, in_array: bool, is_ascii: bool
) -> None:
    write = partial(json.dumps, indent=indent, ensure_ascii=is_ascii)
    if records and isinstance(records[0], list):
        in_array = True  # a first record that is an array would be taken for one of records
    text = write(records) if in_array else "\n".join(map(write, records))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.readers.bytes.READ_SIZE", size)
        found = list(documents_of(io.BytesIO(text.encode()), "utf-8"))
    assert [json.loads(line.text) for line in found] == records
    lines = text.split("\n")
    for line in found:
        assert line.text.split("\n", maxsplit=1)[0] in lines[line.number - 1]


def test_into_a_raw_table(tmp_path: Path) -> None:
    bench = TypedBench(tmp_path, "json", {**OPTIONS, "inferSchema": True})
    result = bench.deliver("1", '[{"CID": 1, "n": [1]},\n7,\n{"CID": 2, "CNTRY": 7}]')
    assert (result.rows_loaded, result.rows_quarantined) == (2, 1)
    assert bench.column("CNTRY") == [None, 7]
    (record,) = bench.quarantine()
    assert (record["raw_record"], record["line_number"]) == ("7", 2)
    before = bench.versions()
    of(bench.ingest(), PLACES)
    assert bench.versions() == before


@pytest.mark.parametrize(
    ("form", "value", "is_accepted"),
    [
        ("json", True, True),
        ("json", False, True),
        ("csv", True, True),
        ("csv", False, False),
        ("fixed_width", True, False),
        ("parquet", True, False),
    ],
)
def test_which_formats_span_lines(form: str, value: bool, is_accepted: bool) -> None:
    assert (read_options({"multiLine": value}, form)[1] == ()) is is_accepted
