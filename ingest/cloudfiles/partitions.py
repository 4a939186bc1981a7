"""Which files of a batch one task reads: small ones together, as Spark packs those of its sources.

A task for each file would write one file each into the table, too. Files are not split.
"""

from __future__ import annotations

import heapq
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.options.values import size

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from ingest.cloudfiles.batch import FileToRead

_LARGEST, _OPEN_COST = "spark.sql.files.maxPartitionBytes", "spark.sql.files.openCostInBytes"
_AT_ONCE = ("spark.sql.files.minPartitionNum", "spark.sql.leafNodeDefaultParallelism")


@dataclass(frozen=True)
class Packing:
    """How files are packed.

    Attributes:
        largest: bytes of one partition, where it is not one larger file.
        open_cost: bytes that could be read while a file is opened.
        at_once: how many tasks can run at once.
    """

    largest: int
    open_cost: int
    at_once: int

    def partitions(self, files: Sequence[FileToRead]) -> list[tuple[FileToRead, ...]]:
        """Return the files in partitions of about the same size.

        All tasks that can run at once have one, and there is no last round for a few of them.
        """
        costs = [self.open_cost + file.entry.size for file in files]
        rounds = max(1, math.ceil(sum(costs) / self.largest / self.at_once))
        count = min(len(files), rounds * self.at_once)
        packed: list[list[FileToRead]] = [[] for _ in range(count)]
        loads = [(0, number) for number in range(count)]  # a heap: all are the same
        for cost, file in sorted(zip(costs, files, strict=True), key=lambda each: -each[0]):
            load, number = loads[0]
            packed[number].append(file)
            heapq.heapreplace(loads, (load + cost, number))
        return [tuple(partition) for partition in packed]


def packing_of(spark: SparkSession) -> Packing:
    """Return how a session packs the files of its own sources."""
    written = filter(None, (spark.conf.get(name, None) for name in _AT_ONCE))
    return Packing(
        largest=_size(spark, _LARGEST),
        open_cost=_size(spark, _OPEN_COST),
        at_once=int(next(written, None) or _cores(spark)),
    )


def _cores(spark: SparkSession) -> int:
    """Return how many cores a session has; of a Spark Connect server they are not known here."""
    context = getattr(spark, "sparkContext", None)
    return context.defaultParallelism if context else os.cpu_count() or 1


def _size(spark: SparkSession, setting: str) -> int:
    text = str(spark.conf.get(setting)).lower().removesuffix("b")  # 134217728b, 128mb, 64m, 0
    return int(text) if text.isdigit() else size(text)
