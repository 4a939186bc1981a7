"""A module of this folder as a process of its own, which kills itself, or whose disk is full."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
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
