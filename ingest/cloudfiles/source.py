"""The ``cloudFiles`` source for Spark: passes on what Spark asks, and knows nothing itself.

Spark makes these objects in processes of its own: one that is asked for the schema, one per query
that is asked for offsets, and one per task that reads files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pyspark.sql.datasource import DataSource, DataSourceStreamReader, InputPartition
from pyspark.sql.streaming.datasource import (
    ReadAllAvailable,
    ReadLimit,
    ReadMaxBytes,
    ReadMaxFiles,
    SupportsTriggerAvailableNow,
)
from pyspark.sql.types import LongType, StringType, StructType, TimestampType

from ingest.cloudfiles.offsets import BEGINNING, Offset
from ingest.cloudfiles.table import StreamSettings, stream_settings
from ingest.names import METADATA, RESCUED_DATA
from saleslake.stream_errors import StreamOptionsError

if TYPE_CHECKING:
    import pyarrow as pa

    from ingest.cloudfiles.batch import FileToRead
    from ingest.cloudfiles.partitions import Packing
    from ingest.cloudfiles.stream import FileStream

NAME = "cloudFiles"
WrittenOffset = dict[str, int | str]

_ORIGIN = (
    StructType()
    .add("file_path", StringType())
    .add("file_name", StringType())
    .add("file_size", LongType())
    .add("file_modification_time", TimestampType())
    .add("row_number", LongType())
    .add("content_hash", StringType())
)


class CloudFilesSource(DataSource):  # type: ignore[misc]
    """The data source.

    Attributes:
        packing: which files of a batch one task reads.
    """

    packing: Packing

    def __init__(self, options: Mapping[str, str]) -> None:
        self._settings = stream_settings(dict(options))
        self._is_learnt = False

    @classmethod
    def name(cls) -> str:
        """Return the name of its format."""
        return NAME

    def schema(self) -> StructType:
        """Return the columns of all files that wait, and ours; asked where no schema is given."""
        from ingest.cloudfiles.stream import columns_at_start

        schema = StructType()
        for column in columns_at_start(self._settings):
            schema.add(column, StringType())
        self._is_learnt = True
        return schema.add(RESCUED_DATA, StringType()).add(METADATA, _ORIGIN)

    def streamReader(self, schema: StructType) -> CloudFilesReader:  # noqa: N802 - Spark's name
        """Return what reads, for rows of a schema.

        Raises:
            StreamOptionsError: the schema was given, and values would have no place in it.
        """
        if not self._is_learnt:
            _require_text(schema)
        names, given = schema.fieldNames(), not self._is_learnt
        return CloudFilesReader(self._settings, names, self.packing, given=given)


def source_with(packing: Packing) -> type[CloudFilesSource]:
    """Return the data source for a session.

    Spark makes it from nothing but options, which are the user's, so it is a class of its own.
    """
    return type("CloudFilesSource", (CloudFilesSource,), {"packing": packing})


def _require_text(schema: StructType) -> None:
    problems: list[tuple[str, str]] = []
    for column in schema.fields:
        wanted = _ORIGIN if column.name == METADATA else StringType()
        if column.dataType != wanted:
            problem = f"the schema's column {column.name} is not {wanted.simpleString()}"
            problems.append((problem, "Every value is delivered as text; cast it afterwards."))
    if RESCUED_DATA not in schema.fieldNames():
        problem = f"the schema has no column {RESCUED_DATA}"
        remedy = f"Add '{RESCUED_DATA} string': what has no other column would be lost."
        problems.append((problem, remedy))
    if problems:
        raise StreamOptionsError(problems)


class FilePartition(InputPartition):  # type: ignore[misc]
    """Files that one task reads."""

    def __init__(self, files: tuple[FileToRead, ...]) -> None:
        self.files = files


class CloudFilesReader(DataSourceStreamReader, SupportsTriggerAvailableNow):  # type: ignore[misc]
    """Answers Spark's questions about one stream."""

    def __init__(
        self, settings: StreamSettings, names: Sequence[str], packing: Packing, *, given: bool
    ) -> None:
        self._settings = settings
        self._names = tuple(names)
        self._packing = packing
        self._given = given
        self._opened: FileStream | None = None

    def initialOffset(self) -> WrittenOffset:  # noqa: N802
        """Return where a query without a checkpoint is; also asked when its first batch failed."""
        return BEGINNING.written()

    def getDefaultReadLimit(self) -> ReadLimit:  # noqa: N802
        """Return one of the limits, for Spark knows no two; ``latestOffset`` keeps both."""
        options = self._settings.options.table
        if options.max_files_per_batch is not None:
            return ReadMaxFiles(options.max_files_per_batch)
        if options.max_bytes_per_batch is not None:
            return ReadMaxBytes(options.max_bytes_per_batch)
        return ReadAllAvailable()

    def prepareForTriggerAvailableNow(self) -> None:  # noqa: N802
        """Take no file that comes later."""
        self._stream.stop_at_what_is_there()

    def latestOffset(self, start: WrittenOffset, limit: ReadLimit) -> WrittenOffset:  # noqa: N802
        """Return where the next batch ends."""
        limited = not isinstance(limit, ReadAllAvailable)
        return self._stream.latest(Offset.read(start), limited=limited).written()

    def reportLatestOffset(self) -> WrittenOffset | None:  # noqa: N802
        """Return where everything found so far ends, for Spark's progress."""
        newest = self._stream.newest()
        return newest.written() if newest else None

    def partitions(self, start: WrittenOffset, end: WrittenOffset) -> list[FilePartition]:
        """Return the files of a batch."""
        files = self._stream.files(Offset.read(start), Offset.read(end))
        return [FilePartition(packed) for packed in self._packing.partitions(files)]

    def read(self, partition: FilePartition) -> Iterator[pa.RecordBatch]:
        """Yield the rows of files, in one of Spark's tasks."""
        from ingest.cloudfiles.rows import rows_of

        for file in partition.files:
            yield from rows_of(file, self._settings, self._names)

    def commit(self, end: WrittenOffset) -> None:
        """Note that a batch is finished."""
        self._stream.commit(Offset.read(end))

    def stop(self) -> None:
        """Let go of the log."""
        if self._opened is not None:
            self._opened.close()

    @property
    def _stream(self) -> FileStream:
        """The stream, which only the process that is asked for offsets opens."""
        if self._opened is None:
            from ingest.cloudfiles.stream import FileStream

            own = {RESCUED_DATA, METADATA}
            columns = [name for name in self._names if name not in own]
            self._opened = FileStream(self._settings, columns, given=self._given)
        return self._opened
