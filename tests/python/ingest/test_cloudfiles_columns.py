"""The columns of a stream: learnt, given, and what becomes of others. Without Spark."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cloudfiles_bench import StreamBench

from ingest.cloudfiles.offsets import BEGINNING
from ingest.cloudfiles.schema import schema_versions
from saleslake.stream_errors import NewColumnsError, StreamOptionsError


@pytest.fixture
def bench(tmp_path: Path) -> StreamBench:
    bench = StreamBench(tmp_path)
    bench.write("a.csv", "id,name\n1,x\n2,y\n")
    bench.write("b.csv", "name,id\nz,3\n")
    return bench


def test_a_stream_has_the_columns_of_all_that_waits_at_its_start(bench: StreamBench) -> None:
    bench.run()
    bench.write("c.csv", "id,extra\n4,e\n")
    bench.run()
    assert bench.rows[-1] | {"_metadata": None} == {
        "id": "4",
        "name": None,
        "extra": "e",
        "_rescued_data": None,
        "_metadata": None,
    }
    assert [(one.added, one.caused_by) for one in schema_versions(bench.location)] == [
        (("id", "name"), "a.csv"),
        (("extra",), "c.csv"),
    ]


def test_a_later_file_with_new_columns_ends_the_stream_before_it_is_read(
    bench: StreamBench,
) -> None:
    with bench.opened() as stream:
        bench.write("a0.csv", "id,name\n0,still of the old columns\n")
        bench.write("c.csv", "id,extra\n4,e\n")
        stream.find()
        end = stream.latest(BEGINNING, limited=True)
        assert [file.entry.path for file in stream.files(BEGINNING, end)] == [
            "a.csv",
            "b.csv",
            "a0.csv",
        ]
        with pytest.raises(NewColumnsError, match=r"'c\.csv' has columns .*: extra\."):
            stream.latest(end, limited=True)
    bench.checkpoint = end
    bench.run()
    assert bench.column("extra") == ["e"]


@pytest.mark.parametrize("mode", ["rescue", "none"])
def test_a_fixed_schema_rescues_what_is_new(bench: StreamBench, mode: str) -> None:
    bench.options = {"cloudfiles.schemaevolutionmode": mode}
    bench.run()
    bench.write("c.csv", "id,extra\n4,e\n")
    bench.run()
    assert "extra" not in bench.rows[-1]
    assert json.loads(str(bench.rows[-1]["_rescued_data"]))["extra"] == "e"
    assert len(schema_versions(bench.location)) == 1


def test_new_columns_may_set_a_file_aside(bench: StreamBench) -> None:
    bench.options = {"cloudfiles.schemaevolutionmode": "failOnNewColumns"}
    bench.run()
    bench.write("c.csv", "id,extra\n4,e\n")
    bench.run()
    assert len(bench.rows) == 3
    assert bench.reasons() == {"c.csv": "it has new columns (failOnNewColumns): extra"}


def test_a_given_schema_takes_its_columns_and_rescues_the_others(bench: StreamBench) -> None:
    bench.run(given=("NAME",))
    assert bench.column("NAME") == ["x", "y", "z"]
    assert json.loads(str(bench.rows[0]["_rescued_data"]))["id"] == "1"


def test_files_without_a_header_need_a_schema(bench: StreamBench) -> None:
    bench.options = {"header": "false"}
    with pytest.raises(StreamOptionsError, match=r"Give \.schema"):
        bench.run()
    bench.run(given=("number", "text"))
    assert bench.column("number") == ["id", "1", "2", "name", "z"]
