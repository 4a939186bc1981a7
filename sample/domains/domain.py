"""What every domain gives: its files of a delivery, its kinds of dirt, and the truth about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from sample.delivery import Window
from sample.dirt.kinds import Kind
from sample.drift import Drifting
from sample.output.chunk import Chunk
from sample.output.files import SampleFile
from sample.world.world import World

Files: TypeAlias = Callable[[World, Window], Iterator[SampleFile]]
Chunks: TypeAlias = Iterator[Chunk]


@dataclass(frozen=True)
class Domain:
    """A system that delivers files.

    Attributes:
        name: of its folder in the landing folder and of its source in the catalogue.
        kinds: the dirt of all its tables.
        files: makes its delivered files; paths are relative to the landing folder.
        truth: makes the files with what is true about it; paths relative to the truth's folder.
        drifting: tables whose columns change where it is asked for.
    """

    name: str
    kinds: tuple[Kind, ...]
    files: Files
    truth: Files | None = None
    drifting: tuple[Drifting, ...] = ()
