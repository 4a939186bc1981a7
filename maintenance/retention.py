"""How long the files of replaced versions stay. Apart from the rest, so that help is quick."""

from __future__ import annotations

from saleslake.errors import RetentionError

DEFAULT_RETENTION_DAYS = 7
"""Delta's own: nobody reads a version for longer than that after it was replaced."""
LOG_RETENTION_DAYS = 30
"""Delta's own, and the longest retention: writers drop older entries of a log by themselves."""


def check_retention(days: int, *, force: bool) -> None:
    """Refuse a retention that readers, as-of and restore could not live with.

    Raises:
        RetentionError: it is shorter than the default, and nobody insists.
    """
    if days < DEFAULT_RETENTION_DAYS and not force:
        raise RetentionError(days, DEFAULT_RETENTION_DAYS)
