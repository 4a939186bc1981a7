"""A run on Databricks: the streams of all tables, each until nothing is left.

One table that fails does not stop the others. Only one run at a time may write the tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from ingest.catalogue.tables import Catalogue, DeliveredTable
from ingest.databricks.batch import BatchWriter
from ingest.databricks.ledger import Ledger, Writing
from ingest.databricks.refusals import require_possible
from ingest.databricks.rows import with_origin
from ingest.databricks.streams import StreamPlan, plan_streams
from ingest.databricks.tables import Names, ensure_ops, ensure_raw, literal
from ingest.files.globs import compile_glob
from ingest.files.listing import listing_of
from ingest.result import failure_of
from saleslake.databricks_errors import FoldersError, UnknownTableError
from saleslake.errors import SaleslakeError, did_you_mean

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

MOST_RESTARTS = 20
"""Of one stream in one run, each for columns that are new; a bound for one that never ends."""

_OWN_ERROR = re.compile(r"\bsaleslake\.\w+\.\w+Error: (.+)")
_CONDITION = re.compile(r"\[[A-Z0-9_]+(?:\.[A-Z0-9_]+)*\]")
_NEW_COLUMNS = ("UNKNOWN_FIELD_EXCEPTION", "UnknownFieldException")
_DONE = """
select count_if(state = 'committed') as files, count_if(state <> 'committed') as others,
    sum(rows_loaded) as loaded, sum(rows_quarantined) as quarantined
from (
    select *, row_number() over (
        partition by file_path, content_hash order by sequence desc
    ) as age
    from {ledger} where run_id = {run_id} and source = {source} and table_name = {table}
)
where age = 1 and state <> 'planned'
"""

Opened: TypeAlias = "Callable[[SparkSession, StreamPlan], DataFrame]"
"""Opens a stream: Auto Loader's, or in tests another one of its kind."""


@dataclass(frozen=True)
class Volumes:
    """Where files and the state of streams are.

    Attributes:
        landing: the landing folder.
        state: the folder of what Auto Loader and Spark keep; outside of the landing folder.
    """

    landing: str
    state: str

    def require_usable(self) -> None:
        """Make sure that files can be found, and that none of them is a stream's own.

        Raises:
            FoldersError: the landing folder is none, or holds the state.
        """
        if not Path(self.landing).is_dir():
            raise FoldersError(f"The landing folder {self.landing} is not there")
        if Path(self.state).is_relative_to(self.landing):
            raise FoldersError(f"The folder of the state, {self.state}, is in the landing folder")


@dataclass(frozen=True)
class Landed:
    """What a run did for a table.

    Attributes:
        name: source and table.
        files: files loaded.
        rows: their records in the raw table.
        quarantined: their records in the quarantine.
        not_loaded: files that were not loaded, and why is in the ledger.
        failure: what stopped the table, or None.
    """

    name: str
    files: int = 0
    rows: int = 0
    quarantined: int = 0
    not_loaded: int = 0
    failure: str | None = None


def auto_loader(spark: SparkSession, plan: StreamPlan) -> DataFrame:
    """Open a stream of Auto Loader."""
    reader = spark.readStream.format("cloudFiles").options(**plan.options)
    return (reader.schema(plan.schema) if plan.schema else reader).load(plan.path)


def chosen(catalogue: Catalogue, wanted: Collection[str]) -> Sequence[DeliveredTable]:
    """Return the tables that are to be landed.

    Args:
        catalogue: all tables.
        wanted: their names; none for all.

    Raises:
        UnknownTableError: a name is of no table.
    """
    names = [table.name for table in catalogue.tables]
    for name in wanted:
        if name not in names:
            raise UnknownTableError(name, names, did_you_mean(name, names))
    return [table for table in catalogue.tables if not wanted or table.name in wanted]


@dataclass(frozen=True)
class Run:
    """One run.

    Attributes:
        spark: a session, of either kind.
        names: of the tables.
        volumes: where files are.
        run_id: recorded with everything that the run writes.
        now: its time, UTC; the ``ingestion_timestamp`` of its rows.
        opened: opens a stream.
    """

    spark: SparkSession
    names: Names
    volumes: Volumes
    run_id: str
    now: datetime
    opened: Opened = auto_loader

    def land(self, tables: Sequence[DeliveredTable]) -> list[Landed]:
        """Land all that is new of some tables.

        Raises:
            SettingsRefusedError: Auto Loader cannot keep a setting of one; nothing was landed.
            FoldersError: the folders cannot be used; nothing was landed.
        """
        require_possible(tables)
        self.volumes.require_usable()
        ensure_ops(self.spark, self.names)
        paths = [path for path in listing_of(Path(self.volumes.landing)) if not _is_hidden(path)]
        return [self._landed(table, paths) for table in tables]

    def _landed(self, table: DeliveredTable, paths: Sequence[str]) -> Landed:
        failure = None
        try:
            ensure_raw(self.spark, self.names, table)
            for plan in plan_streams(table, self.volumes.landing, self.volumes.state):
                # Auto Loader learns the columns from files, and fails where there is none.
                pattern = compile_glob(plan.pattern)
                if Path(plan.schema_location).exists() or any(map(pattern.fullmatch, paths)):
                    self._run(plan)
        except SaleslakeError as error:
            failure = str(error)
        except Exception as error:
            failure = _told(error)
        return self._result(table, failure)

    def _run(self, plan: StreamPlan) -> None:
        """Run a stream until nothing is left; new columns end it, and it goes on with them."""
        writing = Writing(plan.table, self.names, self.run_id, self.now)
        for _ in range(MOST_RESTARTS):
            Ledger(self.spark, writing).read().finish()
            try:
                rows = with_origin(self.opened(self.spark, plan))
                query = (
                    rows.writeStream.foreachBatch(BatchWriter(writing, self.volumes.landing))
                    .option("checkpointLocation", plan.checkpoint)
                    .trigger(availableNow=True)
                    .start()
                )
                query.awaitTermination()
            except Exception as error:
                if not (plan.table.options.adds_columns and _is_of_new_columns(error)):
                    raise
            else:
                return
        problem = f"{plan.table.name}: after {MOST_RESTARTS} restarts there are still new columns."
        raise SaleslakeError(problem, "Look at the headers of its files; the next run goes on.")

    def _result(self, table: DeliveredTable, failure: str | None) -> Landed:
        question = _DONE.format(
            ledger=self.names.ledger,
            run_id=literal(self.run_id),
            source=literal(table.source),
            table=literal(table.table),
        )
        done = self.spark.sql(question).first()
        return Landed(
            table.name,
            files=int(done["files"]),
            rows=int(done["loaded"] or 0),
            quarantined=int(done["quarantined"] or 0),
            not_loaded=int(done["others"]),
            failure=failure,
        )


def _is_hidden(path: str) -> bool:
    """Tell whether Spark passes over a file: names that begin so are its own notes."""
    return any(part.startswith(("_", ".")) and "=" not in part for part in path.split("/"))


def _is_of_new_columns(error: Exception) -> bool:
    return any(mark in str(error) for mark in _NEW_COLUMNS)


def _told(error: Exception) -> str:
    """Say what stopped a table: our own sentence, or Spark's conditions; its text may quote cells.

    What is raised in a batch comes back as text in an error of Spark's.
    """
    text = str(error)
    own = _OWN_ERROR.search(text)
    if own:
        return own[1]
    conditions = dict.fromkeys(_CONDITION.findall(text))
    return " ".join([failure_of(error), *conditions])
