"""JSON lines: every value as it stands in the file, every line loaded or quarantined."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import reader_bench
from ingest_bench import PLACES, Bench, of, reasons
from reader_bench import A_VALUE

from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue
from ingest.readers import base, reader_of
from ingest.readers.base import FileChangedError

TABLE = replace(
    next(table for table in load_catalogue().tables if table.name == PLACES), format="json"
)
load = partial(reader_bench.load, name="x.json", table=TABLE)
refusal = partial(reader_bench.refusal, name="x.json", table=TABLE)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"007"', "007"),
        ("7", "7"),
        ("1.10", "1.10"),
        ("-0", "-0"),
        ("1e400", "1e400"),
        ("123456789012345678901234567890.12345678901234567890", None),
        ("true", "true"),
        ("false", "false"),
        ('"caf\\u00e9 \\ud83d\\ude00"', "café \N{GRINNING FACE}"),
        ('""', ""),
        ('"a\\nb"', "a\nb"),
        ('{"b": [1.10, null],  "c": {}}', None),
        ("[]", None),
        ('[ "\\u00e9" ]', None),
    ],
)
def test_a_value_is_the_text_that_was_written(
    written: str, text: str | None, tmp_path: Path
) -> None:
    content = f'{{"CID": "1" , "CNTRY" : {written} , "x":{{"y":2.50}}, "z": null}}\r\n'
    checked, found = load(tmp_path, content)
    assert checked.columns == ("CID", "CNTRY", "x", "z")
    assert found == [(1, ("1", written if text is None else text, '{"y":2.50}', None))]
    _, found = load(tmp_path, f'{{"CID": "1", "CNTRY": {written}}}')
    assert found == [(1, ("1", written if text is None else text))]


def test_columns_are_those_of_all_lines(tmp_path: Path) -> None:
    checked, found = load(tmp_path, '{"CID": 1}\n\n  \n{"CNTRY": "DE", "CID": 2}\n{"a b": 0}\n')
    assert checked.columns == ("CID", "CNTRY", "a_b")
    assert found == [(1, ("1", None, None)), (2, ("2", "DE", None)), (3, (None, None, "0"))]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f'{{"CID": {A_VALUE}}}', "json_invalid"),
        ('{"CID": 1', "json_invalid"),
        ('{"CID": 1} {"CID": 2}', "json_invalid"),
        ('{"CID": NaN}', "json_invalid"),
        ('{"CID": "\\ud800"}', "json_invalid"),
        ('{"x": {"y": "\\udc00"}}', "json_invalid"),
        ("[" * 100_000, "json_invalid"),
        ('["CID"]', "json_no_object"),
        ('"CID"', "json_no_object"),
        ("null", "json_no_object"),
        ('{"CID": 1, "CID": 2}', "json_repeated_key"),
        ('{"CID": 1, "x": {"y": 1, "y": 2}}', "json_repeated_key"),
    ],
)
def test_a_line_that_is_no_object_is_quarantined(line: str, code: str, tmp_path: Path) -> None:
    checked, found = load(tmp_path, f'{{"CID": 1}}\n\n{line}\n{{"CID": 3}}\n')
    assert found == [(1, ("1",)), (3, ("3",))]
    (rejected,) = checked.rejected
    assert (rejected.record_number, rejected.line_number) == (2, 3)
    assert (rejected.reason_code, rejected.raw_record) == (code, line)
    assert A_VALUE not in rejected.reason


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"CID": 1}\n{"CID": 2, "CN', "line 2: the last line is no whole JSON object"),
        ("[\n", "line 1: no valid JSON"),
        ("CID,CNTRY\n1,DE\n", "line 1: no valid JSON"),
        ('{"a": 1}\n', "none of the expected column names"),
        ('{"CNTRY": 1}\n', "lacks the business key CID"),
        ('{"CID": 1, "cid": 2}\n', "column 'cid' more than once"),
        ('{"CID": 1, "": 2}\n', "column 2 has no name"),
        ('{"CID": 1, "batch_id": 2}\n', "a column that ingest adds"),
        (b'{"CID": "\xff"}\n', "line 1: bytes that are not valid utf-8"),
        (b"PAR1", "a Parquet file"),
        ('{"CID": "' + "x" * (9 << 20) + '"}', "longer than 8 MB"),
    ],
)
def test_sets_the_file_aside(content: str | bytes, expected: str, tmp_path: Path) -> None:
    assert expected in refusal(tmp_path, content)


@pytest.mark.parametrize("content", ["", " \n\n"])
def test_nothing_in_it(content: str, tmp_path: Path) -> None:
    assert load(tmp_path, content)[0].empty == "the file is empty"


def test_compressed(tmp_path: Path) -> None:
    packed = gzip.compress(b'{"CID": 1}\n' * 50_000)
    assert len(load(tmp_path, packed, name="x.json.gz")[1]) == 50_000
    assert "damaged or cut off" in refusal(tmp_path, packed[:-9], name="x.json.gz")


def test_too_many_misfits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_REJECTED", 3)
    assert "more than 3 lines are not JSON objects" in refusal(tmp_path, "x\n" * 5)


def test_a_file_that_changes_between_check_and_load_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text('{"CID": 1}\n')
    reader = reader_of(TABLE)
    checked = reader.check(file)
    file.write_text('{"CID": 1, "CNTRY": 2}\n')
    with pytest.raises(FileChangedError):
        list(reader.records(file, "", checked))


def test_any_objects_come_back_as_they_were(tmp_path: Path) -> None:
    """Random objects, written in random ways, against Python's own reading of them."""
    chosen = random.Random(5)

    def value(depth: int) -> object:
        plain = [None, True, False, 0, -1, 1.5, 10**20, "", "é", "\n", '"', "\\", "\u2028", "{"]
        if depth and chosen.random() < 0.3:
            return {str(key): value(depth - 1) for key in range(chosen.randrange(3))}
        if depth and chosen.random() < 0.3:
            return [value(depth - 1) for _ in range(chosen.randrange(3))]
        return chosen.choice(plain)

    objects = [{"CID": str(n), "v": value(3), "w": value(2)} for n in range(500)]
    lines = [
        json.dumps(
            found,
            ensure_ascii=chosen.random() < 0.5,
            separators=chosen.choice([(",", ":"), (" , ", " : "), (", ", ": ")]),
        )
        for found in objects
    ]
    _, records = load(tmp_path, "\n".join(lines))
    for delivered, (_, (_, v, w)) in zip(objects, records, strict=True):
        for name, text in (("v", v), ("w", w)):
            expected = delivered[name]
            if isinstance(expected, str) or expected is None:
                assert text == expected
            else:
                assert json.loads(str(text)) == expected


def test_into_a_raw_table(tmp_path: Path) -> None:
    bench = Bench(tmp_path, Catalogue((TABLE,)))
    bench.write("erp/LOC_A101/1.csv", '{"CID": 1, "CNTRY": "DE"}\noops\n{"CID": 2, "x": [1]}\n')
    bench.write("erp/LOC_A101/2.csv", "CID,CNTRY\n1,DE\n")
    result = of(bench.ingest(), PLACES)
    assert (result.rows_loaded, result.rows_quarantined) == (2, 1)
    assert reasons(result) == {"erp/LOC_A101/2.csv": "line 1: no valid JSON"}
    assert bench.values(PLACES, "x") == [None, "[1]"]
    (record,) = bench.quarantine()
    assert (record["raw_record"], record["line_number"]) == ("oops", 2)
    before = bench.versions()
    bench.ingest()
    assert bench.versions() == before
