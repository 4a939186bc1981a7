"""``sample.json``: what a sample was made from and until when, so that days can be added to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from sample.errors import SampleFolderError
from sample.output.folder import MANIFEST
from sample.profiles import SampleSettings

FORMAT_VERSION = 1


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True)
class _Stored:
    format_version: int
    seed: int
    order_lines: int
    first_day: date
    last_day: date
    rates: dict[str, float]
    domains: list[str]
    delivered_until: date
    drifts: dict[str, list[str]]


_STORED = TypeAdapter(_Stored)


@dataclass(frozen=True)
class Manifest:
    """What is known of a sample.

    Attributes:
        settings: what its world was made from.
        domains: those that deliver.
        delivered_until: the last day of the newest delivery.
        drifts: changes of tables' columns since the first delivery, by source and table.
    """

    settings: SampleSettings
    domains: tuple[str, ...]
    delivered_until: date
    drifts: dict[str, list[str]]

    def write(self, folder: Path) -> None:
        """Write it into a sample's folder."""
        stored = _Stored(
            format_version=FORMAT_VERSION,
            seed=self.settings.seed,
            order_lines=self.settings.order_lines,
            first_day=self.settings.first_day,
            last_day=self.settings.last_day,
            rates=dict(self.settings.rates),
            domains=list(self.domains),
            delivered_until=self.delivered_until,
            drifts=self.drifts,
        )
        (folder / MANIFEST).write_bytes(_STORED.dump_json(stored, indent=2) + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """Read what is known of a sample.

    Raises:
        SampleFolderError: the folder is no sample's, or one of another version.
    """
    path = folder / MANIFEST
    remedy = "Give the folder that saleslake sample write wrote."
    try:
        stored = _STORED.validate_json(path.read_bytes())
    except OSError as error:
        problem = f"has no {MANIFEST}: days are only ever added to a sample"
        raise SampleFolderError(folder, problem, remedy) from error
    except ValidationError as error:
        problem = f"has a {MANIFEST} that is not as it was written"
        raise SampleFolderError(folder, problem, "Write the sample again.") from error
    if stored.format_version != FORMAT_VERSION:
        problem = f"holds a sample of format {stored.format_version}, not {FORMAT_VERSION}"
        raise SampleFolderError(folder, problem, "Write the sample again.")
    settings = SampleSettings(
        seed=stored.seed,
        order_lines=stored.order_lines,
        first_day=stored.first_day,
        last_day=stored.last_day,
        rates=stored.rates,
    )
    return Manifest(settings, tuple(stored.domains), stored.delivered_until, stored.drifts)
