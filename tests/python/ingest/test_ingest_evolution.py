"""What becomes of a changed file is what docs/schema-changes.md says."""

from __future__ import annotations

import evolution
import pytest

from saleslake.settings import PROJECT_DIR


@pytest.mark.fault(18, 31)
def test_the_page_says_what_happens() -> None:
    """Written again by: .venv/bin/python tests/python/support/evolution.py."""
    page = PROJECT_DIR / "docs" / "schema-changes.md"
    assert page.read_text(encoding="utf-8") == evolution.page()
