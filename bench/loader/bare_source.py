"""The process that is measured for the least that a Python source can do, streamed into Delta.

python -m bench.loader.bare_source <folder of files> <folder of the side> <column>...

It has no state, checks nothing, and only lets pyarrow parse the files. What it takes more than
Spark's own source is the price of Spark's interface to Python.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pyspark.sql.datasource import DataSource, DataSourceStreamReader, InputPartition
from pyspark.sql.types import StructType

from bench.loader.plain_spark import load, plain_session, texts

if TYPE_CHECKING:
    import pyarrow as pa

_TASKS_PER_CORE = 3
"""As many as `cloudFiles` makes of ten million lines on two cores."""


class _Files(InputPartition):  # type: ignore[misc]
    def __init__(self, files: list[str]) -> None:
        self.files = files


class _Reader(DataSourceStreamReader):  # type: ignore[misc]
    def __init__(self, folder: str, names: list[str]) -> None:
        self._folder, self._names = folder, names

    def initialOffset(self) -> dict[str, int]:  # noqa: N802
        return {"files": 0}

    def latestOffset(self, start: object, limit: object) -> dict[str, int]:  # noqa: N802, ARG002
        return {"files": len(self._files())}

    def partitions(self, start: dict[str, int], end: dict[str, int]) -> list[_Files]:
        files = self._files()[start["files"] : end["files"]]
        count = min(len(files), _TASKS_PER_CORE * (os.cpu_count() or 1))
        return [_Files(files[number::count]) for number in range(count)]

    def _files(self) -> list[str]:
        return sorted(str(file) for file in Path(self._folder).iterdir())

    def read(self, partition: _Files) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa
        from pyarrow import csv

        convert = csv.ConvertOptions(
            column_types={name: pa.string() for name in self._names}, strings_can_be_null=False
        )
        read = csv.ReadOptions(use_threads=False, block_size=512 << 10)
        for file in partition.files:
            yield from csv.open_csv(file, read_options=read, convert_options=convert)


class _Source(DataSource):  # type: ignore[misc]
    @classmethod
    def name(cls) -> str:
        return "bare"

    def streamReader(self, schema: StructType) -> _Reader:  # noqa: N802
        return _Reader(self.options["path"], schema.fieldNames())


def main() -> int:
    """Load the new files of a folder; return the exit code."""
    delivered, folder, columns = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    session = plain_session(folder / "warehouse")
    session.dataSource.register(_Source)
    load(session.readStream.format("bare").schema(texts(columns)).load(delivered), folder)
    session.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
