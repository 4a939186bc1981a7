"""The build's state after maintenance: what was built stays built, and nothing else does."""

from __future__ import annotations

import pytest

from saleslake.build_state import DIFFERS, BuildState, carry_forward


@pytest.mark.parametrize(
    ("recorded", "before", "after", "expected"),
    [
        ({"gold.a": 1}, {"gold.a": 1}, {"gold.a": 2}, {"gold.a": 2}),
        ({"gold.a": 0}, {"gold.a": 1}, {"gold.a": 2}, {"gold.a": DIFFERS}),
        ({"gold.a": 2}, {"gold.a": 1}, {"gold.a": 2}, {"gold.a": DIFFERS}),
        ({"gold.a": 1}, {"gold.a": 1}, {}, {}),
        ({"gold.a": 1}, {}, {}, {"gold.a": DIFFERS}),
        ({}, {"gold.a": 1}, {"gold.a": 2}, {}),
    ],
)
def test_carrying_forward(
    recorded: dict[str, int],
    before: dict[str, int],
    after: dict[str, int],
    expected: dict[str, int],
) -> None:
    state = BuildState("abc", "embedded", {}, recorded)
    assert carry_forward(state, before, after).warehouse == expected
