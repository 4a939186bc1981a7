"""The process that is measured for plain Spark: its own CSV source, streamed into a Delta table.

python -m bench.loader.spark_csv <folder of files> <folder of the side> <column>...

The column _metadata, where it is asked for, says which file a row is from.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bench.loader.plain_spark import load, plain_session, texts


def main() -> int:
    """Load the new files of a folder; return the exit code."""
    delivered, folder, columns = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    session = plain_session(folder / "warehouse")
    schema = texts(column for column in columns if column != "_metadata")
    files = session.readStream.option("header", True).schema(schema).csv(delivered)
    load(files.select(*columns), folder)
    session.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
