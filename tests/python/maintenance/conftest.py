"""One lake with three batches, made once and copied by the tests that change it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from restore_bench import RestoreBench


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Landing folder and lake of three batches. Copy them before changing them."""
    folder = tmp_path_factory.mktemp("delivered") / "bench"
    RestoreBench(folder).deliver()
    return folder


@pytest.fixture
def bench(delivered: Path, tmp_path: Path) -> RestoreBench:
    """Three batches of one raw table, in a lake of the test's own."""
    folder = tmp_path / "bench"
    shutil.copytree(delivered, folder)
    return RestoreBench(folder, runs=3)
