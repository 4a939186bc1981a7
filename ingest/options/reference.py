"""docs/loader-options.md, written from the list of options.

python -m ingest.options.reference > docs/loader-options.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import timedelta

from ingest.options.on_databricks import BY_FIELD, OnDatabricks
from ingest.options.option import Group, Option, Place
from ingest.options.registry import OPTIONS
from ingest.options.stream_options import StreamOptions
from ingest.options.table_options import TableOptions

_HEAD = """\
# The loader's options

Written by `python -m ingest.options.reference` from `ingest/options/`.

Options have the names that Databricks' Auto Loader and Spark's CSV reader give them; case makes no
difference. A name that is not listed here is refused, with the nearest one that is. They are read
in two places, by the same code:

- **catalogue**: under `options:` of a table in `ingest/catalogue/*.yml`, for `saleslake ingest` and
  `saleslake run`, the same on the embedded engine and on Spark;
- **`cloudFiles` stream**: by `spark.readStream.format("cloudFiles").option(...)` on open-source
  Spark, once `ingest.cloudfiles.register(spark)` was called
  ([decision 18](decisions/0018-cloudfiles-source.md)). Small files share a task as the session's
  own settings `spark.sql.files.maxPartitionBytes`, `openCostInBytes` and `minPartitionNum` say.

On **Databricks** Auto Loader itself reads the files, in either place:

- `python -m ingest.databricks` gives it what the catalogue says ([databricks.md](databricks.md)).
  What the catalogue refuses is refused there too; the column says what becomes of the rest;
- the code of a stream meets Auto Loader: every option is passed to it as it is written, and those
  with a yes are ones that it has.

What they do there is in its documentation; where ours differs, it is said here or in
[decision 17](decisions/0017-loader-options.md).
"""
_DEFAULTS = {
    field.name: field.default for kind in (TableOptions, StreamOptions) for field in fields(kind)
}


def markdown() -> str:
    """Return the page."""
    return "\n".join([_HEAD, *(line for group in Group for line in _section(group))])


def _section(group: Group) -> Iterator[str]:
    options = [option for option in OPTIONS if option.group is group]
    yield f"## {group}\n"
    yield (
        f"| option | {Place.CATALOGUE} | it on Databricks | {Place.STREAM} | it on Databricks "
        "| default | what it does, or why it is refused |"
    )
    yield "|---|---|---|---|---|---|---|"
    yield from map(_row, options)
    yield ""


def _row(option: Option) -> str:
    names = ", ".join(f"`{name}`" for name in (option.name, *option.aliases))
    from_catalogue = _on_databricks(option)
    taken = (
        _taken(option, Place.CATALOGUE),
        from_catalogue.taken,
        _taken(option, Place.STREAM),
        "yes" if option.is_auto_loader_s else "no",
    )
    why = [_sentence(option.why)]
    if option.only_in is not None:
        other = next(place for place in Place if place is not option.only_in)
        why.append(f"In the {other}: {option.elsewhere}.")
    if from_catalogue.note:
        why.append(f"From the catalogue on Databricks: {from_catalogue.note}.")
        why.append(from_catalogue.instead)
    if any(option.is_refused(place) for place in Place) and option.instead != Option.instead:
        why.append(option.instead)
    text = " ".join(filter(None, why))
    return f"| {names} | {' | '.join(taken)} | {_default(option)} | {text} |"


def _on_databricks(option: Option) -> OnDatabricks:
    """Return what becomes there of an option in the catalogue; without a field it fills nothing."""
    if option.field and option.is_honoured(Place.CATALOGUE):
        return BY_FIELD[option.field]
    return OnDatabricks(_taken(option, Place.CATALOGUE))


def _taken(option: Option, place: Place) -> str:
    if option.is_refused(place):
        return "refused"
    if option.is_honoured(place):
        return "honoured"
    return "without effect" if option.only is None else f"only {_shown(option.only)}"


def _default(option: Option) -> str:
    if option.field is None:
        return _shown(option.only) if option.read else ""
    default = _DEFAULTS[option.field]
    return "must be given" if default is MISSING else _shown(default)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:].rstrip(".") + "."


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, timedelta):
        return f"`{value.days} days`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    sys.stdout.write(markdown())
