"""Java's version, told from what `java -version` prints."""

from __future__ import annotations

import pytest

from engine.java import major_version


@pytest.mark.parametrize(
    ("text", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_402"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ("Error: could not create the Java Virtual Machine", 0),
    ],
)
def test_major_version(text: str, major: int) -> None:
    assert major_version(text) == major
