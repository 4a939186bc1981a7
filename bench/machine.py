"""The machine and the versions that figures belong to."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

OWN_PACKAGES = ("dbt-core", "dbt-spark", "pysail", "deltalake", "pyspark", "delta-spark")
BENCH_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "deltalake")


@dataclass(frozen=True)
class Machine:
    """What the figures were taken on.

    Attributes:
        cores: those that this process may use.
        processor: its model, as the system names it.
        memory_bytes: of the whole machine.
        system: the operating system and its kernel.
        load: processes that wanted to run before the first measurement, on average of a minute.
        versions: of what ran, by name.
    """

    cores: int
    processor: str
    memory_bytes: int
    system: str
    load: float
    versions: dict[str, str]


def read_machine(bench_python: Path | None, *, java: bool) -> Machine:
    """Describe this machine.

    Args:
        bench_python: the Python of .venv-bench, or None when dbt-duckdb is not measured.
        java: whether Spark is measured.
    """
    versions = {"Python": platform.python_version()}
    versions |= {name: version(name) for name in OWN_PACKAGES}
    if bench_python is not None:
        versions |= _bench_versions(bench_python)
    if java and (found := _java_version()):
        versions["Java"] = found
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        processor=processor_model(Path("/proc/cpuinfo").read_text(encoding="utf-8")),
        memory_bytes=memory_bytes(),
        system=f"{_distribution()}, Linux {platform.release()}",
        load=os.getloadavg()[0],
        versions=versions,
    )


def memory_bytes() -> int:
    """Return the memory of the whole machine."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def processor_model(cpuinfo: str) -> str:
    """Return the model from the content of /proc/cpuinfo."""
    found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def _bench_versions(python: Path) -> dict[str, str]:
    code = "import sys, importlib.metadata as m; print(*map(m.version, sys.argv[1:]))"
    done = subprocess.run(
        [str(python), "-c", code, *BENCH_PACKAGES], capture_output=True, text=True, check=True
    )
    found = dict(zip(BENCH_PACKAGES, done.stdout.split(), strict=True))
    # What both environments have is to be the same.
    return {f"{name} (bench)" if name in OWN_PACKAGES else name: one for name, one in found.items()}


def _java_version() -> str | None:
    java = shutil.which("java")
    if java is None:
        return None
    done = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "([^"]+)"', done.stderr)
    return found[1] if found else None
