"""docs/loader-options.md, written from the list of options.

python -m ingest.options.reference > docs/loader-options.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta

from ingest.options.option import Group, Option
from ingest.options.registry import OPTIONS
from ingest.options.table_options import TableOptions

_HEAD = """\
# The loader's options

Written by `python -m ingest.options.reference` from `ingest/options/registry.py`.

Options stand under `options:` of a table in `ingest/catalogue/*.yml`, by the names that
Databricks' Auto Loader and Spark's CSV reader give them; case makes no difference. The loader is
the same on the embedded engine and on Spark. A name that is not listed here is refused, with the
nearest one that is.
"""
_DEFAULTS = {field.name: field.default for field in fields(TableOptions)}


def markdown() -> str:
    """Return the page."""
    return "\n".join([_HEAD, *(line for group in Group for line in _section(group))])


def _section(group: Group) -> Iterator[str]:
    options = [option for option in OPTIONS if option.group is group]
    yield f"## {group}\n"
    yield "| option | here | default | what it does, or why it is refused |"
    yield "|---|---|---|---|"
    yield from map(_row, options)
    yield ""


def _row(option: Option) -> str:
    names = ", ".join(f"`{name}`" for name in (option.name, *option.aliases))
    why = option.why[0].upper() + option.why[1:].rstrip(".") + "."
    if option.is_honoured:
        default = _DEFAULTS[option.field or ""]
        return f"| {names} | honoured | {_shown(default)} | {why} |"
    if option.is_refused:
        instead = "" if option.instead == Option.instead else f" {option.instead}"
        return f"| {names} | refused | | {why}{instead} |"
    return f"| {names} | only {_shown(option.only)} | {_shown(option.only)} | {why} |"


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, timedelta):
        return f"`{value.days} days`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    sys.stdout.write(markdown())
