"""How people write states who should have written their two letters."""

from __future__ import annotations

from collections.abc import Mapping

from sample.dirt.changes import cell, one_of
from sample.dirt.kinds import Change
from sample.output.chunk import Row

STATE_NAMES: Mapping[str, str] = {
    "NY": "New York",
    "CA": "California",
    "TX": "Texas",
    "FL": "Florida",
    "PA": "Pennsylvania",
    "IL": "Illinois",
    "OH": "Ohio",
    "GA": "Georgia",
    "NC": "North Carolina",
    "MI": "Michigan",
}


def state_misspelt(column: str) -> Change:
    """Write a state in small letters, with dots, by its name, or by its name with a letter less."""

    def change(row: Row, detail: float) -> Row | None:
        state = cell(row, column)
        name = STATE_NAMES.get(state)
        if name is None:
            return None
        spellings = state.lower(), f"{state[0]}.{state[1]}.", name, name[:2] + name[3:]
        return {column: one_of(detail, spellings)}

    return change
