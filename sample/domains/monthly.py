"""Files of tables that grow with the order lines: one in a small sample, one a month in a large."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

from sample.delivery import Window
from sample.output.chunk import Chunk
from sample.output.files import Form, SampleFile
from sample.world.days import Month
from sample.world.world import World

MadeOfMonths: TypeAlias = Callable[[World, Window, Sequence[Month]], Iterator[Chunk]]


def files_by_month(  # noqa: PLR0913, PLR0917 - of what, and how
    world: World,
    window: Window,
    table: str,
    suffix: str,
    form: Form,
    made: MadeOfMonths,
    months: Sequence[Month] | None = None,
) -> Iterator[SampleFile]:
    """Yield a table's only file of a delivery, or one for each month.

    Args:
        world: the business.
        window: the days of the delivery.
        table: source and table, which are also folder and name.
        suffix: of the file's name.
        form: how records are written.
        made: makes the records of some months; a function of a module.
        months: that a later delivery has records of; None for those of the window.
    """
    source, _, name = table.partition(".")
    of_window = window.months(world.days)
    if window.is_first and world.settings.is_large:
        for month in of_window:
            path = f"{source}/{name}/{month.name}.{suffix}"
            yield SampleFile(table, path, form, partial(made, world, window, [month]), month.name)
        return
    chunks = partial(made, world, window, of_window if months is None else months)
    yield SampleFile(table, window.path(f"{source}/{name}.{suffix}"), form, chunks)
