"""One built lake of the real files and one of the sample, shared by the tests that only read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lakes import run_job

from command.report.run_report import RunReport
from saleslake.lake import Lake
from saleslake.settings import PROJECT_DIR
from sample import settings_of, write_sample

PROJECT_PARTS = ["models", "macros", "seeds", "tests/dbt", "analyses", "snapshots"]


@pytest.fixture(scope="session")
def real_lake(crm_erp: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, RunReport]:
    """The real files, built by the main job on the embedded engine. Read only."""
    lake = Lake(tmp_path_factory.mktemp("real") / "lake")
    return lake, run_job(crm_erp, lake)


@pytest.fixture(scope="session")
def sample_landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample files in a folder of their own, so that they count as somebody's. Read only."""
    folder = tmp_path_factory.mktemp("sample") / "files"
    return write_sample(folder, settings_of("tiny"), domains=("crm", "erp")).landing


@pytest.fixture(scope="session")
def sample_lake(sample_landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The sample files, built on the embedded engine. Copy it before changing it."""
    lake = Lake(tmp_path_factory.mktemp("sample") / "lake")
    report = run_job(sample_landing, lake)
    assert report.exit_code == 0
    return lake


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the dbt project that a test may edit, with a target folder of its own."""
    folder = tmp_path / "project"
    for part in PROJECT_PARTS:
        if (PROJECT_DIR / part).exists():
            shutil.copytree(PROJECT_DIR / part, folder / part)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT_DIR / name, folder)
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    return folder
