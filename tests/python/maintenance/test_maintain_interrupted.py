"""Whatever interrupts maintenance: every kept version stays readable, the rest is done later."""

from __future__ import annotations

from pathlib import Path

import pytest
import upkeep_killed
from delta_tables import values, version_of
from deltalake import DeltaTable
from killed_child import kill_at_each, run_child

from maintenance.history import read_history
from saleslake.errors import LakeNotWritableError
from saleslake.lake import Lake

pytestmark = pytest.mark.slow

DATES = "gold.dim_date"
STEPS = [
    "cleared",
    "moved:old_model",
    "during:moved:old_model",
    "removed:old_model",
    "during:removed:old_model",
    f"vacuumed:{DATES}",
    f"log:{DATES}",
    f"during:log:{DATES}",
    f"compacted:{DATES}",
    f"during:compacted:{DATES}",
    f"checkpoint:{DATES}",
]
NOW = [1, 2, 3, *range(12 * upkeep_killed.ROWS)]
"""The rows of the newest version, as they must be after everything."""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kill_at_each(upkeep_killed, STEPS, tmp_path_factory.mktemp("killed"))


def assert_whole(lake: Lake, kept_since: int) -> None:
    """Every version from one on can be read, by the library too."""
    dates = lake.warehouse / "gold" / "dim_date"
    history = read_history(dates)
    assert history.log.damage == ()
    assert history.oldest_kept is not None
    assert history.oldest_kept.version <= kept_since
    for version in history.versions[kept_since - history.versions[0].version :]:
        assert len(values(dates, version.version)) == version.rows
    assert values(dates) == sorted(NOW)


@pytest.mark.fault(8)
@pytest.mark.parametrize("step", STEPS)
def test_killed_and_maintained_again(killed: Path, step: str) -> None:
    lake = Lake(killed / step)
    # Version 12 replaced what was before it 20 days ago: it is the first one to be kept.
    assert_whole(lake, kept_since=12)
    upkeep_killed.maintain(lake)
    assert_whole(lake, kept_since=12)
    dates = lake.warehouse / "gold" / "dim_date"
    assert len(DeltaTable(dates).file_uris()) == 1
    assert not (lake.warehouse / "gold" / "old_model").exists()
    assert list(lake.removed.iterdir()) == []
    assert read_history(dates).log.checkpoints
    before = version_of(dates)
    upkeep_killed.maintain(lake)
    assert version_of(dates) == before


@pytest.mark.fault(10)
def test_a_full_disk_is_told_and_leaves_the_tables_as_they_were(tmp_path: Path) -> None:
    lake = upkeep_killed.make_lake(tmp_path / "lake")
    dates = lake.warehouse / "gold" / "dim_date"
    largest = max(file.stat().st_size for file in dates.glob("*.parquet"))
    files = len(list(dates.glob("*.parquet")))
    done = run_child(upkeep_killed, "full", str(lake.root), str(largest + 1_000))
    assert done.returncode == LakeNotWritableError.exit_code, done.stderr
    assert "file too large" in done.stderr
    assert_whole(lake, kept_since=12)
    # What frees space was done, what needs some left nothing behind.
    assert not (lake.warehouse / "gold" / "old_model").exists()
    assert len(list(dates.glob("*.parquet"))) == files - 12
    upkeep_killed.maintain(lake)  # there is space again
    assert_whole(lake, kept_since=12)
    assert len(DeltaTable(dates).file_uris()) == 1
