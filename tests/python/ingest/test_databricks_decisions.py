"""Which files of a batch are loaded, where they are, and what a user is told."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from ingest_bench import EVERYTHING, START

from ingest.catalogue.tables import DeliveredTable
from ingest.databricks import landing
from ingest.databricks.__main__ import main, told
from ingest.databricks.batch import with_hash
from ingest.databricks.decisions import Decided, decide
from ingest.databricks.landing import Landed, Volumes, chosen
from ingest.databricks.paths import relative_path
from ingest.databricks.tables import Names, columns_of, literal
from ingest.delta import from_microseconds
from ingest.files.discovery import DeliveredFile
from ingest.ledger.events import Event, State
from ingest.planning import event_of
from ingest.raw.rows import OWN_FIELDS
from saleslake.databricks_errors import FoldersError, OutsideLandingError, UnknownTableError

(TABLE,) = (table for table in EVERYTHING.tables if table.name == "erp.loc_a101")
ROOT = "/Volumes/main/sales/landing"


def a_file(
    path: str, content: str, *, minute: int = 0, table: DeliveredTable | None = TABLE
) -> DeliveredFile:
    at = START + timedelta(minutes=minute)
    return DeliveredFile(path, f"{ROOT}/{path}", 9, at, content, table)


def decided(
    *files: DeliveredFile,
    loaded: tuple[DeliveredFile, ...] = (),
    others: tuple[Event, ...] = (),
    table: DeliveredTable = TABLE,
) -> Decided:
    events = [event_of(file, State.COMMITTED) for file in loaded]
    return decide(files, table, {event.key: event for event in (*events, *others)})


def paths(found: Decided) -> tuple[list[str], list[tuple[str, str]]]:
    states = [(event.key.path, event.state.value) for event in found.others]
    return [file.path for file in found.to_load], states


def test_new_files_are_loaded_and_the_same_content_once() -> None:
    found = decided(a_file("b", "1"), a_file("a", "1"), a_file("c", "2"))
    assert paths(found) == (["a", "c"], [("b", "duplicate")])
    found = decided(a_file("b", "1"), a_file("a", "1"), table=replace(TABLE, on_duplicate="load"))
    assert paths(found) == (["a", "b"], [])


def test_what_is_in_the_table_is_not_loaded_again_nor_told() -> None:
    before = a_file("a", "1")
    assert paths(decided(before, loaded=(before,))) == ([], [])
    touched = a_file("a", "1", minute=5)
    assert paths(decided(touched, loaded=(before,))) == ([], [])
    again = event_of(a_file("b", "1"), State.DUPLICATE)
    assert paths(decided(a_file("b", "1"), loaded=(before,), others=(again,))) == ([], [])


def test_an_overwritten_file_is_loaded_unless_the_catalogue_ignores_it() -> None:
    before, after = a_file("a", "1"), a_file("a", "2", minute=1)
    assert paths(decided(after, loaded=(before,))) == (["a"], [])
    ignoring = replace(TABLE, on_overwrite="ignore")
    assert paths(decided(after, loaded=(before,), table=ignoring)) == ([], [("a", "left_out")])
    back = a_file("a", "1", minute=2)
    assert paths(decided(back, loaded=(before, after))) == (["a"], [])


def test_an_interrupted_batch_comes_again() -> None:
    waits = event_of(a_file("a", "1"), State.SET_ASIDE, "interrupted")
    assert paths(decided(a_file("a", "1"), others=(waits,))) == (["a"], [])


def test_a_file_without_a_hash_is_known_by_its_size_and_time_and_stops_no_other() -> None:
    gone = a_file("a", "")
    assert paths(decided(gone)) == (["a"], [])
    assert paths(decided(gone, loaded=(gone,))) == ([], [])
    assert paths(decided(a_file("a", "", minute=1), loaded=(gone,))) == (["a"], [])
    assert paths(decided(a_file("a", "1", minute=1), loaded=(gone,))) == (["a"], [])


def test_the_hash_of_another_content_is_nobody_s(tmp_path: Path) -> None:
    place = tmp_path / "a"
    place.write_text("123456789")
    os.utime(place, ns=(0, 1_700_000_000_123_456_789))
    at = from_microseconds(1_700_000_000_123_000)
    file = a_file("a", "")._replace(place=str(place), modified_at=at)
    assert len(with_hash(file).content_hash) == 64
    assert not with_hash(file._replace(size=8)).content_hash
    assert not with_hash(file._replace(modified_at=at + timedelta(milliseconds=1))).content_hash
    assert not with_hash(file._replace(place=str(tmp_path / "gone"))).content_hash
    os.utime(place, ns=(0, 1_700_000_000_000_000_000))
    assert with_hash(file).content_hash  # a disk that knows whole seconds alone


def test_a_file_of_a_deeper_folder_is_ignored_and_told() -> None:
    assert paths(decided(a_file("old/a", "1", table=None))) == ([], [("old/a", "ignored")])


@pytest.mark.parametrize(
    ("uri", "there", "expected"),
    [
        (f"dbfs:{ROOT}/crm/a.csv", set(), "crm/a.csv"),
        (f"file://{ROOT}/crm/a%20b+%2541.csv", set(), "crm/a b+%41.csv"),
        (f"{ROOT}/crm/100%25.csv", {f"{ROOT}/crm/100%25.csv"}, "crm/100%25.csv"),
    ],
)
def test_paths_are_relative_to_the_landing_folder(uri: str, there: set[str], expected: str) -> None:
    assert relative_path(uri, ROOT, there.__contains__) == expected


def test_a_path_outside_is_told() -> None:
    with pytest.raises(OutsideLandingError, match=r"/Volumes/main/other/a\.csv is not below"):
        relative_path("dbfs:/Volumes/main/other/a.csv", ROOT, {"x"}.__contains__)


def test_tables_are_where_dbt_looks_for_them() -> None:
    names = Names("main")
    assert names.raw(TABLE) == "`main`.`raw_erp`.`loc_a101`"
    assert names.ledger == "`main`.`ops`.`ingested_files`"
    assert columns_of(OWN_FIELDS).startswith(
        "`_rescued_data` string, `_metadata` struct<`file_path`: string, "
    )
    assert literal("it's \\ so") == "'it\\'s \\\\ so'"


def test_an_unknown_table_is_told_with_the_nearest() -> None:
    assert len(chosen(EVERYTHING, [])) == len(EVERYTHING.tables)
    assert [table.name for table in chosen(EVERYTHING, ["crm.cust_info"])] == ["crm.cust_info"]
    with pytest.raises(UnknownTableError, match=r"Did you mean 'crm\.cust_info'"):
        chosen(EVERYTHING, ["crm.custinfo"])


def test_folders_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    Volumes(str(tmp_path), f"{tmp_path}_state").require_usable()
    with pytest.raises(FoldersError, match="is not there"):
        Volumes(str(tmp_path / "gone"), str(tmp_path)).require_usable()
    with pytest.raises(FoldersError, match="is in the landing folder"):
        Volumes(str(tmp_path), str(tmp_path / "state")).require_usable()


def test_a_failure_is_told_without_values() -> None:
    of_spark = RuntimeError("[STREAM_FAILED] query x: [FAILED_READ_FILE.NO_HINT] at 'Jane Doe'")
    assert landing._told(of_spark) == "RuntimeError [STREAM_FAILED] [FAILED_READ_FILE.NO_HINT]"
    in_batch = RuntimeError(
        "[FOREACH_BATCH] Traceback\nsaleslake.databricks_errors.ReservedColumnError: crm.x: so.\n"
    )
    assert landing._told(in_batch) == "crm.x: so."


def test_a_line_for_each_table() -> None:
    assert told(Landed("crm.x", files=1, rows=2000)) == "crm.x: 1 files, 2,000 records"
    line = told(Landed("crm.x", quarantined=3, not_loaded=2, failure="RuntimeError"))
    assert line == (
        "crm.x: 0 files, 0 records; 3 records quarantined (ops.quarantined_records); "
        "2 files not loaded (ops.ingested_files says why); stopped: RuntimeError"
    )


def test_elsewhere_it_says_what_to_do_instead(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--landing", str(tmp_path), "--state", str(tmp_path)])
    assert ended.value.code == 2
    assert "here: saleslake ingest" in capsys.readouterr().err
