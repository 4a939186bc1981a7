"""The process that is measured for Spark with `cloudFiles`, streamed into a Delta table.

python -m bench.loader.cloudfiles_stream <folder of files> <folder of the side> <column>...

With the column _metadata, the file that a row is from, the others are learnt from the files.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bench.loader.plain_spark import load, plain_session, texts
from ingest.cloudfiles import register


def main() -> int:
    """Load the new files of a folder; return the exit code."""
    delivered, folder, columns = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    session = plain_session(folder / "warehouse")
    register(session)
    reader = session.readStream.format("cloudFiles").option("cloudFiles.format", "csv")
    reader = reader.option("cloudFiles.schemaLocation", str(folder / "schema"))
    if "_metadata" not in columns:
        reader = reader.schema(texts([*columns, "_rescued_data"]))
    load(reader.load(delivered), folder)
    session.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
