"""Landing as on Databricks, with Spark's CSV stream in Auto Loader's place.

What is decided without Spark is tested without it; here stands that the tables are those of a
laptop, and that nothing is doubled or lost. The session is that of the other tests of Spark; the
schemas are dropped at the end, for the others have some of the same names.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from databricks_bench import DatabricksBench, csv_stream
from ingest_bench import CUSTOMER_HEADER, CUSTOMERS, EVERYTHING, START
from pyspark.sql import DataFrame, SparkSession

from engine.spark import start
from ingest.catalogue.tables import Catalogue
from ingest.databricks.ledger import INTERRUPTED, Ledger, Writing
from ingest.databricks.rows import BatchRows, files_of, with_origin
from ingest.databricks.streams import StreamPlan
from ingest.databricks.tables import Names
from ingest.files.discovery import DeliveredFile

pytestmark = pytest.mark.spark

RAW, LEDGER, QUARANTINE = "raw_crm.cust_info", "ops.ingested_files", "ops.quarantined_records"
PLANNED = "planned"
IDS = "concat(cst_id, '@', batch_id)"
UGLY = (
    CUSTOMER_HEADER
    + '1,A,x,y,M,F,2020-01-01\n2,short\n3,C," a ""q"" \n b",\u00fc,,,2020-01-02\n\n'
    + "4,D,x,y,M,F,2020-01-03,long\n5,E,x,y,M,F,2020-01-04\n"
)
(TABLE,) = (table for table in EVERYTHING.tables if table.name == CUSTOMERS)


def customer(number: int) -> str:
    return f"{CUSTOMER_HEADER}{number},A,x,y,M,F,2020-01-01\n"


def forget(spark: SparkSession) -> None:
    for schema in ("raw_crm", "ops"):
        spark.sql(f"drop schema if exists {schema} cascade")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabricksBench]:
    folder = tmp_path_factory.mktemp("databricks")
    spark = start(folder / "warehouse", folder / "spark.log")
    forget(spark)
    bench = DatabricksBench(spark, folder, Catalogue((TABLE,)))
    bench.write("crm/cust_info/a b%41+.csv", UGLY)
    bench.write("crm/cust_info/again.csv", UGLY)
    bench.write("crm/cust_info/_hidden.csv", "not ours")
    yield bench
    forget(spark)


def laptop(rows: DataFrame) -> list[str]:
    """Rows as text, but for what differs by design: runs, empty cells, parts of milliseconds."""
    origin = "struct(_metadata.file_path, _metadata.file_name, _metadata.file_size"
    time = "date_trunc('millisecond', _metadata.file_modification_time)"
    empty = "''"
    own = {
        "_metadata": f"{origin}, {time}, _metadata.row_number, _metadata.content_hash)",
        "ingestion_timestamp": "0",
        "batch_id": "0",
    }
    shown = [
        f"cast({own.get(name) or f'coalesce({name}, {empty})'} as string)" for name in rows.columns
    ]
    return sorted(str(row) for row in rows.selectExpr(*shown).collect())


def test_the_tables_are_those_of_a_laptop(bench: DatabricksBench) -> None:
    landed = bench.land()
    assert (landed.failure, landed.files, landed.rows, landed.quarantined) == (None, 1, 3, 2)
    assert landed.not_loaded == 1  # the same content again
    bench.ingest()
    there = bench.spark.read.format("delta")
    raw = there.load(str(bench.folder_of(CUSTOMERS)))
    assert bench.table(RAW).schema.simpleString() == raw.schema.simpleString()
    assert laptop(bench.table(RAW)) == laptop(raw)
    same = {
        "ingested_files": ("file_path", "state", "rows_read", "rows_loaded", "rows_quarantined"),
        "quarantined_records": ("file_path", "record_number", "raw_record", "content_hash"),
        "full_deliveries": ("file_path",),
    }
    for name, columns in same.items():
        theirs = there.load(str(bench.lake.ops_table(name)))
        ours = bench.table(f"ops.{name}")
        assert ours.schema.simpleString() == theirs.schema.simpleString()
        found = [
            # What is planned has its number of records on a laptop; here it is not known yet.
            sorted(row for row in map(tuple, rows.select(*columns).collect()) if PLANNED not in row)
            # The file that is not ours is no event here.
            for rows in (ours, theirs.where("file_path not like '%hidden%'"))
        ]
        assert found[0] == found[1]
        assert len(found[0]) == (0 if name == "full_deliveries" else 2)


def test_another_run_and_a_lost_checkpoint_add_nothing(bench: DatabricksBench) -> None:
    before = bench.table(RAW).count(), bench.table(LEDGER).count()
    assert bench.land().failure is None
    bench.lose_checkpoints()
    opened: list[StreamPlan] = []

    def with_new_columns(spark: SparkSession, plan: StreamPlan) -> DataFrame:
        """Auto Loader ends a stream for new columns, and goes on when it is started again."""
        opened.append(plan)
        if len(opened) == 1:
            raise RuntimeError("[UNKNOWN_FIELD_EXCEPTION.NEW_FIELDS_IN_FILE]")
        return csv_stream(spark, plan)

    landed = bench.land(with_new_columns)
    assert (landed.failure, landed.files, len(opened)) == (None, 0, 2)
    assert (bench.table(RAW).count(), bench.table(LEDGER).count()) == before


def test_a_batch_that_was_interrupted_is_in_once(
    bench: DatabricksBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bench.table(RAW).count(), bench.table(QUARANTINE).count()
    bench.write("crm/cust_info/c.csv", customer(7) + "8,short\n")
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "committed", _killed)
        assert bench.land().failure
    with monkeypatch.context() as patch:
        patch.setattr(BatchRows, "raw", _killed)
        bench.write("crm/cust_info/d.csv", customer(9) + "10,short\n")
        assert bench.land().failure  # of this batch; the one before it finishes
    landed = bench.land()
    assert (landed.failure, landed.files, landed.rows, landed.not_loaded) == (None, 1, 1, 0)
    assert bench.column(RAW, IDS)[-2:] == ["7@2", "9@4"]
    after = bench.table(RAW).count(), bench.table(QUARANTINE).count()
    assert after == (before[0] + 2, before[1] + 2)
    of_d = bench.table(LEDGER).where("file_name = 'd.csv'").orderBy("sequence").collect()
    assert [(row["state"], row["batch_id"], row["reason"]) for row in of_d] == [
        ("planned", 3, None),
        ("set_aside", 3, INTERRUPTED),
        ("planned", 4, None),
        ("committed", 4, None),
    ]


def test_a_raw_table_without_its_ledger_is_told(bench: DatabricksBench) -> None:
    bench.spark.sql(f"delete from {LEDGER}")
    bench.write("crm/cust_info/e.csv", customer(11))
    failure = bench.land().failure
    assert failure
    assert "holds batch 4, and `spark_catalog`.`ops`.`ingested_files` knows none of it" in failure


def test_rows_keep_their_numbers_where_a_file_is_read_in_pieces(bench: DatabricksBench) -> None:
    numbers = range(1, 501)
    text = "\n".join(["cst_id,cst_key", *(f"{number},x" for number in numbers)])
    file = bench.write("pieces/long.csv", text)
    settings = {
        "spark.sql.files.maxPartitionBytes": "1000",
        "spark.sql.files.openCostInBytes": "0",
    }
    for name, value in settings.items():
        bench.spark.conf.set(name, value)
    try:
        read = bench.spark.read.schema("cst_id string, cst_key string, _rescued_data string")
        rows = with_origin(read.csv(str(file), header=True))
        assert rows.rdd.getNumPartitions() > 2
        ((uri, _, _),) = files_of(rows)
        described = DeliveredFile("long.csv", str(file), 0, START, "hash", TABLE)
        writing = Writing(TABLE, Names("spark_catalog"), "run", START + timedelta(days=1))
        found = BatchRows(rows, {uri: described}, writing, 1).raw()
        pairs = found.selectExpr("cst_id", "_metadata.row_number as number").collect()
    finally:
        for name in settings:
            bench.spark.conf.unset(name)
    assert sorted((int(pair["cst_id"]), pair["number"]) for pair in pairs) == [
        (number, number) for number in numbers
    ]


def _killed(*_: object) -> None:
    raise RuntimeError("killed")
