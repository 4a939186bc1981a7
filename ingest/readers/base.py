"""What every reader offers, whatever the format: check a file whole, then stream its records.

A file is read twice. The check decides everything that can be wrong with it before any of it is
written; the stream then cannot fail for a reason that lies in the file, unless the file changes,
which its hash tells.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import pyarrow as pa

READ_SIZE = 256 << 10
"""Bytes that are read at once: so few that the same memory, in the processor's caches, serves again
and again. With a megabyte the system takes and gives pages for every read, half of its time."""

MAX_RECORD = 8 << 20
"""Longest record in bytes: what a parser has to hold at once."""

MAX_REJECTED = 100_000
"""Beyond this many misfits a file is not a few bad records but a bad file."""

MAX_REJECTED_SIZE = 64 << 20
"""The same in characters: misfits are held in memory until they are stored."""


class UnreadableFileError(Exception):
    """A delivered file cannot be loaded as it is and is set aside whole.

    Attributes:
        reason: why, with the line where there is one; never a value of a cell.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FileChangedError(Exception):
    """A file is no longer what was planned: its content changed between check and load."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file.name} changed while it was being loaded")
        self.file = file


@dataclass(frozen=True)
class RejectedRecord:
    """A record that does not fit its file.

    Attributes:
        record_number: 1 for the first record, after a header if there is one.
        reason_code: ``field_count``, ``repeated_header``, ``json_invalid``, ``json_no_object``,
            ``json_repeated_key`` or ``line_length``.
        reason: one sentence, without values.
        raw_record: the record as it stands in the file.
        line_number: line of the file in which it begins, 1 for the first; None when not known.
        byte_offset: of its first byte in the file's content, decompressed; None when not known.
    """

    record_number: int
    reason_code: str
    reason: str
    raw_record: str
    line_number: int | None = None
    byte_offset: int | None = None

    def at(self, line: int | None, byte_offset: int | None) -> RejectedRecord:
        """Return the same record with its place."""
        return replace(self, line_number=line, byte_offset=byte_offset)


@dataclass
class Misfits:
    """The records of a file that do not fit, which may only be a few.

    Attributes:
        records: those found so far.
    """

    records: list[RejectedRecord] = field(default_factory=list)
    _size: int = 0

    def add(self, record: RejectedRecord) -> None:
        """Add one; whether they are too many is to be asked after each."""
        self.records.append(record)
        self._size += len(record.raw_record)

    @property
    def too_many(self) -> str | None:
        """What there is more of than allowed, in words that follow "more than"; or None."""
        if len(self.records) > MAX_REJECTED:
            return f"{MAX_REJECTED:,}"
        return f"{MAX_REJECTED_SIZE >> 20} MB of" if self._size > MAX_REJECTED_SIZE else None


@dataclass(frozen=True)
class CheckedFile:
    """What a reader found in a file that can be loaded.

    Attributes:
        columns: column names in the file's order, without the characters Delta refuses.
        rows_loaded: records that fit the header.
        rejected: those that do not, in the file's order.
        empty: why there is nothing to load, or None.
        types: of the columns as a raw table has them; none where all are text.
        path_columns: columns that the file's path gives, each with its one value.
        block_size: bytes that hold each of its records, for a reader that parses it in blocks.
    """

    columns: tuple[str, ...] = ()
    rows_loaded: int = 0
    rejected: tuple[RejectedRecord, ...] = ()
    empty: str | None = None
    types: tuple[pa.DataType, ...] = ()
    path_columns: tuple[tuple[str, str | None], ...] = ()
    block_size: int = MAX_RECORD

    @property
    def all_columns(self) -> tuple[str, ...]:
        """The columns of ``complete`` records: the file's, then those of its path."""
        return (*self.columns, *(name for name, _ in self.path_columns))

    def complete(self, records: Records) -> Records:
        """Return records of the file with the columns of its path."""
        if not self.path_columns:
            return records
        batch, count = records.batch, records.batch.num_rows
        given = [pa.repeat(pa.scalar(value, pa.string()), count) for _, value in self.path_columns]
        arrays = [*batch.columns, *given]
        return Records(records.numbers, pa.RecordBatch.from_arrays(arrays, [*self.all_columns]))

    def types_by_name(self) -> dict[str, pa.DataType]:
        """Return the types of typed columns by their names in lower case; text has none."""
        names = [name.lower() for name in self.columns]
        return dict(zip(names, self.types, strict=True)) if self.types else {}

    @property
    def rows_read(self) -> int:
        """All records of the file."""
        return self.rows_loaded + len(self.rejected)


@dataclass(frozen=True)
class Records:
    """Some consecutive good records: columns in the file's order, and the records' numbers."""

    numbers: pa.Int64Array
    batch: pa.RecordBatch


def untold(_: int) -> None:
    """Tell nobody how far it is."""


class Reader(Protocol):
    """Reads the files of one table."""

    def check(self, file: Path, tell: Callable[[int], None] = untold) -> CheckedFile:
        """Read a file whole and say what is in it.

        Args:
            file: the file.
            tell: told how many bytes have been read, of each byte as often as it is read: twice.

        Raises:
            UnreadableFileError: it has to be set aside.
        """

    def records(self, file: Path, content_hash: str, checked: CheckedFile) -> Iterator[Records]:
        """Yield the good records of a file that was checked, in bounded memory.

        Args:
            file: the file.
            content_hash: its SHA-256.
            checked: what the check said; batches have its columns in their order.

        Raises:
            FileChangedError: after the last record: what was read has another SHA-256.
        """


class HashingStream(io.RawIOBase):
    """A file opened for reading that hashes what is read from it."""

    def __init__(self, file: Path) -> None:
        self._raw = file.open("rb", buffering=0)
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many bytes, and none at the end."""
        data = self._raw.read(size) or b""
        self._hash.update(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self._raw.close()
        super().close()

    def hexdigest(self) -> str:
        """Read what is left and return the SHA-256 of the whole file."""
        while self.read(READ_SIZE):
            pass
        return self._hash.hexdigest()
