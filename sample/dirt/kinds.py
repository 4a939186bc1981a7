"""A kind of dirt: what it does to a record, and how often.

Kinds stand with the files that they are in, one table's kinds in one place
(``sample/domains/<domain>/dirt.py``); this is what they have in common. No record gets two kinds:
one whose amount and price are both wrong could not be repaired, and each kind can be counted alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from sample.errors import SampleSettingError
from sample.output.chunk import Row

Family: TypeAlias = Literal[
    "missing",
    "repeated",
    "out of range",
    "mistyped",
    "misspelt",
    "swapped dates",
    "outlier",
    "future date",
    "orphan key",
    "late",
    "corrected",
    "white space",
    "encoding",
    "inconsistent",
]

Change: TypeAlias = Callable[[Row, float], Row | None]
"""Of a right record and a number from 0 to less than 1 makes the columns that change, or none."""


@dataclass(frozen=True)
class Kind:
    """One way in which records of one table go wrong.

    Attributes:
        table: source and table, ``crm.cust_info``.
        name: unique in its table, in full words.
        family: what kinds of other tables it is like.
        rate: how many of the records, from 0 to 1, as far as they can go wrong in this way.
        description: what is wrong, for people.
        change: makes the values that are delivered in place of the right ones; None where the
            record cannot go wrong in this way.
        adds: whether the changed record is delivered beside the right one, not in its place.
    """

    table: str
    name: str
    family: Family
    rate: float
    description: str
    change: Change
    adds: bool = False

    @property
    def full_name(self) -> str:
        """Table and name, ``crm.cust_info/first_name_untrimmed``: what rates are given by."""
        return f"{self.table}/{self.name}"


def with_rates(kinds: Iterable[Kind], rates: Mapping[str, float]) -> tuple[Kind, ...]:
    """Return kinds with rates of one's own, by full name.

    A rate that is given for ``*`` is that of all kinds with none of their own.
    """
    every = rates.get("*")
    return tuple(
        replace(kind, rate=rates.get(kind.full_name, kind.rate if every is None else every))
        for kind in kinds
    )


def refuse_rates(kinds: Iterable[Kind], rates: Mapping[str, float]) -> None:
    """Refuse rates that cannot be.

    Raises:
        SampleSettingError: a kind is unknown, a rate is not from 0 to 1, or those of a table come
            to more than 1.
    """
    names = [kind.full_name for kind in kinds]
    for name, rate in rates.items():
        if name not in (*names, "*"):
            valid = "one that saleslake sample choices lists"
            raise SampleSettingError("kind of dirt", name, valid, names)
        if not 0 <= rate <= 1:
            raise SampleSettingError(f"rate of {name}", str(rate), "a number from 0 to 1")
    totals: dict[str, float] = {}
    for kind in with_rates(kinds, rates):
        totals[kind.table] = totals.get(kind.table, 0) + kind.rate
    for table, total in totals.items():
        if total > 1:
            valid = "at most 1, as no record goes wrong in two ways"
            raise SampleSettingError(f"sum of rates of {table}", f"{total:g}", valid)
