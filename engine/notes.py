"""What an engine says while it starts: through dbt, so that whoever runs dbt hears it.

Plain dbt prints it as one of its own lines; the saleslake command listens to dbt's events.
"""

from __future__ import annotations

NOTE_PREFIX = "saleslake: "


def note(text: str) -> None:
    """Say in a few words what begins."""
    from dbt_common.events.functions import fire_event  # lazy: of interest inside dbt only
    from dbt_common.events.types import Note

    fire_event(Note(msg=f"{NOTE_PREFIX}{text}"))
