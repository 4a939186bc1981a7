"""One built lake of the real files and one of the sample, shared by the tests that only read."""

from __future__ import annotations

from pathlib import Path

import pytest
from lakes import run_job

from command.landing import write_sample
from command.report import RunReport
from saleslake.lake import Lake


@pytest.fixture(scope="session")
def real_lake(crm_erp: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, RunReport]:
    """The real files, built by the main job on the embedded engine. Read only."""
    lake = Lake(tmp_path_factory.mktemp("real") / "lake")
    return lake, run_job(crm_erp, lake)


@pytest.fixture(scope="session")
def sample_landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample files in a folder of their own, so that they count as somebody's. Read only."""
    folder = tmp_path_factory.mktemp("sample") / "landing"
    write_sample(folder)
    return folder


@pytest.fixture(scope="session")
def sample_lake(sample_landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The sample files, built on the embedded engine. Copy it before changing it."""
    lake = Lake(tmp_path_factory.mktemp("sample") / "lake")
    report = run_job(sample_landing, lake)
    assert report.exit_code == 0
    return lake
