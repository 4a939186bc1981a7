"""What a file is before it is text: plain, compressed, or not what its name says."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from ingest.readers.base import READ_SIZE, UnreadableFileError

GZIP = b"\x1f\x8b"

_FOREIGN = [
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook or another Office file"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file"),
    (b"\x28\xb5\x2f\xfd", "zstandard data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ", "xz data"),
    (b"SQLite format 3", "a database"),
]
_MARKUP = (b"<!doctype html", b"<html", b"<?xml", b"<head", b"<body")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decompressed(stream: BinaryIO, name: str) -> BinaryIO:
    """Return the stream of a file's content, decompressed if the name ends in ``.gz``."""
    return cast(BinaryIO, gzip.GzipFile(fileobj=stream)) if name.endswith(".gz") else stream


def foreign(head: bytes, name: str, encoding: str) -> str | None:
    """Say what a file is that cannot be the declared text, by its first bytes.

    Args:
        head: the first bytes; 512 are enough.
        name: the file's name.
        encoding: the declared encoding.

    Returns:
        The reason to set it aside, or None.
    """
    if name.endswith(".gz"):
        return None if head.startswith(GZIP) else "the file is named .gz and is not gzip data"
    if head.startswith(GZIP):
        return "the file is gzip data, and its name does not end in .gz"
    for mark, kind in _FOREIGN:
        if head.startswith(mark):
            return f"the file is {kind}, not text"
    if head.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_MARKUP):
        return "the file is an HTML or XML page, not a table"
    wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
    if head.startswith(_UTF16_MARKS) and not wide:
        return f"the file is UTF-16 text, and the catalogue declares {encoding}"
    return None


def utf8_chunks(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Yield a file's text as UTF-8 without a byte order mark, chunk by chunk.

    Raises:
        UnreadableFileError: bytes that are no text in this encoding, NUL characters, damaged
            compression, or an error of the disk.
    """
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    lines = LineCounter()
    first = True
    while True:
        data = _read(stream)
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            lines.count(error.object[: error.start].decode(encoding, errors="ignore").encode())
            raise UnreadableFileError(
                f"line {lines.line}: bytes that are not valid {encoding}"
            ) from None
        if first and text:
            text, first = text.removeprefix("\ufeff"), False
        chunk = text.encode("utf-8", errors="surrogatepass")
        if (nul := chunk.find(b"\0")) >= 0:
            lines.count(chunk[:nul])
            raise UnreadableFileError(f"line {lines.line}: a NUL character, so this is no text")
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

    def count(self, text: bytes | memoryview) -> None:
        """Go past some more bytes."""
        data = bytes(text)
        if not data:
            return
        self.line += data.count(b"\n")
        if b"\r" in data:
            self.line += data.count(b"\r") - data.count(b"\r\n")
        if self._after_cr and data.startswith(b"\n"):
            self.line -= 1
        self._after_cr = data.endswith(b"\r")


def _read(stream: BinaryIO) -> bytes:
    try:
        return stream.read(READ_SIZE)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise UnreadableFileError("the gzip data is damaged or cut off") from None
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror or error}") from None
