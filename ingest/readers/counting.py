"""A reader that tells how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ingest.readers.base import CheckedFile, Reader, Records


class CountingReader:
    """A reader that tells how many records it has yielded so far, over all its files."""

    def __init__(self, reader: Reader, tell: Callable[[int], None]) -> None:
        self._tell = tell
        self._total = 0
        self._records = reader.records
        self.check = reader.check

    def records(self, file: Path, content_hash: str, checked: CheckedFile) -> Iterator[Records]:
        """Yield what the reader yields; see ``ingest.readers.base.Reader``."""
        for records in self._records(file, content_hash, checked):
            yield records
            self._total += records.batch.num_rows
            self._tell(self._total)
