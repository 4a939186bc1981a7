"""A stream's options and path as what the core reads by: a landing folder and a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.catalogue.tables import DeliveredTable
from ingest.files.globs import glob_problem
from ingest.options.stream_options import StreamOptions, read_stream_options
from saleslake.stream_errors import StreamOptionsError

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_EVERYTHING = "**/*"


@dataclass(frozen=True)
class StreamSettings:
    """Everything that is written for one stream.

    Attributes:
        landing: folder of its files.
        pattern: of those of its files, relative to it.
        location: its schemaLocation.
        options: how files are found and read.
    """

    landing: Path
    pattern: str
    location: Path
    options: StreamOptions

    def table(self, columns: Sequence[str]) -> DeliveredTable:
        """Return the table that its files are.

        Args:
            columns: expected ones; with none, any header will do.
        """
        return DeliveredTable(
            source="cloudFiles",
            table=self.landing.name,
            description="",
            patterns=(self.pattern,),
            format=self.options.format,
            options=self.options.table,
            business_key=(),
            delivery="incremental",
            delivery_set="file",
            largest_deleted_share=1.0,
            largest_rejected_count=None,
            largest_rejected_share=None,
            on_duplicate=self.options.on_duplicate,
            on_overwrite=self.options.on_overwrite,
            currency=None,
            identity_namespace="",
            columns=tuple(columns),
            widths=(),
            file=self.location,
            line=0,
        )


def stream_settings(written: Mapping[str, str]) -> StreamSettings:
    """Return what is written for a stream.

    Args:
        written: options as Spark passes them, the path among them.

    Raises:
        StreamOptionsError: with everything that is wrong.
    """
    own = {name: value for name, value in written.items() if name.lower() != "path"}
    options, problems = read_stream_options(own)
    told = [(problem.problem, problem.remedy) for problem in problems]
    path = next((value for name, value in written.items() if name.lower() == "path"), "")
    if not path:
        told.append(("no path is given", "Name the folder: .load(<folder>)."))
    if options is None or told:
        raise StreamOptionsError(told)
    folder, pattern = _split(_local(path))
    problem = glob_problem(pattern)
    if problem:
        raise StreamOptionsError([(f"the path {path} {problem}", "Mend the pattern.")])
    landing = Path(folder).resolve()
    location = Path(_local(options.schema_location)).resolve()
    if not landing.is_dir():
        raise StreamOptionsError([(f"{landing} is not a folder", "Name the folder of the files.")])
    if location.is_relative_to(landing):
        problem = f"cloudFiles.schemaLocation {location} lies in the folder of the files"
        raise StreamOptionsError([(problem, "Name a folder outside of it.")])
    return StreamSettings(landing, pattern, location, options)


def _local(path: str) -> str:
    scheme = _SCHEME.match(path)
    if scheme is None:
        return path
    if scheme[1].lower() != "file":
        problem = f"the path {path} is not of this computer's disk"
        raise StreamOptionsError([(problem, "Give a path without a scheme, or with file:.")])
    return re.sub(r"^/*(?=/)", "", path[len(scheme[0]) :])


def _split(path: str) -> tuple[str, str]:
    """Return the folder of a path, and the pattern that the rest of it is."""
    parts = path.split("/")
    plain = [not re.search(r"[*?\[]", part) for part in parts]
    if all(plain):
        return path, _EVERYTHING
    at = plain.index(False)
    folder = "/".join(parts[:at])
    return folder or ("/" if at else "."), "/".join(parts[at:])
