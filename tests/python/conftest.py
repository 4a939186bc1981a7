"""What every test may use: the project's folder, the real files, and a dbt target of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# The same examples in every run of the suite. `make soak` looks for new ones.
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("soak", max_examples=20_000, deadline=None, database=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def crm_erp() -> Path:
    """The bicycle retailer's six files, which the project may read but not carry."""
    folder = PROJECT.parent / "shared" / "data" / "crm_erp"
    if not folder.is_dir():
        pytest.skip(f"the real files are not at {folder}")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting of the shell's reaches a test, and dbt's target is not the project's."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("SALESLAKE_", "DBT_"))]:
        del os.environ[name]
    os.environ["DBT_TARGET_PATH"] = str(tmp_path_factory.mktemp("target"))
    yield
    os.environ.clear()
    os.environ.update(before)
