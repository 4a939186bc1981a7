"""A moment on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

import click


def to_moment(_: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    """Return the moment that an option or argument names, in UTC.

    Raises:
        click.BadParameter: it is no time.
    """
    from maintenance.as_of import parse_moment  # lazy: help must not wait for pyarrow

    if value is None:
        return None
    try:
        return parse_moment(value, datetime.now(UTC))
    except ValueError as error:
        text = f"'{value}' is no time; write 2026-11-20, 2026-11-20T12:00 or now."
        raise click.BadParameter(text, param=param) from error
