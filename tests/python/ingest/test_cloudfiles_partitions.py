"""Which files one task reads, and what the processes that Spark starts for a stream import."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import ClassVar, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.errors import PySparkAttributeError
from pyspark.sql import SparkSession

from ingest.cloudfiles.batch import FileToRead
from ingest.cloudfiles.events import Entry
from ingest.cloudfiles.partitions import Packing, packing_of

MB = 1 << 20
SPARK = Packing(largest=128 * MB, open_cost=4 * MB, at_once=2)
"""Spark's own settings on two cores."""


def files(sizes: list[int]) -> list[FileToRead]:
    return [
        FileToRead(
            Path(f"/landing/{number}.csv"),
            Entry(number, f"{number}.csv", size, 0, "s", "h", ("a",), rows=1, rejected=0),
        )
        for number, size in enumerate(sizes, start=1)
    ]


def counts(packing: Packing, sizes: list[int]) -> list[int]:
    """How many files each task reads, the most first."""
    return sorted(map(len, packing.partitions(files(sizes))), reverse=True)


def test_many_small_files_are_one_task_for_each_core() -> None:
    assert counts(SPARK, [100] * 20) == [10, 10]
    assert counts(SPARK, [100]) == [1]
    assert counts(SPARK, []) == []


def test_a_batch_that_takes_several_rounds_has_no_short_one() -> None:
    """Five partitions would do for these, and two cores would read three and two of them."""
    assert counts(SPARK, [30 * MB] * 20) == [4, 4, 3, 3, 3, 3]


def test_a_large_file_is_read_alone_while_the_others_share_a_task() -> None:
    large, *small = sizes = [120 * MB, *[MB] * 10]
    packed = SPARK.partitions(files(sizes))
    assert sorted([file.entry.size for file in one] for one in packed) == [small, [large]]


@given(
    st.lists(st.integers(0, 400 * MB), max_size=60),
    st.integers(1, 200 * MB),
    st.integers(0, 8 * MB),
    st.integers(1, 9),
)
def test_each_file_is_read_once_and_the_work_is_even(
    sizes: list[int], largest: int, open_cost: int, at_once: int
) -> None:
    packed = Packing(largest, open_cost, at_once).partitions(files(sizes))
    numbers = [file.entry.number for partition in packed for file in partition]
    assert sorted(numbers) == list(range(1, len(sizes) + 1))
    assert len(packed) >= min(at_once, len(sizes))
    loads = [sum(open_cost + file.entry.size for file in one) for one in packed]
    most = open_cost + max(sizes, default=0)
    assert max(loads, default=0) - min(loads, default=0) <= most
    assert all(load <= max(largest, 2 * most) for load in loads)


def test_a_session_of_spark_connect_does_not_know_the_cores() -> None:
    class ConnectSession:
        conf: ClassVar = {
            "spark.sql.files.maxPartitionBytes": "64mb",
            "spark.sql.files.openCostInBytes": "0",
        }

        @property
        def sparkContext(self) -> object:  # noqa: N802
            raise PySparkAttributeError(
                "JVM_ATTRIBUTE_NOT_SUPPORTED", {"attr_name": "sparkContext"}
            )

    session = cast(SparkSession, ConnectSession())
    assert packing_of(session) == Packing(64 * MB, 0, os.cpu_count() or 1)


@pytest.mark.parametrize(
    ("module", "unneeded"),
    [
        ("ingest.cloudfiles", {"pyspark", "pyarrow"}),
        ("ingest.cloudfiles.source", {"pyarrow", "numpy", "deltalake", "pydantic", "yaml"}),
        ("ingest.cloudfiles.partitions", {"pyarrow", "numpy", "deltalake", "pydantic", "yaml"}),
        ("ingest.cloudfiles.stream", {"pyspark", "pydantic", "yaml"}),
        ("ingest.cloudfiles.rows", {"pyspark", "pydantic", "yaml"}),
    ],
)
def test_a_process_of_spark_imports_only_what_it_needs(module: str, unneeded: set[str]) -> None:
    """Each is started for every query, and waited for: an import more is a slower start of all."""
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert unneeded.isdisjoint(done.stdout.split())
