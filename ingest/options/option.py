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
    STREAM = "Only here: streams"


class Place(StrEnum):
    """Who reads options."""

    CATALOGUE = "catalogue"
    STREAM = "`cloudFiles` stream"


@dataclass(frozen=True)
class Option:
    """One option of Auto Loader, or one that its streams have only here.

    Attributes:
        name: as Auto Loader spells it; case makes no difference.
        group: what it is about.
        why: what it does here; for a refused one, why it is not taken.
        aliases: its other names.
        read: reads a value of it; None for one that is refused.
        field: the field of TableOptions or StreamOptions that it fills; None when it fills none.
        only: the one value that is accepted of an option without a field; None where any is, and
            makes no difference here.
        instead: what to do, where the option or another value of it is refused.
        only_in: the one place that takes it; None where both do or none does.
        elsewhere: why the other place does not take it.
        is_auto_loader_s: whether Auto Loader on Databricks has it.
    """

    name: str
    group: Group
    why: str
    aliases: tuple[str, ...] = ()
    read: values.Read | None = None
    field: str | None = None
    only: values.Value = None
    instead: str = "Remove it."
    only_in: Place | None = None
    elsewhere: str = ""
    is_auto_loader_s: bool = True

    def is_honoured(self, place: Place) -> bool:
        """Whether it changes what happens."""
        return self.field is not None and not self.is_refused(place)

    def is_refused(self, place: Place) -> bool:
        """Whether it is refused whatever its value."""
        return self.read is None or self.only_in not in {None, place}

    def why_refused(self, place: Place) -> str:
        """Say why a place does not take it."""
        return self.elsewhere if self.only_in not in {None, place} else self.why
