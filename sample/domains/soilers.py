"""Soilers of the tables of a world, with the rates that its settings ask for."""

from __future__ import annotations

from collections.abc import Iterable

from sample.dirt.kinds import Kind, with_rates
from sample.dirt.soiling import Soiler
from sample.world.world import World


def soiler_of(world: World, table: str, kinds: Iterable[Kind]) -> Soiler:
    """Return what makes of a table's right records what is delivered of them.

    Args:
        world: the business.
        table: source and table.
        kinds: of the table's domain, with their usual rates.
    """
    return Soiler(world.draws, table, with_rates(kinds, world.settings.rates))
