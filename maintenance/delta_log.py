"""The log of a Delta table as files: which versions of the table can be read, and what is damaged.

Libraries open a table or they do not; which file is at fault, and the newest version that can still
be read, they do not say. An empty last commit they even pass over in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa

LOG = "_delta_log"
LAST_CHECKPOINT = "_last_checkpoint"

_COMMIT = re.compile(r"(\d{20})\.json")
_CHECKPOINT = re.compile(r"(\d{20})\.checkpoint\.(?:\d{10}\.(\d{10})\.|[0-9a-f-]{36}\.)?parquet")
_VERSION = re.compile(r"(\d{20})\.")
_ROWS = re.compile(r'"numRecords"\s*:\s*(\d+)')


@dataclass(frozen=True)
class DataFile:
    """A data file of a version.

    Attributes:
        size: in bytes.
        rows: as the writer counted them; None when it did not.
    """

    size: int
    rows: int | None


@dataclass(frozen=True)
class Commit:
    """One commit of a log.

    Attributes:
        written_at: UTC, as its writer says, else the time of the file.
        operation: such as WRITE, MERGE or RESTORE.
        added: data files by path, as they are called on disk.
        removed: likewise.
    """

    written_at: datetime
    operation: str
    added: Mapping[str, DataFile]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class LogProblem:
    """A file of a log that cannot be used.

    Attributes:
        version: of the table, that the file belongs to.
        file: its name in the log's folder.
        what: is wrong with it.
    """

    version: int
    file: str
    what: str


@dataclass(frozen=True)
class DeltaLog:
    """A log, read whole.

    Attributes:
        folder: the log's own.
        names: of all its files.
        commits: by version; those that cannot be used are not among them.
        checkpoints: versions with a whole, readable checkpoint.
        newest: version of its newest file, -1 when it holds no commit and no checkpoint.
        damage: what keeps the table's newest version from being read, or would mislead a reader.
        lost: what keeps only an older version from being read.
    """

    folder: Path
    names: frozenset[str]
    commits: Mapping[int, Commit]
    checkpoints: frozenset[int]
    newest: int
    damage: tuple[LogProblem, ...]
    lost: tuple[LogProblem, ...]

    @property
    def readable(self) -> range:
        """The newest version that can be read and those right before it, without a gap."""
        can_read = readable_versions(set(self.commits), self.checkpoints, self.newest)
        newest = max(can_read, default=-1)
        oldest = newest
        while oldest - 1 in can_read:
            oldest -= 1
        return range(oldest, newest + 1) if can_read else range(0)

    def misplaced(self) -> list[str]:
        """Names of the files to move aside so that the newest readable version is the newest.

        In the order in which they are to be moved: wherever that stops, no gap is left.
        """
        last = self.readable[-1] if self.readable else -1
        bad = {problem.file for problem in self.damage if ".checkpoint." in problem.file}
        names = [name for name in self.names if version_of(name) > last or name in bad]
        names.sort(key=lambda name: (-version_of(name), not name.endswith(".crc"), name))
        if any(problem.file == LAST_CHECKPOINT for problem in self.damage) or any(
            ".checkpoint." in name for name in names
        ):
            names = [LAST_CHECKPOINT, *(name for name in names if name != LAST_CHECKPOINT)]
        return [name for name in names if name in self.names]


def version_of(name: str) -> int:
    """Return the version that a file of a log belongs to, -1 for a file of none."""
    found = _VERSION.match(name)
    return int(found[1]) if found else -1


def readable_versions(commits: set[int], checkpoints: frozenset[int], newest: int) -> set[int]:
    """Return the versions that can be read: from a checkpoint or version 0, commit by commit."""
    readable: set[int] = set()
    for version in range(newest + 1):
        follows = version in commits and (version == 0 or version - 1 in readable)
        if follows or version in checkpoints:
            readable.add(version)
    return readable


def read_log(table: Path) -> DeltaLog:
    """Read the log of a Delta table and judge every file of it.

    Args:
        table: the table's folder; without a log in it, the result is empty.
    """
    folder = table / LOG
    names = frozenset(path.name for path in folder.iterdir()) if folder.is_dir() else frozenset()
    commits: dict[int, Commit] = {}
    problems: list[LogProblem] = []
    for name in sorted(filter(_COMMIT.fullmatch, names)):
        try:
            commits[version_of(name)] = read_commit(folder / name)
        except ValueError as error:
            problems.append(LogProblem(version_of(name), name, str(error)))
    checkpoints, bad_checkpoints = _checkpoints(folder, names)
    versions = [version_of(name) for name in names if _is_entry(name)]
    newest = max(versions, default=-1)
    readable = readable_versions(set(commits), checkpoints, newest)
    problems += _gaps(versions, newest, readable)
    # Below a checkpoint that is good nobody who reads the newest version looks.
    base = max((version for version in checkpoints if version in readable), default=-1)
    misleading = [*bad_checkpoints, *_last_checkpoint(folder, names, checkpoints)]
    return DeltaLog(
        folder=folder,
        names=names,
        commits=commits,
        checkpoints=checkpoints,
        newest=newest,
        damage=(*(p for p in problems if p.version > base), *misleading),
        lost=tuple(problem for problem in problems if problem.version <= base),
    )


def read_commit(path: Path) -> Commit:
    """Read one commit.

    Raises:
        ValueError: it is empty, cut off or no commit at all; the message says which.
    """
    try:
        # Not splitlines(): a value may hold one of Unicode's other line breaks.
        lines = [line for line in path.read_bytes().split(b"\n") if line.strip()]
    except OSError as error:
        raise ValueError("cannot be read") from error
    if not lines:
        raise ValueError("is empty")
    operation, at = "unknown", None
    added: dict[str, DataFile] = {}
    removed: list[str] = []
    for line in lines:
        try:
            action = dict(json.loads(line))
            if "add" in action:
                added[unquote(action["add"]["path"])] = _data_file(action["add"])
            elif "remove" in action:
                removed.append(unquote(action["remove"]["path"]))
            elif "commitInfo" in action:
                info = action["commitInfo"]
                operation = str(info.get("operation", operation))
                at = info.get("inCommitTimestamp") or info.get("timestamp")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError("is cut off, or no Delta commit") from error
    milliseconds = at if isinstance(at, int) else path.stat().st_mtime_ns // 1_000_000
    written_at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return Commit(written_at, operation, added, tuple(removed))


def _data_file(add: Mapping[str, object]) -> DataFile:
    found = _ROWS.search(str(add.get("stats") or ""))
    rows = int(found[1]) if found else None
    vector = add.get("deletionVector")
    if rows is not None and isinstance(vector, Mapping):
        rows -= int(vector["cardinality"])
    return DataFile(int(str(add["size"])), rows)


def _is_entry(name: str) -> bool:
    return bool(_COMMIT.fullmatch(name) or _CHECKPOINT.fullmatch(name))


def _checkpoints(folder: Path, names: frozenset[str]) -> tuple[frozenset[int], list[LogProblem]]:
    """Return the versions of good checkpoints, and the files that mislead a reader.

    A checkpoint of several parts that lacks one is neither: readers pass over it.
    """
    parts: dict[int, list[str]] = {}
    for name in sorted(filter(_CHECKPOINT.fullmatch, names)):
        parts.setdefault(version_of(name), []).append(name)
    good, bad = set(), []
    for version, files in parts.items():
        problems = [(name, what) for name in files if (what := _bad_parquet(folder / name))]
        found = _CHECKPOINT.fullmatch(files[0])
        expected = int(found[2]) if found and found[2] else len(files)
        bad += [LogProblem(version, name, what) for name, what in problems]
        if not problems and len(files) >= expected:
            good.add(version)
    return frozenset(good), bad


def _bad_parquet(path: Path) -> str | None:
    import pyarrow.parquet as pq  # lazy: a quarter of a second, for a run that looks at no log

    try:
        pq.read_metadata(path)
    except (pa.ArrowException, OSError):
        return "is cut off, or no Parquet file"
    return None


def _last_checkpoint(
    folder: Path, names: frozenset[str], checkpoints: frozenset[int]
) -> list[LogProblem]:
    """A pointer to a checkpoint that is not there keeps some libraries from opening the table."""
    if LAST_CHECKPOINT not in names:
        return []
    try:
        version = json.loads((folder / LAST_CHECKPOINT).read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return []  # readers pass over one that they cannot parse
    if version in checkpoints:
        return []
    return [LogProblem(version, LAST_CHECKPOINT, "names a checkpoint that cannot be used")]


def _gaps(versions: list[int], newest: int, readable: set[int]) -> list[LogProblem]:
    """Versions between others whose commit is missing, so that they cannot be read."""
    there = set(versions)
    first = min(there, default=0)
    missing = [v for v in range(first, newest) if v not in there and v not in readable]
    if first > 0 and first not in readable:
        missing.insert(0, first - 1)
    return [LogProblem(v, f"{v:020}.json", "is missing") for v in missing]
