"""What `saleslake sample` prints for people."""

from __future__ import annotations

from command.formats import counted
from command.sample_files import Choices
from sample.writing import SampleSummary


def render(written: SampleSummary) -> str:
    """Return what was written, by table, and what to do with it."""
    width = max(map(len, written.rows), default=0)
    rows = sum(written.rows.values())
    faults = sum(written.faults.values())
    return "\n".join(
        [
            f"{counted(rows, 'record')} in {counted(len(written.files), 'file')}, "
            f"to {written.delivered_until}; {counted(faults, 'fault')} planted.",
            "",
            *(f"  {table:<{width}}  {count:>12,}" for table, count in written.rows.items()),
            "",
            f"files  {written.landing}",
            f"truth  {written.folder / 'truth'}",
        ]
    )


def render_choices(choices: Choices) -> str:
    """Return the profiles, the systems and the kinds of dirt."""
    profiles = [
        f"  {it.name:<5} {it.order_lines:>12,} order lines  {it.first_day} to {it.last_day}  "
        f"{it.description}"
        for it in choices.profiles
    ]
    width = max(len(kind.name) for kind in choices.kinds)
    kinds = [
        f"  {it.name:<{width}}  {it.rate:>7.2%}  {it.family:<13}  {it.description}"
        for it in choices.kinds
    ]
    return "\n".join(
        [
            "Profiles (--profile)",
            *profiles,
            "",
            f"Systems (--domain)  {', '.join(choices.domains)}",
            "",
            "Dirt (--dirt KIND=RATE)",
            *kinds,
        ]
    )
