"""Writes a sample: all files of one delivery, their truth, and the ledger of what is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

from sample.delivery import Window
from sample.dirt.kinds import refuse_rates
from sample.domains.registry import ALL_KINDS, DOMAINS, drifting_of
from sample.drift import drifted, drifts_after
from sample.errors import SampleFolderError, SampleSettingError
from sample.manifest import Manifest, read_manifest
from sample.output.files import Parquet, SampleFile, Written, write_file
from sample.output.folder import (
    LANDING,
    TRUTH,
    added_files,
    refuse_folder,
    refuse_full_disk,
    whole_folder,
)
from sample.output.ledger import faults_table
from sample.profiles import SampleSettings
from sample.truth import customers, demand, totals
from sample.world.days import HORIZON_DAYS, day_number
from sample.world.world import World, world_of

Told: TypeAlias = Callable[[str, int, int], None]
"""Called with what is done, how many files are written, and of how many."""

Place: TypeAlias = tuple[str, str]
"""Table and path of a file; the truth is of no table."""

BYTES_PER_LINE, BYTES_PER_DAY = 250, 20_000
"""What an order line takes on disk with its share of what grows with it, and a day of all else."""

DAY_SECONDS = 86_400


@dataclass(frozen=True)
class SampleSummary:
    """What was written.

    Attributes:
        folder: of the sample.
        delivered_until: the last day of the delivery.
        files: of the delivery, without the truth; those without a record are left out.
        rows: records by source and table.
        faults: what is wrong, by kind: how many values or records.
    """

    folder: Path
    delivered_until: date
    files: tuple[str, ...]
    rows: dict[str, int]
    faults: dict[str, int]

    @property
    def landing(self) -> Path:
        """The folder with the delivered files."""
        return self.folder / LANDING


def _silent(_: str, __: int, ___: int) -> None:
    """Tell nobody."""


def write_sample(  # noqa: PLR0913 - one call with everything
    folder: Path,
    settings: SampleSettings,
    *,
    domains: Iterable[str] = tuple(DOMAINS),
    processes: int | None = None,
    force: bool = False,
    told: Told = _silent,
) -> SampleSummary:
    """Write a sample: one seed gives the same bytes, in however many processes and chunks.

    Args:
        folder: of the sample, see ``sample.output.folder``; it and its parents are created.
        settings: what to make.
        domains: the systems that deliver, by name.
        processes: to write files in; None for as many as there are processors, one for a small
            sample.
        force: whether a sample that is in the folder already is replaced.
        told: told how far it is.

    Raises:
        SampleSettingError: a domain, a rate of dirt, or a number of processes cannot be.
        SampleFolderError: the folder holds something else, or its disk has no room.
        OSError: the folder cannot be written; it is as it was before.
    """
    chosen = _chosen(domains)
    refuse_rates(ALL_KINDS, settings.rates)
    _refuse_processes(processes)
    refuse_folder(folder, force=force)
    days = (settings.last_day - settings.first_day).days + 1
    refuse_full_disk(folder, _bytes_of(settings, days))
    world = world_of(settings)
    window = Window(None, day_number(settings.last_day))
    with whole_folder(folder) as part:
        written = _write_delivery(part, world, window, chosen, {}, processes, told)
        Manifest(settings, chosen, settings.last_day, {}).write(part)
    return _summary(folder, window, written)


def write_next_days(
    folder: Path,
    days: int,
    *,
    drifts: Sequence[str] = (),
    processes: int | None = None,
    told: Told = _silent,
) -> SampleSummary:
    """Write the files of the days that follow a sample's last one into its landing folder.

    Among them are records of earlier days that come late, and records that were delivered wrong and
    come again. Killed half-way, the same call makes the same files.

    Args:
        folder: of a sample.
        days: how many days the delivery has.
        drifts: changes of tables' columns from this delivery on; see ``sample.drift.drifts_after``.
        processes: see write_sample.
        told: see write_sample.

    Raises:
        SampleSettingError: there are no such days, or no such table to change.
        SampleFolderError: the folder is no sample's, or its world has no more days.
        OSError: the folder cannot be written; the sample ends where it ended before.
    """
    manifest = read_manifest(folder)
    settings = manifest.settings
    after = day_number(manifest.delivered_until)
    most = day_number(settings.last_day) + HORIZON_DAYS - after
    if not most:
        raise SampleFolderError(
            folder,
            f"has all days until {manifest.delivered_until}, {HORIZON_DAYS} more than at first",
            "Write a sample with a later --last-day. Nothing was written.",
        )
    if not 1 <= days <= most:
        raise SampleSettingError("number of days", str(days), f"a number from 1 to {most}")
    domains = _chosen(manifest.domains)
    _refuse_processes(processes)
    window = Window(after, after + days)
    changed = drifts_after(manifest.drifts, drifts, drifting_of(domains))
    refuse_full_disk(folder, _bytes_of(settings, days))
    world = world_of(settings)
    with added_files(folder, manifest.delivered_until) as part:
        written = _write_delivery(part, world, window, domains, changed, processes, told)
        replace(manifest, delivered_until=window.last_day, drifts=changed).write(part)
    return _summary(folder, window, written)


def _bytes_of(settings: SampleSettings, days: int) -> int:
    """Return about how many bytes some days of a sample take, of all systems."""
    length = (settings.last_day - settings.first_day).days + 1
    return days * (settings.order_lines * BYTES_PER_LINE // length + BYTES_PER_DAY)


def _chosen(domains: Iterable[str]) -> tuple[str, ...]:
    """Return domains in the order of the registry."""
    asked = list(domains)
    for name in asked:
        if name not in DOMAINS:
            names = list(DOMAINS)
            raise SampleSettingError("domain", name, f"one of {', '.join(names)}", names)
    return tuple(name for name in DOMAINS if name in asked)


def _refuse_processes(asked: int | None) -> None:
    if asked is not None and asked < 1:
        raise SampleSettingError("number of processes", str(asked), "a number above 0")


def _write_delivery(  # noqa: PLR0913, PLR0917 - what, where, and whom to tell
    folder: Path,
    world: World,
    window: Window,
    domains: Sequence[str],
    drifts: dict[str, list[str]],
    processes: int | None,
    told: Told,
) -> list[Written]:
    """Write the files of a delivery and their truth; return the files."""
    files = [file for name in domains for file in DOMAINS[name].files(world, window)]
    drifting = drifting_of(domains)
    files = [drifted(file, drifts, drifting) for file in files]
    truth = [*customers.files(world, window), *demand.files(world, window)]
    truth += totals.files(world, window)
    for name in domains:
        of_domain = DOMAINS[name].truth
        truth += of_domain(world, window) if of_domain else ()
    modified_at = float((window.until + 1) * DAY_SECONDS)
    tasks = [_Task(file, folder / LANDING, modified_at) for file in files]
    tasks += [_Task(file, folder / TRUTH, modified_at) for file in truth]
    written: dict[Place, Written] = {}
    for results in _results(_grouped(tasks), _processes(world, processes)):
        written |= results
        told("Writing sample files", len(written), len(tasks) + 1)
    of_files = [written[file.table, file.path] for file in files]
    faults = [fault for result in of_files for fault in result.faults]
    ledger = partial(faults_table, faults, ALL_KINDS)
    path = f"faults/{window.last_day}.parquet"
    write_file(SampleFile("", path, Parquet(), ledger), folder / TRUTH, modified_at)
    return of_files


def _processes(world: World, asked: int | None) -> int:
    if asked is not None:
        return asked
    return (os.cpu_count() or 1) if world.settings.is_large else 1


@dataclass(frozen=True)
class _Task:
    """A file to be written, the folder it is written to, and its modification time."""

    file: SampleFile
    folder: Path
    modified_at: float


def _grouped(tasks: Sequence[_Task]) -> list[list[_Task]]:
    """Return tasks that are best done together: those of a month, which are of the same orders.

    All others come first: some of them go through all months, and take longest.
    """
    months: dict[str, list[_Task]] = {}
    others = []
    for task in tasks:
        if task.file.month:
            months.setdefault(task.file.month, []).append(task)
        else:
            others.append([task])
    return [*others, *months.values()]


def _write_all(tasks: Sequence[_Task]) -> dict[Place, Written]:
    """Write some files and return what became of them."""
    return {
        (task.file.table, task.file.path): write_file(task.file, task.folder, task.modified_at)
        for task in tasks
    }


def _results(groups: Sequence[Sequence[_Task]], processes: int) -> Iterator[dict[Place, Written]]:
    """Write files, in this process or in others; yield what became of each group's."""
    if processes == 1:
        yield from map(_write_all, groups)
        return
    # A fresh interpreter each: threads of Arrow do not live on in a fork.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        try:
            for done in as_completed([pool.submit(_write_all, group) for group in groups]):
                yield done.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _summary(folder: Path, window: Window, written: Sequence[Written]) -> SampleSummary:
    rows: dict[str, int] = {}
    faults: dict[str, int] = {}
    for file in written:
        rows[file.table] = rows.get(file.table, 0) + file.rows
        for it in file.faults:
            kind = f"{it.table}/{it.fault.kind}"
            faults[kind] = faults.get(kind, 0) + 1
    paths = tuple(file.path for file in written if file.rows)
    return SampleSummary(folder, window.last_day, paths, rows, dict(sorted(faults.items())))
