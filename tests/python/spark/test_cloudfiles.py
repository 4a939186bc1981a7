"""``cloudFiles`` as Spark runs it: with its checkpoint, into Delta, exactly once.

What a stream decides is tested without Spark; here stands what depends on what Spark asks, and
when. The session is the one of the other tests of Spark, in whichever order they run.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ingest_bench import read
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.streaming import StreamingQuery

from engine.spark import start
from ingest.cloudfiles import files, register
from ingest.cloudfiles.log_file import read_log
from ingest.cloudfiles.partitions import Packing, packing_of
from saleslake.settings import PROJECT_DIR

pytestmark = pytest.mark.spark
CHILD = PROJECT_DIR / "tests" / "python" / "support" / "cloudfiles_child.py"


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> SparkSession:
    folder = tmp_path_factory.mktemp("cloudfiles")
    session = start(folder / "warehouse", folder / "spark.log")
    register(session)
    return session


class Stream:
    """One stream: its files, schemaLocation, checkpoint and table."""

    def __init__(self, spark: SparkSession, folder: Path) -> None:
        self.spark = spark
        self.landing, self.schema = folder / "landing", folder / "schema"
        self.checkpoint, self.table = folder / "checkpoint", folder / "table"
        self.landing.mkdir()

    def write(self, path: str, content: str | bytes) -> None:
        part = self.landing / f"{path}.part"
        part.write_bytes(content.encode() if isinstance(content, str) else content)
        part.rename(self.landing / path)

    def load(self, schema: str | None = None, **options: str) -> DataFrame:
        reader = self.spark.readStream.format("cloudFiles").options(
            **{"cloudFiles.format": "csv", "cloudFiles.schemaLocation": str(self.schema)}, **options
        )
        return (reader.schema(schema) if schema else reader).load(str(self.landing))

    def start(self, rows: DataFrame, *, available_now: bool = True) -> StreamingQuery:
        options = {"checkpointLocation": str(self.checkpoint), "mergeSchema": "true"}
        writer = rows.writeStream.format("delta").options(**options)
        if available_now:
            writer = writer.trigger(availableNow=True)
        return writer.start(str(self.table))

    def run(self, **options: str) -> int:
        """Take everything there is; returns the number of batches with rows."""
        query = self.start(self.load(**options))
        query.awaitTermination()
        return sum(progress["numInputRows"] > 0 for progress in query.recentProgress)

    def forget(self, *names: str) -> None:
        """Take files out of Spark's checkpoint."""
        for file in map(self.checkpoint.joinpath, names):
            file.unlink()
            file.with_name(f".{file.name}.crc").unlink()

    def column(self, name: str) -> list[object]:
        """A column in the order of files and records, read without Spark: it is quicker."""
        return [row[name] for row in read(self.table)]


@pytest.fixture
def stream(spark: SparkSession, tmp_path: Path) -> Stream:
    stream = Stream(spark, tmp_path)
    stream.write("a.csv", "id,name\n1,x\n2\n3,007\n")
    stream.write("b.csv", "name,id\ny,4\n")
    stream.write("bad.csv", b"%PDF-1.7 no table")
    return stream


def test_each_record_once_over_two_runs_and_what_does_not_fit_too(stream: Stream) -> None:
    assert stream.run(**{"cloudFiles.maxFilesPerTrigger": "1", "maxBytesPerTrigger": "1g"}) == 2
    assert stream.run() == 0
    stream.write("c.csv", "id,name\n5,z\n")
    assert stream.run() == 1
    assert stream.column("id") == ["1", None, "3", "4", "5"]
    assert stream.column("name") == ["x", None, "007", "y", "z"]
    (rescued,) = filter(None, stream.column("_rescued_data"))
    assert json.loads(str(rescued))["_record"] == "2"
    assert [(file.path, file.state) for file in files(stream.schema)] == [
        ("a.csv", "committed"),
        ("b.csv", "committed"),
        ("bad.csv", "set_aside"),
        ("c.csv", "handed_out"),  # Spark confirms a batch when it plans the next
    ]


