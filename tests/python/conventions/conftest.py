"""The project's manifest, parsed once for all tests of the conventions."""

from __future__ import annotations

import pytest
from manifest import Manifest, parse

from saleslake.settings import PROJECT_DIR


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """Read only: a test that breaks a rule edits a copy."""
    return parse(PROJECT_DIR, tmp_path_factory.mktemp("target"))
