"""A table of Parquet files, or of text files with types, in a landing folder of its own."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable
from ingest_bench import PLACES, Bench, of
from pyarrow import parquet

from ingest.catalogue.entries import load_catalogue
from ingest.catalogue.tables import Catalogue, DeliveredTable, Format
from ingest.delta import arrow_schema
from ingest.options import read_options
from ingest.options.values import Scalar
from ingest.raw.column_types import name_of
from ingest.result import TableResult

_PLACES = next(table for table in load_catalogue().tables if table.name == PLACES)


def table_of(form: Format, options: Mapping[str, Scalar] | None = None) -> DeliveredTable:
    """Return the table of CID and CNTRY, delivered in another format."""
    read, problems = read_options(options or {}, form)
    assert problems == ()
    return replace(_PLACES, format=form, options=read)


def parquet_bytes(columns: Mapping[str, object], rows_per_group: int | None = None) -> bytes:
    """Return a Parquet file of some columns: arrays, or lists of Python's values."""
    sink = io.BytesIO()
    parquet.write_table(
        pa.table(dict(columns)),
        sink,
        row_group_size=rows_per_group,
        write_page_checksum=True,
        use_dictionary=False,  # so that the values themselves are on the page
    )
    return sink.getvalue()


class TypedBench(Bench):
    """A bench for one table, whose columns have types."""

    def __init__(
        self,
        folder: Path,
        form: Format,
        options: Mapping[str, Scalar] | None = None,
        columns: tuple[str, ...] = _PLACES.columns,
    ) -> None:
        table = replace(table_of(form, options), columns=columns)
        super().__init__(folder, Catalogue((table,)))

    def deliver(self, name: str, content: bytes | str) -> TableResult:
        """Deliver a file and load it."""
        self.write(f"erp/LOC_A101/{name}.csv", content)
        return of(self.ingest(), PLACES)

    def types(self) -> dict[str, str]:
        """Return the types of the delivered columns, as Spark SQL calls them."""
        fields = arrow_schema(DeltaTable(self.folder_of(PLACES)))
        names = [field.name for field in fields]
        own = names.index("_rescued_data"), names.index("batch_id")
        return {
            field.name: name_of(field.type)
            for at, field in enumerate(fields)
            if not own[0] <= at <= own[1]
        }

    def column(self, name: str) -> list[object]:
        """Return a column's values in the order of files and records."""
        return self.values(PLACES, name)

    def rescued(self) -> list[dict[str, object] | None]:
        """Return what was rescued of each record, without the file."""
        found = [json.loads(str(text)) if text else None for text in self.column("_rescued_data")]
        for one in found:
            if one:
                assert one.pop("_file_path").startswith("erp/LOC_A101/")
        return found
