"""A text is another type only if nothing of it is lost."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.raw.column_types import TEXT, common_type, name_of, of_name, raw_type
from ingest.raw.conversion import as_text, fitted
from ingest.raw.inference import inferred_types


def inferred(*values: str | None) -> str:
    batches = [pa.record_batch({"a": pa.array([value], TEXT)}) for value in values]
    return name_of(inferred_types(["A"], ((["a"], batch) for batch in batches))["a"])


def cells(values: object) -> list[object]:
    return [row["a"] for row in pa.table({"a": values}).to_pylist()]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "-20", "0", ""], "bigint"),
        (["9223372036854775807", "-9223372036854775808"], "bigint"),
        (["9223372036854775808"], "string"),
        (["1", "007"], "string"),
        (["1", "+5"], "string"),
        (["1", " 5"], "string"),
        (["-0"], "string"),
        (["1.50", "22.25"], "decimal(18,4)"),
        (["1.50000"], "decimal(38,18)"),
        (["123456789012345.5"], "decimal(38,18)"),
        (["-0.00"], "string"),
        (["1.1", "1.10"], "string"),
        (["1.5", "2", "-2.25"], "double"),
        (["1.5", "2.0", "-2.25"], "double"),
        (["1.5", "2", "2.0", "2.25"], "string"),
        (["1.5", "1234567890.12345678"], "string"),
        (["1,5"], "string"),
        (["true", "FALSE", None], "boolean"),
        (["true", "1"], "string"),
        (["2026-02-28"], "date"),
        (["2026-02-30"], "string"),
        (["20260228"], "bigint"),
        (["2026-02-28 10:00:00", "2026-02-28T10:00:00.5"], "timestamp_ntz"),
        (["2026-02-28T10:00:00Z"], "timestamp"),
        (["2026-02-28T10:00:00+02:00"], "string"),
        (["2026-02-28 10:00:00", "2026-02-28T10:00:00Z"], "string"),
        (["", None], "string"),
        ([], "string"),
    ],
)
def test_inferred(values: list[str | None], expected: str) -> None:
    assert inferred(*values) == expected


FITS = [
    ("bigint", ["0", "-5"], ["-0", "01", "1.0", "1e3", "x", " 1", "9223372036854775808"]),
    ("tinyint", ["127", "-128"], ["128", "-129"]),
    ("decimal(5,2)", ["1", "1.5", "1.500", "-999.99"], ["1000", "1.005", "1e2", ".5", "1.234,56"]),
    ("decimal(2,2)", ["0.25", "0"], ["1", "0.125"]),
    ("double", ["0.1", "1.50", "1e-7", "0.30000000000000004"], ["NaN", "1e400", "0.1" + "0" * 20]),
    ("double", ["1"], ["01", "12345678901234567", "Infinity", "(12)"]),
    ("boolean", ["true", "False"], ["yes", "0", "t"]),
    ("date", ["0001-01-01", "9999-12-31", "2028-02-29"], ["2026-02-29", "0000-01-01", "26-01-01"]),
    ("timestamp_ntz", ["2026-01-31 23:59:59.123456000"], ["2026-01-31 24:00:00", "2026-01-31"]),
    ("timestamp_ntz", ["2026-01-31T00:00:00"], ["2026-01-31T00:00:00Z", "2026-02-30 00:00:00"]),
    ("timestamp", ["2026-01-31 00:00:00Z", "2026-01-31T00:00:00+0530"], ["2026-01-31 00:00:00"]),
    ("binary", [], ["x"]),
]


@pytest.mark.parametrize(("name", "good", "bad"), FITS)
def test_a_text_fits_or_it_is_marked(name: str, good: list[str], bad: list[str]) -> None:
    found = fitted(pa.array([*good, *bad, "", None], TEXT), of_name(name))
    assert found.misfits is not None
    expected = [*[False] * len(good), *[True] * len(bad), False, False]
    assert [bool(lost) for lost in cells(found.misfits)] == expected
    assert [value is not None for value in cells(found.values)] == [
        *[True] * len(good),
        *[False] * (len(bad) + 2),
    ]


WRITTEN = st.one_of(
    st.integers().map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda n: format(n, "f")),
    st.floats(allow_nan=False).map(repr),
    st.dates().map(str),
    st.text(alphabet="0123456789+-.eE ", max_size=6),
)


@given(st.lists(WRITTEN, min_size=1, max_size=5))
def test_inference_loses_no_digit_and_no_sign(values: list[str]) -> None:
    """Typed values are the same numbers as Python's, and told apart as the texts were."""
    data_type = of_name(inferred(*values))
    found = fitted(pa.array(values, TEXT), data_type)
    assert found.misfits is None
    if data_type == TEXT:
        return
    read = cells(found.values)
    for text, value in zip(values, read, strict=True):
        if text == "":
            assert value is None
        elif isinstance(value, int | float | Decimal):
            assert Decimal(text) == Decimal(repr(value) if isinstance(value, float) else value)
        else:
            assert str(value) == text
    assert len(set(read)) == len(set(values))


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (["int", "bigint"], "bigint"),
        (["int", "double"], "double"),
        (["bigint", "double"], "string"),
        (["decimal(10,2)", "decimal(8,4)"], "decimal(12,4)"),
        (["decimal(38,0)", "decimal(38,38)"], "string"),
        (["date", "timestamp_ntz"], "timestamp_ntz"),
        (["timestamp", "timestamp_ntz"], "string"),
        (["bigint", "decimal(20,0)", "tinyint"], "decimal(20,0)"),
    ],
)
def test_common_types(types: list[str], expected: str) -> None:
    for one_order in (types, types[::-1]):
        assert name_of(common_type(map(of_name, one_order))) == expected


def test_small_decimals_are_written_without_an_exponent() -> None:
    values = pa.array([Decimal("0.0000001"), None], pa.decimal128(38, 10))
    assert as_text(values).to_pylist() == ["0.0000001000", None]


def test_text_is_the_type_of_what_delta_does_not_know() -> None:
    assert raw_type(pa.duration("us")) == TEXT
