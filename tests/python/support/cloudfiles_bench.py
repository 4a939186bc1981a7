"""A stream for tests: its folders, and runs of it with and without Spark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.cloudfiles import files
from ingest.cloudfiles.offsets import BEGINNING, Offset
from ingest.cloudfiles.rows import rows_of
from ingest.cloudfiles.stream import FileStream, columns_at_start
from ingest.cloudfiles.table import StreamSettings, stream_settings
from ingest.names import METADATA, RESCUED_DATA

Row = dict[str, object]


class StreamBench:
    """One landing folder and one schemaLocation, and a checkpoint as Spark would keep it.

    Attributes:
        landing: folder of the files.
        location: the schemaLocation.
        checkpoint: where the stream is.
        rows: what its batches delivered so far.
    """

    def __init__(self, folder: Path, **options: str) -> None:
        self.landing, self.location = folder / "landing", folder / "schema"
        self.landing.mkdir()
        self.options = options
        self.checkpoint = BEGINNING
        self.rows: list[Row] = []

    def write(self, path: str, content: str | bytes) -> Path:
        file = self.landing / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def settings(self) -> StreamSettings:
        required = {"cloudFiles.format": "csv", "cloudFiles.schemaLocation": str(self.location)}
        return stream_settings(required | self.options | {"path": str(self.landing)})

    @contextmanager
    def opened(self, given: tuple[str, ...] = ()) -> Iterator[FileStream]:
        """A query that was just started."""
        columns = given or columns_at_start(self.settings())
        stream = FileStream(self.settings(), columns, given=bool(given))
        try:
            yield stream
        finally:
            stream.close()

    def run(self, given: tuple[str, ...] = ()) -> list[int]:
        """Take everything there is, as ``availableNow`` does; returns the ends of the batches."""
        columns = given or columns_at_start(self.settings())
        with self.opened(given) as stream:
            stream.stop_at_what_is_there()
            ends: list[int] = []
            while (end := stream.latest(self.checkpoint, limited=True)) != self.checkpoint:
                if ends:
                    stream.commit(self.checkpoint)
                self.deliver(stream, end, columns)
                ends.append(end.seq)
                self.checkpoint = end
        return ends

    def deliver(self, stream: FileStream, end: Offset, columns: tuple[str, ...]) -> None:
        names = (*columns, RESCUED_DATA, METADATA)
        for file in stream.files(self.checkpoint, end):
            for batch in rows_of(file, self.settings(), names):
                self.rows += batch.to_pylist()

    def column(self, name: str) -> list[object]:
        return [row[name] for row in self.rows]

    def states(self) -> list[tuple[str, str]]:
        return [(file.path, file.state) for file in files(self.location)]

    def reasons(self) -> dict[str, str]:
        return {file.path: file.reason for file in files(self.location) if file.reason}
