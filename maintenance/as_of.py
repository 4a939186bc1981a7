"""Time travel: which version of each table was the newest at a moment, and its rows then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from maintenance.history import History, Version, read_history
from saleslake.errors import DamagedTableError, UnknownVersionError
from saleslake.lake import Lake, LakeTable

if TYPE_CHECKING:
    import pyarrow.dataset as ds


@dataclass(frozen=True)
class TableThen:
    """A table at a moment.

    Attributes:
        table: its name.
        version: the newest version at that moment; None when it cannot be told.
        note: why there is none, or why it cannot be read; None when it can.
    """

    table: str
    version: Version | None
    note: str | None


def parse_moment(text: str, now: datetime) -> datetime:
    """Return a time in UTC from ISO 8601 text or ``now``; without a zone it is UTC.

    Raises:
        ValueError: it is no time.
    """
    if text == "now":
        return now
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def lake_then(
    lake: Lake, moment: datetime, on_progress: Callable[[int, int], None]
) -> list[TableThen]:
    """Return every table of a lake as it was at a moment; a damaged one says so."""
    tables = lake.tables()
    found = []
    for done, table in enumerate(tables, start=1):
        found.append(_then(table, read_history(table.path), moment))
        on_progress(done, len(tables))
    return found


def _then(table: LakeTable, history: History, moment: datetime) -> TableThen:
    version = history.at(moment)
    if version is None:
        first = history.versions[0].version if history.versions else None
        note = "no table yet" if first == 0 else "older than its log"
        return TableThen(table.full_name, None, note if history.versions else "damaged")
    if version is history.newest and history.log.damage:
        return TableThen(table.full_name, None, f"damaged after version {version.version}")
    return TableThen(table.full_name, version, None if version.is_whole else "files deleted")


def choose_version(table: LakeTable, history: History, wanted: int | datetime) -> Version:
    """Return a version that can be read, by its number or by a moment.

    Raises:
        UnknownVersionError: it is not there; says which are.
        DamagedTableError: the log is damaged where the moment falls.
    """
    there = versions_there(history)
    if isinstance(wanted, int):
        version, asked = history.get(wanted), f"at version {wanted}"
    else:
        version, asked = history.at(wanted), f"at {shown(wanted)}"
        if version is history.newest and history.log.damage:
            problem = history.log.damage[0]
            raise DamagedTableError(
                table.full_name, table.path, f"{problem.file} of its log {problem.what}"
            )
    if version is None:
        raise UnknownVersionError(table.full_name, asked, versions=there)
    if not version.is_whole:
        deleted = f"{version.missing} of the data files of version {version.version} are gone"
        raise UnknownVersionError(table.full_name, asked, versions=f"{deleted}, and {there}")
    return version


def versions_there(history: History) -> str:
    """Say which versions can be read, for example ``versions 3 to 17 can (since 2026-11-20 …)``."""
    whole = [version for version in history.versions if version.is_whole]
    if not whole:
        return "no version can"
    numbers = [version.version for version in whole]
    runs = _runs(numbers)
    text = ", ".join(f"{a} to {b}" if a != b else f"{a}" for a, b in runs)
    return f"what can be read are versions {text}, the first of {shown(whole[0].written_at)}"


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return the first and last number of each unbroken run of sorted numbers."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def shown(moment: datetime) -> str:
    """Return a time in UTC to the second, as all commands print it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


@dataclass(frozen=True)
class Rows:
    """Some rows of a version: all its columns, the first rows in the order of its files."""

    columns: list[str]
    rows: list[dict[str, object]]


def first_rows(table: LakeTable, version: int, limit: int) -> Rows:
    """Read the first rows of a version.

    Raises:
        DamagedTableError: a file of it cannot be read.
    """
    with _damage_named(table):
        data = _dataset(table, version).head(limit)
        return Rows(list(data.schema.names), data.to_pylist())


@contextmanager
def all_rows(
    table: LakeTable, version: int
) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    """Read a version from beginning to end, a batch at a time.

    Raises:
        DamagedTableError: a file of it cannot be read.
    """
    with _damage_named(table):
        data = _dataset(table, version)
        yield data.schema, iter(data.to_batches())


def _dataset(table: LakeTable, version: int) -> ds.Dataset:
    return DeltaTable(table.path, version=version).to_pyarrow_dataset()


@contextmanager
def _damage_named(table: LakeTable) -> Iterator[None]:
    try:
        yield
    except (DeltaError, pa.ArrowException, FileNotFoundError) as error:
        first_line = (str(error).splitlines() or [""])[0][:200]
        raise DamagedTableError(table.full_name, table.path, first_line) from error
