"""What is measured on: the files of each data set, written where the sides will find them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench import files
from bench.results import NEW_LINE_COUNT, DatasetInfo
from bench.sides import SPARK
from ingest.catalogue.tables import Catalogue

REAL_FILES = Path("shared/data/crm_erp")
"""Where the real files are, beside the project."""


@dataclass(frozen=True)
class Options:
    """What to measure.

    Attributes:
        sides: which sides take part.
        lines: how many lines the big data set has; 0 leaves it out.
        few_lines: whether the six files as delivered are measured.
        rounds: how often they are; Spark takes part in the first round.
        lines_rounds: the same for the big data set.
        spark_lines: whether Spark takes part in the big data set too.
        work: folder for files, lakes and databases; emptied first.
        keep: whether they stay.
        memory_limit_bytes: a run that takes more is ended.
    """

    sides: tuple[str, ...]
    lines: int
    few_lines: bool
    rounds: int
    lines_rounds: int
    spark_lines: bool
    work: Path
    keep: bool
    memory_limit_bytes: int


@dataclass(frozen=True)
class Dataset:
    """A data set that is ready to be measured.

    Attributes:
        info: what a reader is told of it.
        folder: where everything of it is.
        new_lines: the file's lines that come with the last scenario.
        sides: who takes part in the first round; Spark does in no other.
    """

    info: DatasetInfo
    folder: Path
    new_lines: files.Lines
    sides: tuple[str, ...]

    @property
    def landing(self) -> Path:
        """Its delivered files."""
        return self.folder / "landing"

    def sides_of(self, round_: int) -> list[str]:
        """Return who takes part in a round, in its order."""
        taking_part = [name for name in self.sides if round_ == 1 or name != SPARK]
        turn = (round_ - 1) % max(1, len(taking_part))
        return taking_part[turn:] + taking_part[:turn]


def prepare(project: Path, options: Options, catalogue: Catalogue) -> list[Dataset]:
    """Write the files of every data set.

    Args:
        project: the real files are looked for beside it.
        options: says which data sets.
        catalogue: says what the files are.
    """
    source = files.choose_source(project.parent / REAL_FILES, options.work / "sample_files")
    found = []
    if options.few_lines:
        found.append(_few_lines(source, options, catalogue))
    if options.lines:
        found.append(_many_lines(source, options, catalogue))
    return found


def _few_lines(source: files.Source, options: Options, catalogue: Catalogue) -> Dataset:
    """The six files as they are."""
    name = "sample" if source.is_sample else "crm_erp"
    title = "generated sample files" if source.is_sample else "crm_erp"
    folder = options.work / name
    files.copy_files(source, catalogue, folder / "landing")
    own = files.read_lines(source, catalogue)
    info = _info(name, title, own.num_rows, folder / "landing", options.rounds)
    return Dataset(info, folder, files.new_lines(own, NEW_LINE_COUNT, 0), options.sides)


def _many_lines(source: files.Source, options: Options, catalogue: Catalogue) -> Dataset:
    """The six files with the sales lines repeated."""
    folder = options.work / "lines"
    title = f"{options.lines:,} lines" + (" of the sample" if source.is_sample else "")
    files.write_many(source, catalogue, folder / "landing", options.lines)
    own = files.read_lines(source, catalogue)
    copies = files.copies_of(own, options.lines)
    info = _info("lines", title, options.lines, folder / "landing", options.lines_rounds)
    sides = tuple(side for side in options.sides if side != SPARK or options.spark_lines)
    return Dataset(info, folder, files.new_lines(own, NEW_LINE_COUNT, copies), sides)


def _info(name: str, title: str, lines: int, landing: Path, rounds: int) -> DatasetInfo:
    sizes = [file.stat().st_size for file in landing.rglob("*") if file.is_file()]
    return DatasetInfo(name, title, lines, len(sizes), sum(sizes), rounds)
