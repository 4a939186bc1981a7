"""How a batch is merged: inserted where all is new, not at all when empty, else written anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner
from deltalake import DeltaTable
from lakes import copy_lake

from saleslake.lake import Lake

pytestmark = pytest.mark.slow

MODEL = """
{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='id',
) }}

select *
from values {{ var('batch') }} as delivered (id, amount)
where id > 0
"""


class Merged:
    """A table of id and amount in a lake of its own, to which batches are merged."""

    def __init__(self, project: Path, lake: Lake) -> None:
        (project / "models" / "silver" / "merged.sql").write_text(MODEL, encoding="utf-8")
        self.project, self.lake = project, lake

    def merge(self, batch: str) -> tuple[dict[int, int], str]:
        """Merge rows; return what the table then holds, and the Delta operation that did it."""
        before = self.version()
        arguments = ["run", "-s", "merged", "--vars", f'batch: "{batch}"']
        arguments += ["--project-dir", str(self.project), "--profiles-dir", str(self.project)]
        arguments += ["--log-level", "none", "--log-level-file", "none", "--target", "embedded"]
        outcome = dbtRunner().invoke(arguments)
        assert outcome.success, outcome.exception or outcome.result
        table = DeltaTable(self.path)
        rows = table.to_pyarrow_table().to_pylist()
        operation = str(table.history(1)[0]["operation"])
        return (
            {row["id"]: row["amount"] for row in rows},
            operation if table.version() > before else "none",
        )

    @property
    def path(self) -> Path:
        return self.lake.warehouse / "silver" / "merged"

    def version(self) -> int:
        return DeltaTable(self.path).version() if self.path.exists() else -1


@pytest.fixture
def merged(
    sample_lake: Lake, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Merged:
    lake = copy_lake(sample_lake, tmp_path / "lake")
    monkeypatch.setenv("SALESLAKE_LAKE", str(lake.root))
    made = Merged(project, lake)
    made.merge("(1, 10), (2, 20), (3, 30)")
    return made


def test_new_rows_are_inserted_without_a_merge(merged: Merged) -> None:
    rows, operation = merged.merge("(4, 40), (5, 50)")
    assert rows == {1: 10, 2: 20, 3: 30, 4: 40, 5: 50}
    assert operation == "WRITE"


def test_an_empty_batch_writes_nothing(merged: Merged) -> None:
    rows, operation = merged.merge("(0, 0)")
    assert rows == {1: 10, 2: 20, 3: 30}
    assert operation == "none"


def test_rows_are_updated_and_inserted_together_in_one_commit(merged: Merged) -> None:
    before = merged.version()
    rows, operation = merged.merge("(1, 11), (4, 40)")
    assert rows == {1: 11, 2: 20, 3: 30, 4: 40}
    assert operation == "WRITE"
    assert merged.version() == before + 1


def test_every_row_can_be_updated(merged: Merged) -> None:
    rows, _ = merged.merge("(1, 11), (2, 21), (3, 31)")
    assert rows == {1: 11, 2: 21, 3: 31}
