"""Landing on Databricks, tested without it: Spark's own CSV stream stands in for Auto Loader.

It has the same hidden ``_metadata``, the same ``_corrupt_record``, the same checkpoint and the same
options; it has no schema inference, no rescue and no overwrites.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from ingest_bench import START, Bench
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from ingest.catalogue.tables import Catalogue
from ingest.databricks.landing import Landed, Opened, Run, Volumes
from ingest.databricks.streams import StreamPlan
from ingest.databricks.tables import Names
from ingest.names import RESCUED_DATA

OF_AUTO_LOADER = {"rescuedDataColumn", "readerCaseSensitive"}
CATALOG = "spark_catalog"


def csv_stream(spark: SparkSession, plan: StreamPlan) -> DataFrame:
    options = {
        name: value
        for name, value in plan.options.items()
        if not name.startswith("cloudFiles.") and name not in OF_AUTO_LOADER
    }
    options["maxFilesPerTrigger"] = plan.options["cloudFiles.maxFilesPerTrigger"]
    schema = plan.schema or plan.options["cloudFiles.schemaHints"]
    rows = spark.readStream.format("csv").schema(schema).options(**options).load(plan.path)
    return rows.withColumn(RESCUED_DATA, f.lit(None).cast("string"))


class DatabricksBench(Bench):
    """The same files landed in two ways: by ``ingest`` into a lake, and by a run of streams."""

    def __init__(self, spark: SparkSession, folder: Path, catalogue: Catalogue) -> None:
        super().__init__(folder, catalogue)
        self.spark, self.state = spark, folder / "state"
        self.names = Names(CATALOG)
        self.streamed = 0

    def land(self, opened: Opened = csv_stream) -> Landed:
        """Land the catalogue's one table."""
        self.streamed += 1
        run = Run(
            self.spark,
            self.names,
            Volumes(str(self.landing), str(self.state)),
            run_id=f"stream-{self.streamed}",
            now=START + timedelta(days=self.streamed),
            opened=opened,
        )
        (landed,) = run.land(self.catalogue.tables)
        return landed

    def lose_checkpoints(self) -> None:
        shutil.rmtree(self.state)

    def table(self, name: str) -> DataFrame:
        """A table that the streams write, such as ``raw_crm.cust_info``."""
        return self.spark.table(f"{CATALOG}.{name}")

    def column(self, table: str, expression: str) -> list[object]:
        """An expression over a table, sorted."""
        rows = self.table(table).selectExpr(f"{expression} as found").orderBy("found").collect()
        return [row["found"] for row in rows]
