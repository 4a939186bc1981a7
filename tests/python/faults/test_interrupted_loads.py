"""What goes wrong with a table or a file while it is loaded concerns that one, for this run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingest_bench import CATEGORIES, PLACES, Bench, of, reasons

from ingest.raw import table as raw
from ingest.readers.base import CheckedFile, Records
from ingest.readers.csv import CsvReader

CHANGED = "changed or vanished after it was planned"


@pytest.mark.fault(11)
def test_one_table_that_fails_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path)
    bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,Miller\n")
    bench.write("erp/PX_CAT_G1V2.csv", "ID,CAT\n1,x\n")
    original = raw.RawTable.write

    def write(self: raw.RawTable, *args: object, **options: object) -> None:
        if self.table.name == PLACES:
            raise ValueError("Miller")
        original(self, *args, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(raw.RawTable, "write", write)
        for count in (1, 2):  # the planned batch fails again, and no later one overtakes it
            result = bench.ingest()
            assert of(result, PLACES).failure == "ValueError"
            assert of(result, PLACES).files_outstanding == count
            assert result.anything_failed
            bench.write("erp/LOC_A101/late.csv", "CID,CNTRY\n2,y\n")
    assert bench.values(CATEGORIES, "ID") == ["1"]
    assert bench.rows(PLACES) == []
    bench.ingest()
    assert bench.values(PLACES, "CID") == ["1", "2"]
    assert bench.values(PLACES, "batch_id") == [1, 2]


@pytest.mark.fault(21)
def test_a_file_that_changes_while_it_is_loaded_is_set_aside_and_loaded_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path)
    path = bench.write("erp/LOC_A101.csv", "CID,CNTRY\n1,DE\n")
    bench.write("erp/LOC_A101/other.csv", "CID,CNTRY\n2,DE\n")
    original = CsvReader.records

    def records(
        self: CsvReader, file: Path, content_hash: str, checked: CheckedFile
    ) -> Iterator[Records]:
        if file == path.resolve():
            path.write_text("CID,CNTRY\n1,DE\n3,FR\n", "utf-8")
        return original(self, file, content_hash, checked)

    with monkeypatch.context() as patch:
        patch.setattr(CsvReader, "records", records)
        result = bench.ingest()
    assert reasons(of(result, PLACES)) == {"erp/LOC_A101.csv": CHANGED}
    assert bench.values(PLACES, "CID") == ["2"]
    assert reasons(of(bench.ingest(), PLACES)) == {}
    assert bench.values(PLACES, "CID") == ["1", "3", "2"]
