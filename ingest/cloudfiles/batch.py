"""The files of a batch, as they are handed to whoever reads them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.cloudfiles.events import Entry
from ingest.files.discovery import hash_of
from ingest.files.hash_cache import stamp_of


@dataclass(frozen=True)
class FileToRead:
    """One file of a batch: where it is, and what the log has of it."""

    location: Path
    entry: Entry


def why_gone(file: FileToRead) -> str | None:
    """Say why a file cannot be read as it was found, or None."""
    entry = file.entry
    try:
        if stamp_of(file.location.stat()) == entry.stamp:
            return None
        if hash_of(file.location) == entry.content_hash:
            return None
    except OSError:
        return "it was gone before its batch was read, or read again"
    return "its content was replaced before its batch was read, or read again"
