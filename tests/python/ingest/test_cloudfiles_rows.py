"""Rows of a stream, and what may be written for its folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cloudfiles_bench import StreamBench

from ingest.cloudfiles import register
from ingest.cloudfiles.table import stream_settings
from saleslake.stream_errors import StreamOptionsError


def test_a_row_names_its_origin(tmp_path: Path) -> None:
    bench = StreamBench(tmp_path)
    file = bench.write("in/a.csv", "id\n1\n2\n")
    bench.run()
    origins = bench.column("_metadata")
    assert [origin["row_number"] for origin in origins if isinstance(origin, dict)] == [1, 2]
    assert isinstance(origins[0], dict)
    assert origins[0]["file_path"] == "in/a.csv"
    assert origins[0]["file_name"] == "a.csv"
    assert origins[0]["file_size"] == 7
    modified = origins[0]["file_modification_time"]
    assert int(modified.timestamp() * 1e6) == pytest.approx(file.stat().st_mtime_ns // 1000, abs=1)


def test_a_record_that_does_not_fit_is_a_row_of_its_own(tmp_path: Path) -> None:
    bench = StreamBench(tmp_path)
    bench.write("a.csv", 'id,name\n1,"a\nb"\n2,b,c\nid,name\n3,c\n')
    bench.run()
    assert bench.column("id") == ["1", "3", None, None]
    assert bench.column("name") == ["a\nb", "c", None, None]
    rescued = [json.loads(str(text)) for text in bench.column("_rescued_data") if text]
    assert rescued == [
        {
            "_record": "2,b,c",
            "_file_path": "a.csv",
            "_line_number": 4,
            "_reason": "3 fields where the header has 2",
            "_reasons": {"_record": "field_count"},
        },
        {
            "_record": "id,name",
            "_file_path": "a.csv",
            "_line_number": 5,
            "_reason": "the header again",
            "_reasons": {"_record": "repeated_header"},
        },
    ]
    origins = [origin for origin in bench.column("_metadata") if isinstance(origin, dict)]
    assert [origin["row_number"] for origin in origins] == [1, 4, 2, 3]


def test_json_lines_keep_every_value_as_its_text(tmp_path: Path) -> None:
    bench = StreamBench(tmp_path, **{"cloudFiles.format": "json"})
    bench.write("a.json", '{"id": 007}\n{"id": 1.50, "of": {"a": [1]}}\n[1]\n')
    bench.run()
    assert bench.column("id") == ["1.50", None, None]
    assert bench.column("of") == ['{"a": [1]}', None, None]
    records = [json.loads(str(text))["_record"] for text in bench.column("_rescued_data") if text]
    assert records == ['{"id": 007}', "[1]"]


def written(folder: Path, **changed: str) -> dict[str, str]:
    required = {
        "cloudfiles.format": "csv",
        "cloudfiles.schemalocation": str(folder / "schema"),
        "path": str(folder),
    }
    return required | changed


@pytest.mark.parametrize(
    ("path", "pattern"),
    [("", "**/*"), ("/", "**/*"), ("/*.csv", "*.csv"), ("/a[0-9]/**/x?.csv", "a[0-9]/**/x?.csv")],
)
def test_a_path_may_be_a_pattern(tmp_path: Path, path: str, pattern: str) -> None:
    landing = tmp_path / "landing"
    landing.mkdir()
    for scheme in ("", "file:", "file://"):
        settings = stream_settings(written(tmp_path, path=f"{scheme}{landing}{path}"))
        assert (settings.landing, settings.pattern) == (landing, pattern)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"path": ""}, "no path is given"),
        ({"path": "s3://bucket/x"}, "is not of this computer's disk"),
        ({"path": "/not/there"}, "/not/there is not a folder"),
        ({"path": "/some/**"}, "ends in '\\*\\*'"),
        ({}, "lies in the folder of the files"),
        ({"cloudfiles.schemalocation": "dbfs:/x"}, "is not of this computer's disk"),
        ({"delimeter": ";"}, "Did you mean 'delimiter'"),
    ],
)
def test_what_cannot_work_is_refused(
    tmp_path: Path, changed: dict[str, str], expected: str
) -> None:
    with pytest.raises(StreamOptionsError, match=expected):
        stream_settings(written(tmp_path, **changed))


def test_databricks_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABRICKS_RUNTIME_VERSION", "17.3")
    assert register(None) is False
