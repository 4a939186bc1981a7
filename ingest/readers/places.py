"""Where in a file's bytes a text lies that was decoded before it was looked at.

Records are looked at as UTF-8, whatever the file's encoding. Their place in the file is known for
UTF-8 itself and for encodings with one byte per character, and not known, rather than guessed, for
all others. In a compressed file it is the place in the decompressed content.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from functools import cache
from pathlib import Path

from ingest.readers.bytes import decompressed

Measure = Callable[[bytes], int]
"""Returns how many bytes of the file a text is, from the text as UTF-8."""


@cache
def measure_of(encoding: str) -> Measure | None:
    """Return how to measure a text in an encoding; None where its place is not known."""
    if codecs.lookup(encoding).name in {"utf-8", "utf-8-sig", "ascii"}:
        return len
    each = [bytes([value]).decode(encoding, "replace") for value in range(256)]
    is_single = all(len(character) == 1 for character in each)
    is_single = is_single and len(bytes(range(256)).decode(encoding, "replace")) == len(each)
    return _characters if is_single else None


def mark_length(file: Path, encoding: str) -> int:
    """Return the length of a file's byte order mark: it is no part of the text, but of the file."""
    if not codecs.lookup(encoding).name.startswith("utf-8"):
        return 0
    with file.open("rb") as stream:
        head = decompressed(stream, file.name).read(len(codecs.BOM_UTF8))
    return len(codecs.BOM_UTF8) if head == codecs.BOM_UTF8 else 0


def _characters(text: bytes) -> int:
    return len(text.decode())
