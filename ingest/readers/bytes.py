"""What a file is before it is text: plain, compressed, or not what its name says."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pyarrow as pa

from ingest.readers.base import (
    READ_SIZE,
    FileChangedError,
    HashingStream,
    Records,
    UnreadableFileError,
)


@dataclass(frozen=True)
class Compression:
    """A way in which files are compressed.

    Attributes:
        kind: what its data is called.
        mark: the first bytes of every such file.
        open: returns the decompressed content of a stream.
    """

    kind: str
    mark: bytes
    open: Callable[[BinaryIO], BinaryIO]


def _open_gzip(stream: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, gzip.GzipFile(fileobj=stream))


def _open_bzip2(stream: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, bz2.BZ2File(stream))


def _open_zstandard(stream: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, pa.CompressedInputStream(cast(io.IOBase, stream), "zstd"))


COMPRESSIONS: Mapping[str, Compression] = {
    ".gz": Compression("gzip data", b"\x1f\x8b", _open_gzip),
    ".bz2": Compression("bzip2 data", b"BZh", _open_bzip2),
    ".zst": Compression("zstandard data", b"\x28\xb5\x2f\xfd", _open_zstandard),
}
"""By the ending of a file's name."""

_FOREIGN = [
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook or another Office file"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file"),
    (b"\xfd7zXZ", "xz data"),
    (b"SQLite format 3", "a database"),
]
_MARKUP = (b"<!doctype html", b"<html", b"<?xml", b"<head", b"<body")
_PLAIN_ENCODINGS = frozenset({"utf-8", "ascii", "iso8859-1", "cp1252"})
"""Python's names of encodings in which ASCII is ASCII, whatever came before it."""
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SET_ENCODING = "; set the table's option encoding to what it is written in, such as "
_DAMAGED = "the compressed data is damaged or cut off"
_MUCH = 16 << 10
"""Bytes from which a call of numpy pays."""


def compression_of(name: str) -> Compression | None:
    """Return how a file is compressed, by the ending of its name; None for a plain one."""
    return next((way for ending, way in COMPRESSIONS.items() if name.endswith(ending)), None)


def decompressed(stream: BinaryIO, name: str) -> BinaryIO:
    """Return the stream of a file's content, decompressed if its name says so."""
    compression = compression_of(name)
    return compression.open(stream) if compression else stream


def foreign(head: bytes, name: str, encoding: str) -> str | None:
    """Say what a file is that cannot be the declared text, by its first bytes.

    Args:
        head: the first bytes; 512 are enough.
        name: the file's name.
        encoding: the declared encoding.

    Returns:
        The reason to set it aside, or None.
    """
    declared = compression_of(name)
    if declared:
        ending = name[name.rindex(".") :]
        right = head.startswith(declared.mark)
        return None if right else f"the file is named {ending} and is not {declared.kind}"
    for ending, compression in COMPRESSIONS.items():
        if head.startswith(compression.mark):
            return f"the file is {compression.kind}, and its name does not end in {ending}"
    for mark, kind in _FOREIGN:
        if head.startswith(mark):
            return f"the file is {kind}, not text"
    if head.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_MARKUP):
        return "the file is an HTML or XML page, not a table"
    wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
    if head.startswith(_UTF16_MARKS) and not wide:
        return (
            f"the file is UTF-16 text, and the catalogue declares {encoding}{_SET_ENCODING}utf-16"
        )
    return None


def _other(encoding: str) -> str:
    """Name an encoding that a file may be in which is not in the declared one."""
    return "cp1252" if codecs.lookup(encoding).name == "utf-8" else "utf-8"


def first_look(stream: BinaryIO, file: Path, encoding: str) -> None:
    """Look at a file's first bytes, and go back to its start.

    Raises:
        UnreadableFileError: it cannot be the declared text.
    """
    problem = foreign(stream.read(512), file.name, encoding)
    if problem and file.stat().st_size:
        raise UnreadableFileError(problem)
    stream.seek(0)


def while_unchanged(
    file: Path, content_hash: str, read: Callable[[BinaryIO], Iterator[Records]]
) -> Iterator[Records]:
    """Yield what is read from a file's content, as long as it is the file that was checked.

    Args:
        file: the file.
        content_hash: the SHA-256 it had when it was checked.
        read: yields the records of its decompressed content.

    Raises:
        FileChangedError: it cannot be read, or, after the last record, has another SHA-256.
    """
    try:
        with HashingStream(file) as stream:
            # Held until the end: its own end may close the stream.
            content = decompressed(cast(BinaryIO, stream), file.name)
            yield from read(content)
            is_the_same = stream.hexdigest() == content_hash
    except (UnreadableFileError, EOFError, OSError) as error:
        raise FileChangedError(file) from error
    if not is_the_same:
        raise FileChangedError(file)


def utf8_chunks(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Yield a file's text as UTF-8 without a byte order mark, chunk by chunk.

    Raises:
        UnreadableFileError: bytes that are no text in this encoding, NUL characters, damaged
            compression, or an error of the disk.
    """
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    is_plain = codecs.lookup(encoding).name in _PLAIN_ENCODINGS
    lines = LineCounter()
    first = True
    while True:
        data = _read(stream)
        if is_plain and data.isascii() and not decoder.getstate()[0]:
            chunk = data  # what it would be decoded and encoded to
        else:
            try:
                chunk = decoder.decode(data, final=not data).encode(errors="surrogatepass")
            except UnicodeDecodeError as error:
                lines.count(error.object[: error.start].decode(encoding, errors="ignore").encode())
                raise UnreadableFileError(
                    f"line {lines.line}: bytes that are not valid {encoding}"
                    f"{_SET_ENCODING}{_other(encoding)}"
                ) from None
        if first and chunk:
            chunk, first = chunk.removeprefix(codecs.BOM_UTF8), False
        if (nul := chunk.find(b"\0")) >= 0:
            lines.count(chunk[:nul])
            raise UnreadableFileError(
                f"line {lines.line}: a NUL character, so this is no text in {encoding}"
                f"{_SET_ENCODING}utf-16, if it is one"
            )
        lines.count(chunk)
        if chunk:
            yield chunk
        if not data:
            return


class LineCounter:
    """Counts lines ended by LF, CR LF or CR over chunks.

    Attributes:
        line: the line in which the next byte lies, 1 for the first.
    """

    def __init__(self) -> None:
        self.line = 1
        self._after_cr = False

    def count(self, data: bytes) -> None:
        """Go past some more bytes."""
        if not data:
            return
        self.line += _line_ends(data)
        if self._after_cr and data.startswith(b"\n"):
            self.line -= 1
        self._after_cr = data.endswith(b"\r")


def _line_ends(data: bytes) -> int:
    """Count line ends; much data by numpy: three times as fast, and other threads run meanwhile."""
    if len(data) < _MUCH:
        return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    characters = np.frombuffer(data, np.uint8)
    feeds = characters == ord("\n")
    ends = np.count_nonzero(feeds)
    if b"\r" in data:
        returns = characters == ord("\r")
        ends += np.count_nonzero(returns) - np.count_nonzero(returns[:-1] & feeds[1:])
    return int(ends)


def _read(stream: BinaryIO) -> bytes:
    try:
        return stream.read(READ_SIZE)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise UnreadableFileError(_DAMAGED) from None
    except OSError as error:
        # The decompressors' own errors have no number, the disk's have one.
        reason = f"cannot be read: {error.strerror}" if error.errno else _DAMAGED
        raise UnreadableFileError(reason) from None
