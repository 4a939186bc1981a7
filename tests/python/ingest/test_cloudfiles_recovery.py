"""What a stream does when its checkpoint, its log or a part of them is lost. Without Spark."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cloudfiles_bench import StreamBench

from ingest.cloudfiles.offsets import BEGINNING
from ingest.cloudfiles.stream import columns_at_start
from saleslake.stream_errors import CheckpointLostError, WrongCheckpointError


@pytest.fixture
def bench(tmp_path: Path) -> StreamBench:
    bench = StreamBench(tmp_path)
    bench.write("a.csv", "id,name\n1,x\n2,y\n")
    bench.write("b.csv", "name,id\nz,3\n")
    return bench


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
