"""A stream without Spark: each file once, whatever is lost, and nothing left out unseen."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from cloudfiles_bench import StreamBench

from ingest.cloudfiles import files
from ingest.cloudfiles.planning import BEGINNING
from ingest.cloudfiles.schema import schema_versions
from ingest.cloudfiles.stream import columns_at_start
from ingest.readers.base import FileChangedError
from saleslake.stream_errors import (
    CheckpointLostError,
    NewColumnsError,
    NoColumnsError,
    StreamOptionsError,
    WrongCheckpointError,
)


@pytest.fixture
def bench(tmp_path: Path) -> StreamBench:
    bench = StreamBench(tmp_path)
    bench.write("a.csv", "id,name\n1,x\n2,y\n")
    bench.write("b.csv", "name,id\nz,3\n")
    return bench


def test_each_file_once_over_three_runs(bench: StreamBench) -> None:
    assert bench.run() == [2]
    assert bench.run() == []
    bench.write("deep/er/c d%#é.csv", "id,name\n4,w\n")
    assert bench.run() == [3]
    assert bench.column("id") == ["1", "2", "3", "4"]
    assert bench.column("name") == ["x", "y", "z", "w"]


def test_batches_keep_both_limits(bench: StreamBench) -> None:
    bench.options = {"maxfilespertrigger": "2", "maxbytespertrigger": "17"}
    bench.write("c.csv", "id,name\n4,w\n")
    bench.write("d.csv", "id,name\n5,v\n")
    assert bench.run() == [2, 4]  # 16 bytes are not yet 17
    assert bench.column("id") == ["1", "2", "3", "4", "5"]


def test_the_same_offsets_give_the_same_files_after_a_crash(bench: StreamBench) -> None:
    columns = columns_at_start(bench.settings())
    with bench.opened() as stream:
        end = stream.latest(BEGINNING, limited=True)
        first = stream.files(BEGINNING, end)
    bench.write("0.csv", "id,name\n0,before all others\n")
    with bench.opened() as stream:  # Spark asks for the batch of its checkpoint, and then goes on
        assert stream.files(BEGINNING, end) == first
        bench.deliver(stream, end, columns)
        bench.checkpoint = end
    assert bench.run() == [3]
    assert bench.column("id") == ["1", "2", "3", "0"]


def test_a_lost_checkpoint_is_refused_until_somebody_decides(bench: StreamBench) -> None:
    bench.run()
    bench.checkpoint = BEGINNING
    with pytest.raises(CheckpointLostError, match="handed out 2 files already, 2 of them in"):
        bench.run()
    bench.write("c.csv", "id,name\n4,w\n")
    bench.options = {"saleslake.restart": "continue"}
    assert bench.run() == [3]
    assert bench.column("id") == ["1", "2", "3", "4"]
    bench.checkpoint = BEGINNING
    assert bench.run() == [3]  # an empty batch, so that the new checkpoint holds it
    bench.options = {}
    assert bench.run() == []
    assert bench.column("id") == ["1", "2", "3", "4"]


def test_everything_again_is_everything_once_more(bench: StreamBench) -> None:
    bench.run()
    bench.checkpoint, bench.rows = BEGINNING, []
    bench.options = {"saleslake.restart": "again"}
    assert bench.run() == [4]
    assert bench.run() == []  # with a checkpoint the option means nothing
    assert bench.column("id") == ["1", "2", "3"]
    assert bench.states() == [("a.csv", "handed_out"), ("b.csv", "handed_out")]


def test_a_checkpoint_that_was_replaced_does_not_come_back(bench: StreamBench) -> None:
    bench.run()
    old, bench.checkpoint = bench.checkpoint, BEGINNING
    bench.options = {"saleslake.restart": "continue"}
    bench.run()
    bench.checkpoint = old
    with pytest.raises(WrongCheckpointError, match="another query took the stream over"):
        bench.run()


def test_a_checkpoint_that_was_never_used_does_not_come_back(bench: StreamBench) -> None:
    """Its first batch was planned, and then another query took the same files."""
    with bench.opened() as stream:
        planned = stream.latest(BEGINNING, limited=True)
    bench.run()
    with bench.opened() as stream, pytest.raises(WrongCheckpointError):
        stream.files(BEGINNING, planned)


def test_an_older_copy_of_the_checkpoint_is_refused(bench: StreamBench) -> None:
    bench.run()
    old = bench.checkpoint
    bench.write("c.csv", "id,name\n4,w\n")
    bench.run()
    bench.checkpoint = old
    with pytest.raises(WrongCheckpointError, match="is at file 2, and the files up to 3"):
        bench.run()


def test_a_lost_log_is_refused(bench: StreamBench) -> None:
    bench.run()
    shutil.rmtree(bench.location)
    with pytest.raises(WrongCheckpointError, match="the log is another one, or it was lost"):
        bench.run()
    assert len(bench.rows) == 3


def test_a_log_that_lost_its_end_is_refused_even_if_it_grew_again(bench: StreamBench) -> None:
    bench.run()
    copy = bench.location.with_name("copy")
    shutil.copytree(bench.location, copy)
    bench.write("c.csv", "id,name\n4,w\n")
    bench.run()
    shutil.rmtree(bench.location)
    copy.rename(bench.location)
    bench.write("b2.csv", "id,name\n9,found before c\n")
    with pytest.raises(WrongCheckpointError, match="file 3 of the log is not the checkpoint's"):
        bench.run()


def test_what_cannot_be_read_is_set_aside_and_listed(bench: StreamBench) -> None:
    bench.write("bad.csv", b"\x1f\x8bno text")
    bench.write("half.csv.gz", b"\x1f\x8b\x08\x00")
    bench.write("latin.csv", "id,name\n9,é\n".encode("latin-1"))
    bench.write("empty.csv", "")
    bench.write(".hidden.csv", "id,name\n9,h\n")
    bench.write("upload.csv.part", "id,name\n9,h\n")
    bench.write("copy.csv", "id,name\n1,x\n2,y\n")
    (bench.landing / "out.csv").symlink_to("/etc/passwd")
    os.mkfifo(bench.landing / "fifo.csv")
    bench.run()
    assert bench.column("id") == ["1", "2", "3"]
    assert bench.states() == [
        (".hidden.csv", "ignored"),
        ("a.csv", "handed_out"),
        ("b.csv", "handed_out"),
        ("bad.csv", "set_aside"),
        ("copy.csv", "duplicate"),
        ("empty.csv", "ignored"),
        ("fifo.csv", "ignored"),
        ("half.csv.gz", "set_aside"),
        ("latin.csv", "set_aside"),
        ("out.csv", "ignored"),
        ("upload.csv.part", "ignored"),
    ]
    reasons = bench.reasons()
    assert reasons["latin.csv"] == "line 2: bytes that are not valid utf-8"
    assert reasons["copy.csv"] == "the same content as a.csv"
    assert reasons["out.csv"] == "symbolic link that leaves the landing folder"
    noted = files(bench.location)
    bench.run()
    assert files(bench.location) == noted


def test_a_file_set_aside_is_read_once_the_options_fit(bench: StreamBench) -> None:
    bench.write("latin.csv", "id,name\n9,é\n".encode("latin-1"))
    bench.run()
    bench.options = {"encoding": "latin-1"}
    bench.run()
    assert bench.column("name") == ["x", "y", "z", "é"]
    assert ("latin.csv", "handed_out") in bench.states()


def test_filters_leave_out_until_they_do_not(bench: StreamBench) -> None:
    bench.options = {"pathglobfilter": "a*"}
    bench.run()
    assert bench.reasons() == {"b.csv": "left out by pathGlobFilter 'a*'"}
    bench.options = {}
    bench.run()
    assert bench.column("id") == ["1", "2", "3"]


def test_existing_files_are_left_out_until_they_are_wanted(bench: StreamBench) -> None:
    bench.options = {"cloudfiles.includeexistingfiles": "false"}
    with pytest.raises(NoColumnsError):
        bench.run()
    bench.write("c.csv", "id,name\n4,w\n")
    bench.run()
    os.utime(bench.landing / "c.csv")
    bench.run()
    assert bench.column("id") == ["4"]
    assert bench.states()[:2] == [("a.csv", "left_out"), ("b.csv", "left_out")]
    bench.options = {"cloudfiles.includeexistingfiles": "true"}
    bench.run()
    assert bench.column("id") == ["4", "1", "2", "3"]


@pytest.mark.parametrize(
    ("policy", "names", "state"),
    [
        ("reload", ["x", "y", "z", "new"], "handed_out"),
        ("ignore", ["x", "y", "z"], "left_out"),
        ("fail", ["x", "y", "z"], "set_aside"),
    ],
)
def test_an_overwritten_file_is_told_by_its_content(
    bench: StreamBench, policy: str, names: list[str], state: str
) -> None:
    bench.options = {"saleslake.onOverwrite": policy}
    bench.run()
    before = (bench.landing / "b.csv").stat()
    bench.write("b.csv", "name,id\nnew,3\n")
    os.utime(bench.landing / "b.csv", ns=(before.st_atime_ns, before.st_mtime_ns))
    bench.run()
    assert bench.column("name") == names
    assert bench.states()[-1] == ("b.csv", state)


@pytest.mark.parametrize("fault", ["gone", "replaced"])
def test_a_file_that_is_gone_before_its_batch_does_not_stop_the_stream(
    bench: StreamBench, fault: str
) -> None:
    columns = columns_at_start(bench.settings())
    with bench.opened() as stream:
        end = stream.latest(BEGINNING, limited=True)
        (bench.landing / "a.csv").unlink()
        if fault == "replaced":
            bench.write("a.csv", "id,name\n7,other\n")
        bench.deliver(stream, end, columns)
        bench.checkpoint = end
    assert bench.column("id") == ["3"]
    bench.run()
    assert bench.column("id") == (["3", "7"] if fault == "replaced" else ["3"])
    assert bench.states()[0] == ("a.csv", "gone")


def test_a_file_that_changes_while_it_is_read_ends_the_batch(bench: StreamBench) -> None:
    columns = columns_at_start(bench.settings())
    with bench.opened() as stream:
        end = stream.latest(BEGINNING, limited=True)
        file = stream.files(BEGINNING, end)[0]
        other = replace(file, entry=replace(file.entry, content_hash="another"))
        stream.files = lambda *_: [other]  # type: ignore[method-assign]
        with pytest.raises(FileChangedError):
            bench.deliver(stream, end, columns)


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
