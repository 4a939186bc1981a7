"""What is known of one option."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ingest.options import values

EVOLUTION_MODES = (
    "addNewColumns",
    "addNewColumnsWithTypeWidening",
    "rescue",
    "failOnNewColumns",
    "none",
)


class Group(StrEnum):
    """What options are about, as headings of their reference."""

    DISCOVERY = "Which files"
    BATCHES = "Batches"
    SCHEMA = "Schema"
    TEXT = "Text"
    CSV = "Delimited text (csv)"
    CLOUD = "Cloud services"


@dataclass(frozen=True)
class Option:
    """One option of Auto Loader.

    Attributes:
        name: as Auto Loader spells it; case makes no difference.
        group: what it is about.
        why: what it does here; for a refused one, why it is not taken.
        aliases: its other names.
        read: reads a value of it; None for one that is refused.
        field: the field of TableOptions that it fills; None when it fills none.
        only: the one value that is accepted of an option without a field.
        instead: what to do, where the option or another value of it is refused.
    """

    name: str
    group: Group
    why: str
    aliases: tuple[str, ...] = ()
    read: values.Read | None = None
    field: str | None = None
    only: values.Value = None
    instead: str = "Remove it."

    @property
    def is_honoured(self) -> bool:
        """Whether it changes what the loader does."""
        return self.field is not None

    @property
    def is_refused(self) -> bool:
        """Whether it is refused whatever its value."""
        return self.read is None
