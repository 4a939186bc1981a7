"""The process that is measured for plain Spark: its own CSV source, streamed into a Delta table.

python -m bench.loader.spark_csv <folder of files> <folder of the side> <column>...
"""

from __future__ import annotations

import sys
from pathlib import Path

from engine.spark import start


def main() -> int:
    """Load the new files of a folder; return the exit code."""
    delivered, folder, columns = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    session = start(folder / "warehouse", folder / "java.log")
    schema = ", ".join(f"`{column}` string" for column in columns)
    files = session.readStream.option("header", True).schema(schema).csv(delivered)
    query = (
        files.writeStream.format("delta")
        .option("checkpointLocation", str(folder / "checkpoint"))
        .trigger(availableNow=True)
        .start(str(folder / "table"))
    )
    query.awaitTermination()
    session.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
