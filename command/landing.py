"""Decides where the files come from: a folder that was named, the default one, or a sample."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from saleslake.errors import LakeKindError, LakeNotWritableError, LandingMissingError, SettingError
from saleslake.lake import Lake
from saleslake.settings import Settings

SAMPLE_FOLDER = "sample"


@dataclass(frozen=True)
class Landing:
    """A folder of delivered files and whether they are somebody's own or generated."""

    folder: Path
    kind: Literal["real", "sample"]


def sample_landing(lake: Lake) -> Path:
    """Return the landing folder of a lake's sample, whether it is written or not."""
    return lake.root / SAMPLE_FOLDER / "landing"


def holds_files(folder: Path) -> bool:
    """Tell whether a folder holds at least one file at any depth; hidden files are none."""
    return any(not name.startswith(".") for _, _, names in os.walk(folder) for name in names)


def choose_landing(settings: Settings, lake: Lake) -> Landing:
    """Choose the landing folder, before anything is written.

    Raises:
        LandingMissingError: a folder was named and is missing or empty.
        LakeKindError: the lake holds the other kind of data.
        SettingError: the lake would lie inside the landing folder.
    """
    sample = sample_landing(lake)
    folder = settings.landing
    if settings.landing_given and not holds_files(folder):
        raise LandingMissingError(folder, exists=folder.is_dir())
    if settings.landing_given or holds_files(folder):
        chosen = Landing(folder, "sample" if folder == sample else "real")
    else:
        chosen = Landing(sample, "sample")
    if lake.root.is_relative_to(chosen.folder):
        raise SettingError("LAKE", str(lake.root), ["a folder outside the landing folder"])
    held = lake.kind()
    if held not in (None, chosen.kind):
        raise LakeKindError(lake.root, str(held), chosen.kind)
    return chosen


def write_sample(lake: Lake, told: Callable[[str, int, int], None]) -> None:
    """Write a lake's sample unless it is there; a killed write leaves nothing behind.

    Args:
        lake: whose sample it is.
        told: told how far it is.

    Raises:
        LakeNotWritableError: the folder cannot be written.
    """
    if sample_landing(lake).exists():
        return
    import sample  # lazy: NumPy and Faker are slow to import

    folder = lake.root / SAMPLE_FOLDER
    try:
        sample.write_sample(folder, sample.settings_of(sample.DEFAULT_PROFILE), told=told)
    except OSError as error:
        raise LakeNotWritableError(folder, (error.strerror or str(error)).lower()) from error