def test_small_files_share_tasks_as_the_session_packs_its_own(stream: Stream) -> None:
    spark, name = stream.spark, "spark.sql.files.minPartitionNum"
    assert packing_of(spark) == Packing(128 << 20, 4 << 20, spark.sparkContext.defaultParallelism)
    for number in range(9):
        stream.write(f"n{number}.csv", f"id,name\n{number},x\n")
    spark.conf.set(name, "3")
    spark.conf.set("spark.sql.files.maxPartitionBytes", "1g")
    try:
        register(spark)
        stream.run()
    finally:
        spark.conf.unset(name)
        spark.conf.unset("spark.sql.files.maxPartitionBytes")
        register(spark)
    assert len(list(stream.table.glob("*.parquet"))) == 3
    assert len(stream.column("id")) == 4 + 9


def test_a_batch_that_spark_repeats_is_the_same(stream: Stream) -> None:
    """As after a crash between Delta's commit and Spark's; and as with an older checkpoint."""
    stream.run()
    stream.forget("commits/0")
    stream.write("0.csv", "id,name\n0,before all others\n")
    stream.run()
    assert stream.column("id") == ["0", "1", None, "3", "4"]

    stream.forget("offsets/1", "commits/1")
    with pytest.raises(Exception, match="it is an old copy or lost its end"):
        stream.run()
    assert stream.column("id") == ["0", "1", None, "3", "4"]


def test_a_killed_query_goes_on_where_it_was(stream: Stream, tmp_path: Path) -> None:
    later = [f"n{number:02d}" for number in range(12)]
    for name in later:
        stream.write(f"{name}.csv", f"id,name\n{name},x\n")
    folders = (stream.landing, stream.schema, stream.checkpoint, stream.table, tmp_path / "state")
    command = [sys.executable, str(CHILD), *map(str, folders)]
    child = subprocess.Popen(command, start_new_session=True)
    try:
        until = time.monotonic() + 300
        while (log := read_log(stream.schema)) is None or log.handed_out < 2:
            assert child.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    assert stream.run() > 0
    assert stream.column("id") == ["1", None, "3", "4", *later]


def test_without_its_checkpoint_a_query_does_not_begin_again(stream: Stream) -> None:
    stream.run()
    shutil.rmtree(stream.checkpoint)
    with pytest.raises(Exception, match="this query has no checkpoint"):
        stream.run()
    shutil.rmtree(stream.checkpoint)
    stream.write("c.csv", "id,name\n5,z\n")
    stream.run(**{"saleslake.restart": "continue"})
    stream.run()
    assert stream.column("id") == ["1", None, "3", "4", "5"]


def test_a_running_query_takes_new_files_and_ends_before_new_columns(stream: Stream) -> None:
    rows = stream.load()
    query = stream.start(rows, available_now=False)
    query.processAllAvailable()
    stream.write("c.csv", "id,name\n5,z\n")
    deadline = time.monotonic() + 180
    while len(read_log(stream.schema).entries) < 3:  # type: ignore[union-attr]
        assert time.monotonic() < deadline
        time.sleep(0.1)
    query.processAllAvailable()
    assert stream.column("id") == ["1", None, "3", "4", "5"]
    stream.write("d.csv", "id,extra\n6,e\n")
    with pytest.raises(Exception, match=r"'d\.csv' has columns .*: extra\. Nothing of it was read"):
        query.awaitTermination(180)
    assert stream.column("id") == ["1", None, "3", "4", "5"]
    stream.run()
    assert stream.column("extra") == [None] * 5 + ["e"]


def test_a_given_schema_is_kept_if_nothing_can_get_lost(stream: Stream) -> None:
    query = stream.start(
        stream.load(
            "NAME string, _rescued_data string, _metadata struct<"
            "file_path: string, file_name: string, file_size: bigint, "
            "file_modification_time: timestamp, row_number: bigint, content_hash: string>"
        )
    )
    query.awaitTermination()
    assert stream.column("NAME") == ["x", None, "007", "y"]
    assert json.loads(str(stream.column("_rescued_data")[0]))["id"] == "1"
    for schema, problem in [
        ("id int, _rescued_data string", "column id is not string"),
        ("id string", "has no column _rescued_data"),
    ]:
        query = stream.start(stream.load(schema))
        with pytest.raises(Exception, match=problem):
            query.awaitTermination()


def test_an_unknown_option_is_refused_before_anything_is_read(stream: Stream) -> None:
    with pytest.raises(Exception, match=r"Did you mean 'cloudFiles\.maxFilesPerTrigger'"):
        stream.load(**{"cloudFiles.maxFilesPerTriger": "1"})
    assert not stream.schema.exists()
