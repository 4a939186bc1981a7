"""A stream without Spark: each file once, and nothing left out unseen."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from cloudfiles_bench import StreamBench

from ingest.cloudfiles import files
from ingest.cloudfiles.offsets import BEGINNING
from ingest.cloudfiles.stream import columns_at_start
from ingest.readers.base import CheckedFile, FileChangedError
from ingest.readers.csv import CsvReader
from saleslake.stream_errors import (
    NoColumnsError,
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
    assert "line 2: bytes that are not valid utf-8" in reasons["latin.csv"]
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
    assert bench.states()[2:] == [("latin.csv", "handed_out")]


def test_filters_leave_out_until_they_do_not(bench: StreamBench) -> None:
    bench.options = {"pathglobfilter": "a*"}
    bench.run()
    assert bench.reasons() == {"b.csv": "pathGlobFilter is 'a*'"}
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
    (bench.landing / "a.csv").chmod(0o600)
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


@pytest.mark.parametrize(
    ("policy", "times", "names"),
    [
        ("reload", (2, 3), ["x", "y", "z", "new", "z"]),
        ("reload", (3, 2), ["x", "y", "z", "new"]),  # it is not newer than what is there
        ("ignore", (2, 3), ["x", "y", "z"]),
    ],
)
def test_content_that_comes_back_is_read_again_as_by_the_loader(
    bench: StreamBench, policy: str, times: tuple[int, int], names: list[str]
) -> None:
    bench.options = {"saleslake.onOverwrite": policy}
    file = bench.landing / "b.csv"
    first = file.read_text()
    os.utime(file, (1_700_000_001, 1_700_000_001))
    bench.run()
    for content, at in zip(("name,id\nnew,3\n", first), times, strict=True):
        file.write_text(content)
        os.utime(file, (1_700_000_000 + at, 1_700_000_000 + at))
        bench.run()
        bench.run()
    assert bench.column("name") == names


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


def test_a_file_that_was_gone_is_new_when_it_comes_again_unless_it_may_have_been_read(
    bench: StreamBench,
) -> None:
    content = (bench.landing / "a.csv").read_bytes()
    columns = columns_at_start(bench.settings())
    with bench.opened() as stream:
        end = stream.latest(BEGINNING, limited=True)
        (bench.landing / "a.csv").unlink()
        bench.deliver(stream, end, columns)
        (bench.landing / "b.csv").rename(bench.location / "b.csv")
        assert (
            stream.files(BEGINNING, end) == []
        )  # the batch is repeated, and b may be in the table
    bench.checkpoint = end
    (bench.location / "b.csv").rename(bench.landing / "b.csv")
    bench.write("a.csv", content)
    bench.run()
    assert bench.column("id") == ["3", "1", "2"]


def test_a_file_that_grows_while_it_is_found_is_found_later(
    bench: StreamBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = CsvReader.check

    def and_then_more(reader: CsvReader, file: Path) -> CheckedFile:
        checked = check(reader, file)
        with file.open("a") as handle:
            handle.write("9,more\n")
        return checked

    with monkeypatch.context() as patch:
        patch.setattr(CsvReader, "check", and_then_more)
        with pytest.raises(NoColumnsError):
            columns_at_start(bench.settings())
    bench.write("b.csv", "name,id\nz,3\n")
    bench.run()
    assert bench.column("id") == ["1", "2", "9", "3"]


def test_a_file_that_changes_while_it_is_read_ends_the_batch(bench: StreamBench) -> None:
    columns = columns_at_start(bench.settings())
    with bench.opened() as stream:
        end = stream.latest(BEGINNING, limited=True)
        file = stream.files(BEGINNING, end)[0]
        other = replace(file, entry=replace(file.entry, content_hash="another"))
        stream.files = lambda *_: [other]  # type: ignore[method-assign]
        with pytest.raises(FileChangedError):
            bench.deliver(stream, end, columns)
