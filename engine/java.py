"""Tells whether a Java that Spark 4 can run on is installed, before Spark fails with 40 lines."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from saleslake.errors import JavaMissingError

OLDEST_JAVA = 17


def require_java() -> int:
    """Return the major version of the Java that Spark will start.

    Raises:
        JavaMissingError: there is none, it cannot run, or it is older than Java 17.
    """
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None or not Path(java).exists():
        where = f"there is none at JAVA_HOME={home}" if home else "none is on the PATH"
        raise JavaMissingError(where)
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise JavaMissingError(f"{java} cannot be run") from error
    version = major_version(done.stderr + done.stdout)
    if version < OLDEST_JAVA:
        raise JavaMissingError(f"{java} is Java {version}")
    return version


def major_version(version_text: str) -> int:
    """Read the major version from ``java -version``: 17 from "17.0.15", 8 from "1.8.0_402"."""
    found = re.search(r'version "(\d+)(?:\.(\d+))?', version_text)
    if found is None:
        return 0
    first = int(found[1])
    return int(found[2] or 0) if first == 1 else first
