"""Measuring a process with everything it starts, and reading /proc."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.errors import BenchmarkSetupError
from bench.measure import (
    ProcessTree,
    Run,
    Usage,
    machine_cpu_seconds,
    measure,
    read_process,
    require_proc,
)

MB = 1_000_000
GRANDCHILD = """
import sys, time
held = bytearray(60_000_000)
print("ready", flush=True)
time.sleep(0.5)
"""
CHILD = f"""
import subprocess, sys, time
held = bytearray(60_000_000)
child = subprocess.Popen([sys.executable, "-c", {GRANDCHILD!r}], stdout=subprocess.PIPE)
child.stdout.readline()
time.sleep(0.4)
"""
PARENT = f"""
import subprocess, sys, time
subprocess.run([sys.executable, "-c", {CHILD!r}])
until = time.process_time() + 0.3
while time.process_time() < until:
    pass
print("done")
sys.exit(3)
"""


def run(code: str, folder: Path, limit_bytes: int = 1000 * MB) -> Usage:
    return measure(
        Run([sys.executable, "-c", code], folder, dict(os.environ)),
        output=folder / "out",
        errors=folder / "err",
        limit_bytes=limit_bytes,
    )


def test_the_whole_tree_is_measured(tmp_path: Path) -> None:
    usage = run(PARENT, tmp_path)
    assert usage.exit_code == 3
    assert not usage.took_too_much
    assert (tmp_path / "out").read_text() == "done\n"
    assert usage.wall_seconds >= 0.4
    assert usage.cpu_seconds >= 0.3
    # Both hold their memory at the same time, and the parent has its own.
    assert 120 * MB < usage.peak_bytes < 400 * MB


def test_a_small_process_is_small(tmp_path: Path) -> None:
    usage = run("import sys; print('said', file=sys.stderr)", tmp_path)
    assert usage.exit_code == 0
    assert usage.peak_bytes < 60 * MB
    assert (tmp_path / "err").read_text() == "said\n"


def test_what_takes_too_much_memory_is_ended(tmp_path: Path) -> None:
    hungry = "import time; held = bytearray(60_000_000); time.sleep(30)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hungry!r}])"
    usage = run(code, tmp_path, limit_bytes=50 * MB)
    assert usage.took_too_much
    assert usage.exit_code == -signal.SIGKILL
    assert usage.wall_seconds < 20


def test_an_orphan_still_counts() -> None:
    grandchild = """
import os, time
held = bytearray(60_000_000)
print(os.getpid(), flush=True)
time.sleep(30)
"""
    code = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {grandchild!r}])
"""
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        orphan = int(process.stdout.readline())
        try:
            tree = ProcessTree(process.pid)
            together = tree.sample()
            process.kill()
            process.wait()
            alone = tree.sample()
        finally:
            os.kill(orphan, signal.SIGKILL)
    assert together > alone > 60 * MB


def test_an_interruption_ends_what_was_started(tmp_path: Path) -> None:
    """In a process of its own: a signal to this one would end the engine of other tests, too."""
    measured = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""
    code = f"""
import signal, sys
from pathlib import Path
from test_bench_measure import run
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job is deaf to it
try:
    run({measured!r}, Path({str(tmp_path)!r}))
except KeyboardInterrupt:
    sys.exit(130)
"""
    folders = [str(Path(__file__).parent), *sys.path]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    out, deadline = tmp_path / "out", time.monotonic() + 30
    with subprocess.Popen([sys.executable, "-c", code], env=environment) as process:
        while not (out.exists() and out.read_text().strip()) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
    child = int(out.read_text())
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_running(child)


def is_running(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def process_folder(proc: Path, process: int, name: str, children: str = "") -> None:
    """A process of a made-up /proc: 300 and 200 ticks of CPU, started at 77, 10 pages."""
    task = proc / str(process) / "task" / str(process)
    task.mkdir(parents=True)
    fields = ["S", "1", *["0"] * 9, "300", "200", *["0"] * 6, "77", "0"]
    (proc / str(process) / "stat").write_text(f"{process} ({name}) {' '.join(fields)}\n")
    (proc / str(process) / "statm").write_text("100 10 5 1 0 60 0\n")
    (task / "children").write_text(children)


def test_a_process_may_have_any_name(tmp_path: Path) -> None:
    process_folder(tmp_path, 5, "a) S 9 (b")
    found = read_process(5, tmp_path)
    assert found is not None
    assert found.started == 77
    assert found.cpu_seconds == 500 / os.sysconf("SC_CLK_TCK")
    assert found.resident_bytes == 10 * os.sysconf("SC_PAGE_SIZE")
    assert read_process(6, tmp_path) is None


def test_an_id_that_is_used_again_is_another_process(tmp_path: Path) -> None:
    process_folder(tmp_path, 5, "root", children="6 ")
    process_folder(tmp_path, 6, "child")
    tree = ProcessTree(5, tmp_path)
    pages = os.sysconf("SC_PAGE_SIZE")
    assert tree.sample() == 20 * pages
    stat = tmp_path / "6" / "stat"
    stat.write_text(stat.read_text().replace(" 77 ", " 99 "))
    assert tree.sample() == 10 * pages
    assert tree.peak_bytes == 20 * pages
    assert tree.cpu_seconds == 1000 / os.sysconf("SC_CLK_TCK")


def test_the_machine_s_work_leaves_waiting_out(tmp_path: Path) -> None:
    (tmp_path / "stat").write_text("cpu  100 20 30 9000 800 4 6 40 7 0\ncpu0 1 2 3\n")
    assert machine_cpu_seconds(tmp_path) == 200 / os.sysconf("SC_CLK_TCK")


def test_a_system_without_proc_is_told(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkSetupError, match="Linux"):
        require_proc(tmp_path)
    require_proc()
