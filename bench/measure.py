"""Wall time, CPU time and peak memory of a process and of all processes that it starts.

Memory is sampled: every SAMPLE_SECONDS the resident sets of the process and of all its descendants
(Spark's Java among them) are read from Linux's /proc and summed; the peak is the largest sum. Pages
that processes share count once for each. A peak between two samples is missed.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchmarkSetupError

SAMPLE_SECONDS = 0.1
PROC = Path("/proc")


@dataclass(frozen=True)
class Run:
    """What to measure.

    Attributes:
        command: program and arguments.
        cwd: the folder it runs in.
        environment: all of its environment.
    """

    command: Sequence[str]
    cwd: Path
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Usage:
    """What one process and its descendants took.

    Attributes:
        exit_code: of the process; negative for a signal.
        wall_seconds: from its start to its end.
        cpu_seconds: user and system time of all of them.
        peak_bytes: the largest sum of their resident sets that was sampled.
        others_cpu_seconds: what the rest of the machine's processes took meanwhile; on a quiet
            machine next to nothing.
        took_too_much: whether it was ended because it passed the memory limit.
    """

    exit_code: int
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    others_cpu_seconds: float
    took_too_much: bool


@dataclass(frozen=True)
class ProcessSample:
    """One process at one moment.

    Attributes:
        started: when it started, in ticks since boot; tells it from a later one of the same id.
        cpu_seconds: user and system time so far.
        resident_bytes: its resident set.
    """

    started: int
    cpu_seconds: float
    resident_bytes: int


class ProcessTree:
    """A process and its descendants. A child stays one when its parent ends before it."""

    def __init__(self, root: int, proc: Path = PROC) -> None:
        self._proc = proc
        self._root = root
        self._started: dict[int, int] = {}
        self._cpu: dict[tuple[int, int], float] = {}
        self.peak_bytes = 0

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all processes ever seen, each as of its last sample."""
        return sum(self._cpu.values())

    def kill(self) -> None:
        """End the root's process group, which is all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._root, signal.SIGKILL)

    def sample(self) -> int:
        """Read all processes once; return the sum of their resident sets in bytes."""
        total = 0
        pending, seen = [self._root, *self._started], set[int]()
        while pending:
            process = pending.pop()
            if process in seen:
                continue
            seen.add(process)
            found = read_process(process, self._proc)
            if found is None or self._started.setdefault(process, found.started) != found.started:
                continue
            self._cpu[process, found.started] = found.cpu_seconds
            total += found.resident_bytes
            pending += children_of(process, self._proc)
        self.peak_bytes = max(self.peak_bytes, total)
        return total


def read_process(process: int, proc: Path = PROC) -> ProcessSample | None:
    """Read one process; None when it has ended."""
    try:
        status = (proc / str(process) / "stat").read_text(encoding="utf-8", errors="replace")
        pages = (proc / str(process) / "statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return None
    # The second field is the program's name in brackets and may hold anything, brackets too.
    fields = status.rpartition(")")[2].split()
    user, system, started = int(fields[11]), int(fields[12]), int(fields[19])
    return ProcessSample(
        started=started,
        cpu_seconds=(user + system) / os.sysconf("SC_CLK_TCK"),
        resident_bytes=int(pages) * os.sysconf("SC_PAGE_SIZE"),
    )


def children_of(process: int, proc: Path = PROC) -> list[int]:
    """Return the processes that a process started and that still have it as their parent."""
    return [int(child) for text in _children(proc / str(process)) for child in text.split()]


def _children(folder: Path) -> Iterator[str]:
    try:
        for thread in sorted((folder / "task").iterdir()):
            yield (thread / "children").read_text(encoding="ascii")
    except OSError:  # it, or one of its threads, ended meanwhile
        return


def require_proc(proc: Path = PROC) -> None:
    """Make sure that memory can be sampled here.

    Raises:
        BenchmarkSetupError: the system has no /proc with lists of child processes.
    """
    if not (proc / "self" / "task").is_dir() or not list(proc.glob("self/task/*/children")):
        raise BenchmarkSetupError(
            "Memory is read from Linux's /proc, which this system does not have.",
            "Run the benchmark on Linux.",
        )


def measure(run: Run, *, output: Path, errors: Path, limit_bytes: int) -> Usage:
    """Run a command to its end and measure it.

    An interruption ends the command with everything it started.

    Args:
        run: the command.
        output: file that gets its standard output.
        errors: file that gets its standard error.
        limit_bytes: more memory than this, and it is ended: without it the system would end
            something, and rather another process than this one.
    """
    before, machine_before = _children_cpu(), machine_cpu_seconds()
    with output.open("wb") as stdout, errors.open("wb") as stderr:
        started = time.perf_counter()
        process = subprocess.Popen(
            run.command,
            cwd=run.cwd,
            env=run.environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        sampler = _Sampler(ProcessTree(process.pid), limit_bytes)
        sampler.start()
        try:
            exit_code = process.wait()
            wall_seconds = time.perf_counter() - started
        except BaseException:
            sampler.tree.kill()
            process.wait()
            raise
        finally:
            sampler.stop()
    # The system's own count is exact but leaves out what nobody waited for, such as Spark's Java;
    # the sampled one has everything up to its last sample.
    cpu_seconds = max(_children_cpu() - before, sampler.tree.cpu_seconds)
    return Usage(
        exit_code=exit_code,
        wall_seconds=wall_seconds,
        cpu_seconds=cpu_seconds,
        peak_bytes=sampler.tree.peak_bytes,
        others_cpu_seconds=max(0.0, machine_cpu_seconds() - machine_before - cpu_seconds),
        took_too_much=sampler.took_too_much,
    )


def machine_cpu_seconds(proc: Path = PROC) -> float:
    """Return the CPU time that all cores together have worked since boot, waiting left out."""
    first = (proc / "stat").read_text(encoding="ascii").splitlines()[0]
    user, nice, system, _idle, _waiting, *rest = map(int, first.split()[1:])
    interrupts, stolen = sum(rest[:2]), sum(rest[2:3])
    return (user + nice + system + interrupts + stolen) / os.sysconf("SC_CLK_TCK")


class _Sampler(threading.Thread):
    """Samples a tree until it is stopped, and ends it when it takes too much."""

    def __init__(self, tree: ProcessTree, limit_bytes: int) -> None:
        super().__init__(daemon=True)
        self.tree = tree
        self.took_too_much = False
        self._limit_bytes = limit_bytes
        self._done = threading.Event()

    def run(self) -> None:
        """Sample every SAMPLE_SECONDS."""
        while True:
            if self.tree.sample() > self._limit_bytes:
                self.took_too_much = True
                self.tree.kill()
            if self._done.wait(SAMPLE_SECONDS):
                return

    def stop(self) -> None:
        """Wait for the last sample."""
        self._done.set()
        self.join()


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
