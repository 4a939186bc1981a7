"""The process that is measured for a listing: every file found, hashed and given to its table.

python -m bench.loader.discovering <landing folder>
"""

from __future__ import annotations

import sys
from pathlib import Path

from ingest.catalogue.entries import load_catalogue
from ingest.files.discovery import discover


def main() -> int:
    """List a folder and print the number of its files; return the exit code."""
    files = discover(Path(sys.argv[1]), load_catalogue())
    print(sum(file.reason is None for file in files))  # noqa: T201 - what the session reads
    return 0


if __name__ == "__main__":
    sys.exit(main())
