"""A module of this folder as a process of its own, which kills itself, or whose disk is full."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType


def run_child(module: ModuleType, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module with arguments and wait for it, not for ever."""
    return subprocess.run(
        [sys.executable, str(module.__file__), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def kill_at_each(module: ModuleType, steps: Sequence[str], root: Path) -> Path:
    """Return a folder with one lake for each step, left behind by a process killed there."""
    done = run_child(module, "kill", str(root), *steps)
    assert done.returncode == 0, done.stderr
    return root


def fork_for_each(steps: Sequence[str], run_until: Callable[[str], None]) -> int:
    """Run to each step in a child process of its own, forked before anything was opened.

    Imports take the most time, and are done once.

    Args:
        steps: their names.
        run_until: does something and is killed at a step.

    Returns:
        0, or 1 when a child was not killed, which is printed.
    """
    for step in steps:
        child = os.fork()
        if child == 0:
            run_until(step)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            print(f"{step}: not killed, status {status}", file=sys.stderr)  # noqa: T201
            return 1
    return 0


def kill_at(step: str) -> Callable[[str], None]:
    """Return a checkpoint that kills this process at a step."""

    def checkpoint(reached: str) -> None:
        if reached == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return checkpoint
