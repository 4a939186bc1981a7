"""Which versions made a run: of saleslake and of what it stands on."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from saleslake import __version__

ALWAYS = ["dbt-core", "dbt-spark", "deltalake", "pyarrow"]
OF_ENGINE = {"embedded": ["pysail", "pyspark"], "spark": ["pyspark", "delta-spark"]}


def versions_of(engine: str) -> dict[str, str]:
    """Return the versions by name; a package that is not installed is left out."""
    found = {"saleslake": __version__, "Python": platform.python_version()}
    for package in [*OF_ENGINE.get(engine, []), *ALWAYS]:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
